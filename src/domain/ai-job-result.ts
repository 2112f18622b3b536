/** The result of an AI job. It depends on the job's type. */
export type AIJobResult = VideoTagResult | MediaDNAResult;

/** The result of a smart-tag job, by kind of tag. Kinds that were not analysed are empty. */
export interface VideoTagResult {
  readonly type: 'VIDEO_TAG';
  readonly people: readonly VideoPersonTag[];
  readonly times: readonly VideoTag[];
  readonly locations: readonly VideoTag[];
  readonly keywords: readonly VideoTag[];
  readonly categories: readonly VideoTag[];
  readonly transcripts: readonly SpeechTranscript[];
}

/** A smart tag. */
export interface VideoTag {
  readonly tag: string;
  /** The times at which the tag applies, in milliseconds from the start of the video. */
  readonly timesMs: readonly number[];
}

/** A smart tag for a person. `faceUrl` is the URL of an image of the face. */
export interface VideoPersonTag extends VideoTag {
  readonly faceUrl: string | undefined;
}

/** A transcript of the video's speech. */
export interface SpeechTranscript {
  readonly durationMs: number | undefined;
  readonly sentences: readonly SpeechSentence[];
}

/** A sentence of a transcript. Times are in milliseconds from the start of the video. */
export interface SpeechSentence {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly channel: number | undefined;
  /** Characters per minute. */
  readonly speechRate: number | undefined;
}

/** The result of a video-DNA job: similar videos. */
export interface MediaDNAResult {
  readonly type: 'MEDIA_DNA';
  readonly matches: readonly MediaDNAMatch[];
}

/** A similar video. */
export interface MediaDNAMatch {
  readonly videoId: string;
  /** From 0 to 1. */
  readonly similarity: number;
  readonly segments: readonly MediaDNASegment[];
}

/** A segment of the submitted video and the similar segment of the other video. */
export interface MediaDNASegment {
  readonly input: MediaDNASpan;
  readonly duplicate: MediaDNASpan;
}

/** A part of a video. */
export interface MediaDNASpan {
  readonly startMs: number;
  readonly durationMs: number;
}
