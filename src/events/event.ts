import { z } from 'zod';
import { describeText, ID_RULE, isId } from '../domain/id.ts';
import { type JobKind, jobKinds } from '../domain/job.ts';
import { kinds } from '../jobs/kinds.ts';
import { MARKER_KEY } from '../vod/user-data.ts';

/**
 * The body of an event callback. The signature does not cover the body, so an event is only a hint to read its job:
 * `Status`, `Code`, `Message` and `Data` are ignored.
 */
export type VodEvent =
  | {
      readonly kind: 'job';
      /** VOD's name of the event. */
      readonly type: string;
      readonly jobKind: JobKind;
      readonly jobId: string;
      /** The text under `MARKER_KEY` in `Extend`, which names the job's submission. It may be forged. */
      readonly marker: string | undefined;
    }
  /** An event about something else, such as an upload. VOD sends all events of a region to one URL. */
  | { readonly kind: 'other' }
  /** `problem` names the field, the expected value and the received value. */
  | { readonly kind: 'invalid'; readonly problem: string };

/** Parses the body of an event callback. Sources: "Event callbacks" and the document of each event. */
export function parseEvent(rawBody: string): VodEvent {
  const json = parseJSON(rawBody);
  if (json === undefined) {
    return { kind: 'invalid', problem: `body: expected JSON; got ${rawBody.length} other characters` };
  }
  const event = anyEvent.safeParse(json);
  if (!event.success) return { kind: 'invalid', problem: problemOf(event.error) };
  const { EventType } = event.data;
  const jobKind = jobKinds.find((kind) => kinds[kind].eventTypes.includes(EventType));
  if (jobKind === undefined) return { kind: 'other' };

  const ended = jobEvent.safeParse(json);
  if (!ended.success) return { kind: 'invalid', problem: problemOf(ended.error) };
  return {
    kind: 'job',
    jobKind,
    type: event.data.EventType,
    jobId: ended.data.JobId,
    marker: markerIn(ended.data.Extend),
  };
}

const anyEvent = z.object(
  { EventType: z.string(expected("an event's name")).min(1, expected("an event's name")) },
  expected('a JSON object'),
);

// Other fields are ignored: their documents disagree, and an event that is rejected three times is lost.
const jobEvent = z.object({
  JobId: z.string(expected(ID_RULE)).refine(isId, expected(ID_RULE)),
  Extend: z.unknown().optional(),
});

const marked = z.object({ [MARKER_KEY]: z.string().refine(isId) });

/** The marker in `Extend`, which is an object or a JSON string. A gateway's marker is always a valid id. */
function markerIn(extend: unknown): string | undefined {
  return marked.safeParse(typeof extend === 'string' ? parseJSON(extend) : extend).data?.[MARKER_KEY];
}

/** Returns `undefined` if the text is not JSON. The parser's message is dropped because it quotes the text. */
function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Replaces zod's message. */
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
