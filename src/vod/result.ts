import { z } from 'zod';
import type { AIJobResult, MediaDNAResult, VideoTagResult } from '../domain/ai-job-result.ts';
import { type Decoded, Undecodable } from '../domain/decoded.ts';
import type { AIJobType } from '../domain/job.ts';
import { int, list, numeric, optional, readJSON } from './fields.ts';

/**
 * What AI jobs found out: the JSON in `Data` of a job, and the same of a video, as GetAIVideoTagResult and
 * GetMediaDNAResult give it. Source: the media AI document that ListAIJob's refers to, and the samples in the documents
 * of the three actions.
 */

/**
 * Times in milliseconds. GetAIVideoTagResult's sample has lists in which one string holds the whole list:
 * `["[\"3260\",\"4000\"]"]`.
 */
const times = z
  .unknown()
  .optional()
  .transform((value) => (Array.isArray(value) ? value.flatMap(unpacked) : unpacked(value)))
  .pipe(list(int));

// English samples end their tags with a line break, the Chinese ones of the same actions do not.
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

const mediaDNAResult: z.ZodType<MediaDNAResult> = z
  .object({ VideoDNA: list(mediaDNAMatch) })
  .transform(({ VideoDNA }) => ({ type: 'MEDIA_DNA', matches: VideoDNA }));

/** Smart tags: `Data` of a job, `VideoTagResult` of a video. */
export function readVideoTagResult(field: string, value: unknown): Decoded<VideoTagResult> {
  return readJSON(field, value, videoTagResult);
}

/** Video DNA: `Data` of a job, `DNAResult` of a video. */
export function readMediaDNAResult(field: string, value: unknown): Decoded<MediaDNAResult> {
  return readJSON(field, value, mediaDNAResult);
}

/** Decodes `Data` as the job's type says. */
export function readResult(type: Decoded<AIJobType>, data: unknown): Decoded<AIJobResult> {
  if (type === 'VIDEO_TAG') return readVideoTagResult('Data', data);
  if (type === 'MEDIA_DNA') return readMediaDNAResult('Data', data);
  return data === undefined || data === null || data === ''
    ? undefined
    : (type ?? new Undecodable('Type', 'the type of the result', 'no type'));
}

/** The list that a string holds as JSON; anything else is left as it is. */
function unpacked(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('[')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
