import { z } from 'zod';
import type { AIJobResult, MediaDNAResult, VideoTagResult } from '../domain/ai-job-result.ts';
import type { AIJobType } from '../domain/job.ts';
import { type Reading, Unreadable } from '../domain/reading.ts';
import { int, list, numeric, optional, readJSON } from './fields.ts';

/**
 * The results of AI jobs: the JSON in `Data`. Source: the AITemplateConfig and media AI documents that ListAIJob's
 * refers to, and the sample in ListAIJob's own.
 */

const videoTag = z
  .object({ Tag: z.string(), Times: list(int) })
  .transform(({ Tag, Times }) => ({ tag: Tag, timesMs: Times }));

const personTag = z
  .object({ Tag: z.string(), Times: list(int), FaceUrl: optional(z.string()) })
  .transform(({ Tag, Times, FaceUrl }) => ({ tag: Tag, timesMs: Times, faceUrl: FaceUrl }));

const speechSentence = z
  .object({
    StartTime: int,
    EndTime: int,
    Text: z.string(),
    ChannelId: optional(int),
    SpeechRate: optional(int),
  })
  .transform((sentence) => ({
    startMs: sentence.StartTime,
    endMs: sentence.EndTime,
    text: sentence.Text,
    channel: sentence.ChannelId,
    speechRate: sentence.SpeechRate,
  }));

const speechTranscript = z
  .object({ Duration: optional(int), AsrTextList: list(speechSentence) })
  .transform(({ Duration, AsrTextList }) => ({ durationMs: Duration, sentences: AsrTextList }));

/** `Data` of a smart-tag job, and the answer of the action that reads a video's tags. */
export const videoTagResult: z.ZodType<VideoTagResult> = z
  .object({
    Person: list(personTag),
    Time: list(videoTag),
    Location: list(videoTag),
    Keyword: list(videoTag),
    Category: list(videoTag),
    // An object in the samples, an array of such objects in the parameter tables.
    OrigASRData: z
      .union([z.array(speechTranscript), speechTranscript.transform((transcript) => [transcript])])
      .nullish()
      .transform((transcripts) => transcripts ?? []),
  })
  .transform((data) => ({
    type: 'VIDEO_TAG',
    people: data.Person,
    times: data.Time,
    locations: data.Location,
    keywords: data.Keyword,
    categories: data.Category,
    transcripts: data.OrigASRData,
  }));

const mediaSpan = z
  .object({ Start: numeric, Duration: numeric })
  .transform(({ Start, Duration }) => ({ startSeconds: Start, durationSeconds: Duration }));

const mediaDNAMatch = z
  .object({
    PrimaryKey: z.string(),
    Similarity: numeric,
    Detail: list(
      z
        .object({ Input: mediaSpan, Duplication: mediaSpan })
        .transform(({ Input, Duplication }) => ({ input: Input, duplicate: Duplication })),
    ),
  })
  .transform(({ PrimaryKey, Similarity, Detail }) => ({
    videoId: PrimaryKey,
    similarity: Similarity,
    segments: Detail,
  }));

/** `Data` of a video-DNA job, and the answer of the action that reads a video's DNA. */
export const mediaDNAResult: z.ZodType<MediaDNAResult> = z
  .object({ VideoDNA: list(mediaDNAMatch) })
  .transform(({ VideoDNA }) => ({ type: 'MEDIA_DNA', matches: VideoDNA }));

/** Decodes `Data` as the job's type says. */
export function readResult(type: Reading<AIJobType>, data: unknown): Reading<AIJobResult> {
  if (type === 'VIDEO_TAG') return readJSON('Data', data, videoTagResult);
  if (type === 'MEDIA_DNA') return readJSON('Data', data, mediaDNAResult);
  return data === undefined || data === null || data === ''
    ? undefined
    : (type ?? new Unreadable('Type', 'the type of the result', 'no type'));
}
