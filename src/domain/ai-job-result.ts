/** What a finished AI job found out, by the job's type. */
export type AIJobResult = VideoTagResult | MediaDNAResult;

/** What a smart-tag job found, by kind; kinds that were not analysed are empty. */
export interface VideoTagResult {
  readonly type: 'VIDEO_TAG';
  readonly people: readonly PersonTag[];
  readonly times: readonly VideoTag[];
  readonly locations: readonly VideoTag[];
  readonly keywords: readonly VideoTag[];
  readonly categories: readonly VideoTag[];
  readonly transcripts: readonly SpeechTranscript[];
}

export interface VideoTag {
  readonly tag: string;
  /** Where it appears, in milliseconds from the start of the video. */
  readonly timesMs: readonly number[];
}

export interface PersonTag extends VideoTag {
  readonly faceUrl: string | undefined;
}

export interface SpeechTranscript {
  readonly durationMs: number | undefined;
  readonly sentences: readonly SpeechSentence[];
}

export interface SpeechSentence {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly channel: number | undefined;
  /** Characters a minute. */
  readonly speechRate: number | undefined;
}

/** The videos that a video-DNA job found to be similar. */
export interface MediaDNAResult {
  readonly type: 'MEDIA_DNA';
  readonly matches: readonly MediaDNAMatch[];
}

export interface MediaDNAMatch {
  readonly videoId: string;
  /** 0 to 1. */
  readonly similarity: number;
  readonly segments: readonly MediaDNASegment[];
}

/** A stretch of the submitted video and the stretch of the other one that looks like it. */
export interface MediaDNASegment {
  readonly input: MediaSpan;
  readonly duplicate: MediaSpan;
}

export interface MediaSpan {
  readonly startSeconds: number;
  readonly durationSeconds: number;
}
