import { z } from 'zod';
import { type Decoded, Undecodable } from '../domain/decoded.ts';
import type { AIJobStatus, AIJobType, JobFailure } from '../domain/job.ts';

/** Reads single fields of the API's answers; every form that any of its documents shows is understood. */

/** A text that may be missing; numbers are taken for their text, since samples write some ids and codes so. */
export function readText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const statuses: Readonly<Record<string, AIJobStatus>> = {
  init: 'INIT',
  processing: 'PROCESSING',
  success: 'SUCCESS',
  fail: 'FAIL',
};

/** `Status`; one document writes `Processing`, the others lower case. */
export function readStatus(value: unknown): Decoded<AIJobStatus> {
  if (value === undefined || value === null || value === '') return undefined;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  const status = Object.hasOwn(statuses, text) ? statuses[text] : undefined;
  return status ?? new Undecodable('Status', 'init, processing, success or fail', describe(value));
}

const types: Readonly<Record<string, AIJobType>> = {
  AIMediaDNA: 'MEDIA_DNA',
  AIVideoTag: 'VIDEO_TAG',
  // ListAIJob's document names the structure of Data by this, beside AIMediaDNA.
  AIVideoTagResult: 'VIDEO_TAG',
};

/** `Type` of an AI job. */
export function readType(value: unknown): Decoded<AIJobType> {
  if (value === undefined || value === null || value === '') return undefined;
  const type = typeof value === 'string' && Object.hasOwn(types, value) ? types[value] : undefined;
  return type ?? new Undecodable('Type', 'AIMediaDNA or AIVideoTag', describe(value));
}

const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:[.:](\d{1,3}))?Z$/;

/** A time such as `2020-06-28T02:04:32Z`, or with milliseconds behind a point or a colon. */
export function readTime(field: string, value: unknown): Decoded<Date> {
  if (value === undefined || value === null || value === '') return undefined;
  const match = typeof value === 'string' ? TIME.exec(value) : null;
  const text = match ? `${match[1]}.${(match[2] ?? '0').padEnd(3, '0')}Z` : '';
  const time = new Date(text);
  // The parser makes March 2 of February 30; a time that is none does not come back as it went in.
  return !Number.isNaN(time.getTime()) && time.toISOString() === text
    ? time
    : new Undecodable(field, 'a UTC time like 2020-06-28T02:04:32Z', describe(value));
}

/** `Code` and `Message`, which say something where the job has failed and are `0` and `OK` where it has not. */
export function readFailure(
  status: Decoded<AIJobStatus>,
  code: unknown,
  message: unknown,
): JobFailure | undefined {
  return status === 'FAIL' ? { code: readText(code), message: readText(message) } : undefined;
}

/** JSON inside a string, or, as one sample has it, the object itself. Empty is absent. */
export function readJSON<T>(field: string, value: unknown, schema: z.ZodType<T>): Decoded<T> {
  if (value === undefined || value === null || value === '') return undefined;
  let json: unknown = value;
  if (typeof value === 'string') {
    try {
      json = JSON.parse(value);
    } catch {
      return new Undecodable(field, 'JSON', `${value.length} characters that are not JSON`);
    }
  }
  let parsed: z.ZodSafeParseResult<T>;
  try {
    parsed = schema.safeParse(json);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Undecodable(field, 'the documented structure', 'one too deep to be read');
  }
  return parsed.success
    ? parsed.data
    : new Undecodable(field, 'the documented structure', problems(parsed.error));
}

/** Where a structure departs from its schema, as paths and kinds; never a value of it. */
export function problems(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.code} at ${issue.path.map(String).join('.') || 'the top'}`)
    .join('; ');
}

/** A field that is read by itself, later; it may be missing. */
export const anything = z.unknown().optional();

/** A number, also written as a string. */
export const numeric = z.union([
  z.number(),
  z
    .string()
    // VOD writes small numbers as Java does: 9.5E-4.
    .regex(/^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/)
    .transform(Number),
]);

/** A whole number that GraphQL's `Int` can hold; as milliseconds, 24 days. */
export const int = numeric.transform(Math.round).pipe(z.int32());

/** A list that may be missing. */
export function list<T extends z.ZodType>(element: T) {
  return z
    .array(element)
    .nullish()
    .transform((elements) => elements ?? []);
}

/** A value that may be missing or null: `undefined` then. */
export function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** A word of a fixed set, in whatever case it is written (documents write `logo` and `Logo`). */
export function word<T>(words: Readonly<Record<string, T>>) {
  return z.string().transform((text, context): T => {
    const value = oneOf(words, text);
    if (value !== undefined) return value;
    context.issues.push({ code: 'invalid_value', values: Object.keys(words), input: text });
    return z.NEVER;
  });
}

/** One word of a fixed set, as a field by itself. */
export function readWord<T>(field: string, value: unknown, words: Readonly<Record<string, T>>): Decoded<T> {
  if (value === undefined || value === null || value === '') return undefined;
  const read = typeof value === 'string' ? oneOf(words, value) : undefined;
  return read ?? new Undecodable(field, Object.keys(words).join(' or '), describe(value));
}

function oneOf<T>(words: Readonly<Record<string, T>>, text: string): T | undefined {
  const lower = text.toLowerCase();
  return Object.entries(words).find(([word]) => word.toLowerCase() === lower)?.[1];
}

/** Yes or no: a boolean, or one of the words that the documents write for it. */
export const flag = z.union([z.boolean(), word({ true: true, false: false, yes: true, no: false })]);

/** A number, as a field by itself. */
export function readNumber(field: string, value: unknown): Decoded<number> {
  if (value === undefined || value === null || value === '') return undefined;
  const parsed = numeric.safeParse(value);
  return parsed.success ? parsed.data : new Undecodable(field, 'a number', describe(value));
}

/** Tells what came, without its content unless it is a short word. */
function describe(value: unknown): string {
  if (typeof value === 'string') {
    return /^[\w.:-]{1,32}$/.test(value) ? value : `a string of ${value.length} characters`;
  }
  return Array.isArray(value) ? 'an array' : typeof value;
}
