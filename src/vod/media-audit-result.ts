import { z } from 'zod';
import type {
  AIAuditSuggestion,
  AuditSubject,
  MediaAuditDetails,
  MediaAuditResult,
  MediaAuditSpeech,
  MediaAuditTimeline,
} from '../domain/media-audit.ts';
import { auditRanges } from './ai-template-config.ts';
import { int, list, numeric, optional, word } from './fields.ts';

/**
 * Results of automated review: `Data` of GetAIMediaAuditJob, and the four actions that return the results of a medium.
 * Source: the documents of these actions. Their samples have numbers as texts and as numbers, so both decode. Any field may
 * be missing. An unknown label is kept, because the documents' lists of labels differ from their samples.
 */

const suggestions = {
  pass: 'PASS',
  review: 'REVIEW',
  block: 'BLOCK',
} as const satisfies Record<string, AIAuditSuggestion>;

/** An absent text may be empty. */
function present<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === '' ? undefined : value), optional(schema));
}

const text = present(z.union([z.string(), z.number().transform(String)]));
const score = present(numeric);
const wholeNumber = present(int);
const suggestion = present(word<AIAuditSuggestion>(suggestions));

/** Names joined by commas. */
const names = text.transform((joined) =>
  (joined ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
);

/** A list. Several samples have its only element in place of the list. */
function listOrElement<T extends z.ZodType>(element: T) {
  return z.preprocess(
    (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? [value] : value),
    list(element),
  );
}

/** One value for each subject. On the wire, the subject is a part of the key's name: `PornResult`. */
function bySubject<Value>(value: (wireName: 'Porn' | 'Terrorism' | 'Ad' | 'Live' | 'Logo') => Value) {
  return {
    porn: value('Porn'),
    terrorism: value('Terrorism'),
    ad: value('Ad'),
    live: value('Live'),
    logo: value('Logo'),
  } satisfies Record<AuditSubject, Value>;
}

const subjectResult = z
  .object({
    Suggestion: suggestion,
    Label: text,
    MaxScore: score,
    AverageScore: score,
    CounterList: listOrElement(
      z.object({ Label: text, Count: wholeNumber }).transform(({ Label, Count }) => ({
        label: Label,
        count: Count,
      })),
    ),
    TopList: listOrElement(
      z.object({ Label: text, Score: score, Timestamp: wholeNumber, Url: text }).transform((frame) => ({
        label: frame.Label,
        score: frame.Score,
        timeMs: frame.Timestamp,
        url: frame.Url,
      })),
    ),
  })
  .transform((result) => ({
    suggestion: result.Suggestion,
    label: result.Label,
    maxScore: result.MaxScore,
    averageScore: result.AverageScore,
    counts: result.CounterList,
    top: result.TopList,
  }));

const videoResult = z
  .object({
    Suggestion: suggestion,
    Label: text,
    PornResult: optional(subjectResult),
    TerrorismResult: optional(subjectResult),
    AdResult: optional(subjectResult),
    LiveResult: optional(subjectResult),
    LogoResult: optional(subjectResult),
  })
  .transform((result) => ({
    suggestion: result.Suggestion,
    label: result.Label,
    ...bySubject((name) => result[`${name}Result`]),
  }));

const wireScene = { Scene: text, Label: text, Score: score, Suggestion: suggestion };

function sceneOf(wire: z.infer<z.ZodObject<typeof wireScene>>) {
  return { scene: wire.Scene, label: wire.Label, score: wire.Score, suggestion: wire.Suggestion };
}

const sceneResult = z.object(wireScene).transform(sceneOf);

const textResult = z
  .object({ Type: text, Content: text, ...wireScene })
  .transform((wire) => ({ type: wire.Type, content: wire.Content, ...sceneOf(wire) }));

const imageResult = z
  .object({ Type: text, Url: text, Suggestion: suggestion, Label: names, Result: listOrElement(sceneResult) })
  .transform((image) => ({
    type: image.Type,
    url: image.Url,
    suggestion: image.Suggestion,
    labels: image.Label,
    scenes: image.Result,
  }));

/** Joins an element that has only `Result` with its neighbour without one: a sample divides one image in this way. */
function joinParts(wire: unknown): unknown {
  if (!Array.isArray(wire)) return wire;
  const joined: unknown[] = [];
  for (const part of wire) {
    const last = joined.at(-1);
    if (isObject(part) && isObject(last) && (isRest(part, last) || isRest(last, part))) {
      joined[joined.length - 1] = { ...last, ...part };
    } else joined.push(part);
  }
  return joined;
}

function isRest(part: object, rest: object): boolean {
  return Object.keys(part).join() === 'Result' && !('Result' in rest);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** `Data` of a job, and `MediaAuditResult` of a medium. */
export const mediaAuditResult: z.ZodType<MediaAuditResult> = z
  .object({
    Suggestion: suggestion,
    Label: names,
    AbnormalModules: names.pipe(z.array(word(auditRanges))),
    VideoResult: optional(videoResult),
    ImageResult: z.preprocess(joinParts, listOrElement(imageResult)),
    TextResult: listOrElement(textResult),
    AudioResult: listOrElement(sceneResult),
  })
  .transform((result) => ({
    suggestion: result.Suggestion,
    labels: result.Label,
    modules: result.AbnormalModules,
    video: result.VideoResult,
    images: result.ImageResult,
    texts: result.TextResult,
    audio: result.AudioResult,
  }));

const timelineEntry = z
  .object({ Label: text, Score: score, Timestamp: wholeNumber })
  .transform(({ Label, Score, Timestamp }) => ({ label: Label, score: Score, timeMs: Timestamp }));

/** `MediaAuditResultTimeline` of a medium. */
export const mediaAuditTimeline: z.ZodType<MediaAuditTimeline> = z
  .object({
    Porn: listOrElement(timelineEntry),
    Terrorism: listOrElement(timelineEntry),
    Ad: listOrElement(timelineEntry),
    Live: listOrElement(timelineEntry),
    Logo: listOrElement(timelineEntry),
  })
  .transform((timeline) => bySubject((name) => timeline[name]));

const detail = z
  .object({
    ...{ PornLabel: text, TerrorismLabel: text, AdLabel: text, LiveLabel: text, LogoLabel: text },
    ...{ PornScore: score, TerrorismScore: score, AdScore: score, LiveScore: score, LogoScore: score },
    Timestamp: wholeNumber,
    Url: text,
  })
  .transform((frame) => ({
    timeMs: frame.Timestamp,
    url: frame.Url,
    ...bySubject((name) => {
      const found = { label: frame[`${name}Label`], score: frame[`${name}Score`] };
      return found.label === undefined && found.score === undefined ? undefined : found;
    }),
  }));

/** `MediaAuditResultDetail` of a medium. */
export const mediaAuditDetails: z.ZodType<MediaAuditDetails> = z
  .object({ Total: wholeNumber, List: listOrElement(detail) })
  .transform(({ Total, List }) => ({ totalCount: Total, frames: List }));

/** Seconds, as milliseconds. */
const seconds = present(numeric.transform((value) => Math.round(1_000 * value)).pipe(z.int32()));

/** `MediaAuditAudioResultDetail` of a medium. `Total` is the number of pages, and `PageTotal` the number of this page. */
export const mediaAuditSpeech: z.ZodType<MediaAuditSpeech> = z
  .object({
    Total: wholeNumber,
    PageTotal: wholeNumber,
    List: listOrElement(
      z.object({ StartTime: seconds, EndTime: seconds, Label: text, Text: text }).transform((sentence) => ({
        startMs: sentence.StartTime,
        endMs: sentence.EndTime,
        label: sentence.Label,
        text: sentence.Text,
      })),
    ),
  })
  .transform(({ Total, PageTotal, List }) => ({ pageCount: Total, page: PageTotal, sentences: List }));
