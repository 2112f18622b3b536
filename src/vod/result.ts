import { z } from 'zod';
import type { AIJobResult, MediaDNAResult, VideoTagResult } from '../domain/ai-job-result.ts';
import { type Decoded, Undecodable } from '../domain/decoded.ts';
import type { AIJobType } from '../domain/job.ts';
import { decodeJSON, int, isAbsent, list, numeric, optional } from './fields.ts';

/**
 * Results of AI jobs: the JSON in a job's `Data`, and the JSON of a video in GetAIVideoTagResult and GetMediaDNAResult.
 * Source: the media AI document to which ListAIJob's document refers, and the samples of the three actions.
 */

/**
 * Times in milliseconds. In GetAIVideoTagResult's sample, one string holds the whole list: `["[\"3260\",\"4000\"]"]`.
 */
const times = z
  .unknown()
  .optional()
  .transform((value) => (Array.isArray(value) ? value.flatMap(unpacked) : unpacked(value)))
  .pipe(list(int));

// In the English samples, tags end with a line break. In the Chinese samples of the same actions they do not.
const tag = z.string().transform((text) => text.trim());

const videoTag = z
  .object({ Tag: tag, Times: times })
  .transform(({ Tag, Times }) => ({ tag: Tag, timesMs: Times }));

const personTag = z
  .object({ Tag: tag, Times: times, FaceUrl: optional(z.string()) })
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

const videoTagResult: z.ZodType<VideoTagResult> = z
  .object({
    Person: list(personTag),
    Time: list(videoTag),
    Location: list(videoTag),
    Keyword: list(videoTag),
    Category: list(videoTag),
    // An object in the samples, but an array of objects in the parameter tables.
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

/** Seconds, as milliseconds. */
const seconds = numeric.transform((value) => Math.round(1_000 * value)).pipe(z.int32());

const mediaDNASpan = z
  .object({ Start: seconds, Duration: seconds })
  .transform(({ Start, Duration }) => ({ startMs: Start, durationMs: Duration }));

const mediaDNAMatch = z
  .object({
    PrimaryKey: z.string(),
    Similarity: numeric,
    Detail: list(
      z
        .object({ Input: mediaDNASpan, Duplication: mediaDNASpan })
        .transform(({ Input, Duplication }) => ({ input: Input, duplicate: Duplication })),
    ),
  })
  .transform(({ PrimaryKey, Similarity, Detail }) => ({
    videoId: PrimaryKey,
    similarity: Similarity,
    segments: Detail,
  }));

const mediaDNAResult: z.ZodType<MediaDNAResult> = z
  .object({ VideoDNA: list(mediaDNAMatch) })
  .transform(({ VideoDNA }) => ({ type: 'MEDIA_DNA', matches: VideoDNA }));

/** Smart tags: `Data` of a job or `VideoTagResult` of a video. */
export function decodeVideoTagResult(field: string, value: unknown): Decoded<VideoTagResult> {
  return decodeJSON(field, value, videoTagResult);
}

/** Video DNA: `Data` of a job or `DNAResult` of a video. */
export function decodeMediaDNAResult(field: string, value: unknown): Decoded<MediaDNAResult> {
  return decodeJSON(field, value, mediaDNAResult);
}

/** `Data` of a job. Its structure depends on the job's type. */
export function decodeResult(type: Decoded<AIJobType>, data: unknown): Decoded<AIJobResult> {
  if (type === 'VIDEO_TAG') return decodeVideoTagResult('Data', data);
  if (type === 'MEDIA_DNA') return decodeMediaDNAResult('Data', data);
  return isAbsent(data) ? undefined : (type ?? new Undecodable('Type', 'the type of the result', 'no type'));
}

/** Parses a string that holds a JSON list. Returns any other value unchanged. */
function unpacked(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('[')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
