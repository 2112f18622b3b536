/** The results of automated review. VOD may omit any part. Labels are texts, because VOD adds new ones. */

/** The parts of a video that are reviewed. On the wire: `video`, `image-cover`, `text-title`. */
export type AIAuditRange = 'VIDEO' | 'IMAGE_COVER' | 'TEXT_TITLE';

/** The suggestion of a review: nothing was found, a person should look, or the content violates a rule. */
export type AIAuditSuggestion = 'PASS' | 'REVIEW' | 'BLOCK';

/** The subjects for which the frames of a video are reviewed. */
export const auditSubjects = ['porn', 'terrorism', 'ad', 'live', 'logo'] as const;
export type AuditSubject = (typeof auditSubjects)[number];

/** The result of the review of one medium. */
export interface MediaAuditResult {
  readonly suggestion: AIAuditSuggestion | undefined;
  readonly labels: readonly string[];
  /** The parts of the medium in which something was found. */
  readonly modules: readonly AIAuditRange[];
  readonly video: MediaAuditVideoResult | undefined;
  readonly images: readonly MediaAuditImageResult[];
  readonly texts: readonly MediaAuditTextResult[];
  readonly audio: readonly MediaAuditAudioResult[];
}

/** What was found: fields that many results share. Scores are 0 to 100. */
export interface AuditVerdict {
  readonly suggestion: AIAuditSuggestion | undefined;
  readonly label: string | undefined;
}

export interface MediaAuditVideoResult
  extends AuditVerdict,
    Readonly<Record<AuditSubject, MediaAuditSubjectResult | undefined>> {}

/** The frames of a video, reviewed for one subject. */
export interface MediaAuditSubjectResult extends AuditVerdict {
  readonly maxScore: number | undefined;
  readonly averageScore: number | undefined;
  readonly counts: readonly { readonly label: string | undefined; readonly count: number | undefined }[];
  /** The frames with the highest scores. */
  readonly top: readonly MediaAuditFrame[];
}

export interface AuditScore {
  readonly label: string | undefined;
  readonly score: number | undefined;
}

export interface MediaAuditFrame extends AuditScore {
  readonly timeMs: number | undefined;
  readonly url: string | undefined;
}

/** A result for one scene, such as `porn` or `antispam`. */
export interface MediaAuditSceneResult extends AuditVerdict, AuditScore {
  readonly scene: string | undefined;
}

export interface MediaAuditImageResult {
  readonly type: string | undefined;
  readonly url: string | undefined;
  readonly suggestion: AIAuditSuggestion | undefined;
  readonly labels: readonly string[];
  readonly scenes: readonly MediaAuditSceneResult[];
}

export interface MediaAuditTextResult extends MediaAuditSceneResult {
  readonly type: string | undefined;
  readonly content: string | undefined;
}

export type MediaAuditAudioResult = MediaAuditSceneResult;

/** The violations and suspicions in a video, by subject. */
export type MediaAuditTimeline = Readonly<Record<AuditSubject, readonly MediaAuditTimelineEntry[]>>;

export interface MediaAuditTimelineEntry extends AuditScore {
  readonly timeMs: number | undefined;
}

/** One page of the frames with violations and suspicions. */
export interface MediaAuditDetails {
  readonly totalCount: number | undefined;
  readonly frames: readonly MediaAuditDetail[];
}

export interface MediaAuditDetail extends Readonly<Record<AuditSubject, AuditScore | undefined>> {
  readonly timeMs: number | undefined;
  readonly url: string | undefined;
}

/** The reviewed speech, or one page of it. */
export interface MediaAuditSpeech {
  readonly pageCount: number | undefined;
  readonly page: number | undefined;
  readonly sentences: readonly MediaAuditSpeechSentence[];
}

export interface MediaAuditSpeechSentence {
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  readonly label: string | undefined;
  readonly text: string | undefined;
}
