import { z } from 'zod';
import { describeText, ID_RULE, isId } from '../domain/id.ts';
import { parseTime } from '../vod/fields.ts';
import { MARKER_KEY } from '../vod/user-data.ts';

/** Events that tell the end of an AI job; `VideoAIComplete` is the name that the current document uses. */
const jobEventTypes = ['AIVideoTagComplete', 'AIMediaDNAComplete', 'VideoAIComplete'] as const;
export type JobEventType = (typeof jobEventTypes)[number];

/**
 * What an event callback says, as far as it can be used. The body is not covered by the signature, so an event is a
 * hint to read its job: `Status`, `Code`, `Message` and `Data` are left where they are.
 */
export type VodEvent =
  | {
      readonly kind: 'job';
      readonly jobId: string;
      readonly type: JobEventType;
      /** The text under `MARKER_KEY`, by which the job names its submission; a hint, too. */
      readonly marker: string | undefined;
    }
  /** An event about something else, such as an upload: all events of a region come to one URL. */
  | { readonly kind: 'other'; readonly type: string }
  /** `problem` names the field, what was expected and what came. */
  | { readonly kind: 'invalid'; readonly problem: string };

/** Reads the body of an event callback. Sources: "Event callbacks" and the documents of the single events. */
export function parseEvent(rawBody: string): VodEvent {
  const json = parseJSON(rawBody);
  if (json === undefined) {
    return {
      kind: 'invalid',
      problem: `body: expected JSON; got ${rawBody.length} characters of another kind`,
    };
  }
  const event = anyEvent.safeParse(json);
  if (!event.success) return { kind: 'invalid', problem: problemOf(event.error) };
  const type = event.data.EventType;
  if (!isJobEventType(type)) return { kind: 'other', type };

  const ended = jobEvent.safeParse(json);
  if (!ended.success) return { kind: 'invalid', problem: problemOf(ended.error) };
  return { kind: 'job', jobId: ended.data.JobId, type, marker: markerIn(ended.data.Extend) };
}

const anyEvent = z.object(
  { EventType: z.string(expected("an event's name")).min(1, expected("an event's name")) },
  expected('a JSON object'),
);

// Only these are looked at: what else there is may be of any form, size and depth.
const jobEvent = z.object({
  JobId: z.string(expected(ID_RULE)).refine(isId, expected(ID_RULE)),
  EventTime: z
    .string(expected('a UTC time like 2017-03-20T07:49:17Z'))
    .refine((text) => parseTime(text) !== undefined, expected('a UTC time like 2017-03-20T07:49:17Z'))
    .nullish(),
  Extend: z.unknown().optional(),
});

const marked = z.object({ [MARKER_KEY]: z.string().refine(isId) });

/** The marker in `Extend`: an object, or a string that holds one. What breaks the rule of ids is no gateway's. */
function markerIn(extend: unknown): string | undefined {
  return marked.safeParse(typeof extend === 'string' ? parseJSON(extend) : extend).data?.[MARKER_KEY];
}

function isJobEventType(type: string): type is JobEventType {
  return jobEventTypes.some((known) => known === type);
}

/** `undefined` where the text is not JSON; the parser's own words are not told, since they quote it. */
function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Says what was expected and what came, in place of the schema's own words. */
function expected(form: string): { readonly error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => `expected ${form}; got ${describe(input)}` };
}

function problemOf(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') || 'body'}: ${issue?.message}`;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return describeText(value);
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
