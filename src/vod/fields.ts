import { z } from 'zod';
import { type Decoded, Undecodable } from '../domain/decoded.ts';
import type { AIJobStatus, AIJobType, JobFailure } from '../domain/job.ts';

/** Decoders for single fields of the API's responses. They accept every format in the vendor's documents. */

/** Whether a field is absent: the API omits it, or returns `null` or an empty string. */
export function isAbsent(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

/** An optional text. A number becomes text, because samples write some ids and codes as numbers. */
export function decodeText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A field exactly as the API returned it; any value but a string as JSON. */
export function rawText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const statuses: Readonly<Record<string, AIJobStatus>> = {
  init: 'INIT',
  // Only GetJobDetail documents these two.
  reserved: 'INIT',
  analysing: 'PROCESSING',
  processing: 'PROCESSING',
  success: 'SUCCESS',
  fail: 'FAIL',
};

/** `Status`. One document writes `Processing`, the others lower case. */
export function decodeStatus(value: unknown): Decoded<AIJobStatus> {
  if (isAbsent(value)) return undefined;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  const status = Object.hasOwn(statuses, text) ? statuses[text] : undefined;
  return status ?? new Undecodable('Status', 'init, processing, success or fail', describe(value));
}

const types: Readonly<Record<string, AIJobType>> = {
  AIMediaDNA: 'MEDIA_DNA',
  AIVideoTag: 'VIDEO_TAG',
  // ListAIJob's document uses this name for the type whose Data it describes.
  AIVideoTagResult: 'VIDEO_TAG',
};

/** `Type` of an AI job. */
export function decodeType(value: unknown): Decoded<AIJobType> {
  if (isAbsent(value)) return undefined;
  const type = typeof value === 'string' && Object.hasOwn(types, value) ? types[value] : undefined;
  return type ?? new Undecodable('Type', 'AIMediaDNA or AIVideoTag', describe(value));
}

/** What follows the seconds: nothing, or milliseconds. */
const FRACTION = /^[.:](\d{1,3})Z$/;

/** Parses a UTC time such as `2020-06-28T02:04:32Z`. Milliseconds follow a point, or a colon as in one sample. */
export function parseTime(text: string): Date | undefined {
  // By character: a regular expression makes a text of each number, which took 3 % of a lookup's CPU time.
  const day = twoDigits(text, 8);
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const hasForm =
    text[4] === '-' && text[7] === '-' && text[10] === 'T' && text[13] === ':' && text[16] === ':';
  if (!hasForm || !(hour < 24 && minute < 60 && second < 60)) return undefined;
  const ms = milliseconds(text);
  const time = new Date(Date.UTC(year, twoDigits(text, 5) - 1, day, hour, minute, second, ms));
  // Date accepts February 30 as March 1 or 2, and takes years below 100 for those of the last century.
  const isReal = time.getUTCDate() === day && time.getUTCFullYear() === year;
  return isReal ? time : undefined;
}

/** The number that two digits make; `NaN` if there are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
}

/** The milliseconds that follow the seconds of a time; `NaN` if something else follows. */
function milliseconds(text: string): number {
  if (text.length === 20 && text[19] === 'Z') return 0;
  const fraction = FRACTION.exec(text.slice(19))?.[1];
  return fraction === undefined ? Number.NaN : Number(fraction.padEnd(3, '0'));
}

/** A time, in one of the formats of {@link parseTime}. */
export function decodeTime(field: string, value: unknown): Decoded<Date> {
  if (isAbsent(value)) return undefined;
  const time = typeof value === 'string' ? parseTime(value) : undefined;
  return time ?? new Undecodable(field, 'a UTC time like 2020-06-28T02:04:32Z', describe(value));
}

/** `Code` and `Message` of a failed job. Other jobs have `0` and `OK` there, or nothing. */
export function decodeFailure(
  status: Decoded<AIJobStatus>,
  code: unknown,
  message: unknown,
): JobFailure | undefined {
  return status === 'FAIL' ? { code: decodeText(code), message: decodeText(message) } : undefined;
}

/** JSON in a string, or the value itself, as in one sample. */
export function decodeJSON<T>(field: string, value: unknown, schema: z.ZodType<T>): Decoded<T> {
  if (isAbsent(value)) return undefined;
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
    // zod recurses, so deeply nested JSON overflows the stack.
    if (!(error instanceof RangeError)) throw error;
    return new Undecodable(field, 'the documented structure', 'JSON that is nested too deeply');
  }
  return parsed.success
    ? parsed.data
    : new Undecodable(field, 'the documented structure', problems(parsed.error));
}

/** Where a value differs from its schema: up to three kinds and paths. Never quotes the value, which may be private. */
export function problems(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.code} at ${issue.path.map(String).join('.') || 'the root'}`)
    .join('; ');
}

/** One word of a fixed set, in any case. */
export function decodeWord<T>(field: string, value: unknown, words: Readonly<Record<string, T>>): Decoded<T> {
  if (isAbsent(value)) return undefined;
  const decoded = typeof value === 'string' ? findWord(words, value) : undefined;
  return decoded ?? new Undecodable(field, Object.keys(words).join(' or '), describe(value));
}

/** A number, or a string that holds one. */
export function decodeNumber(field: string, value: unknown): Decoded<number> {
  if (isAbsent(value)) return undefined;
  const parsed = numeric.safeParse(value);
  return parsed.success ? parsed.data : new Undecodable(field, 'a number', describe(value));
}

/** Describes a received value. Quotes only short words, because other text may be private. */
function describe(value: unknown): string {
  if (typeof value === 'string') {
    return /^[\w.:-]{1,32}$/.test(value) ? value : `a string of ${value.length} characters`;
  }
  return Array.isArray(value) ? 'an array' : typeof value;
}

/** Schemas for fields inside JSON. */

/** An optional field of any type, which is decoded separately: if it is undecodable, the other fields still decode. */
export const anything = z.unknown().optional();

/** A number, or a string that holds one. */
export const numeric = z.union([
  z.number(),
  z
    .string()
    // VOD writes small numbers as Java does: 9.5E-4.
    .regex(/^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/)
    .transform(Number),
]);

/** A number, rounded, that fits GraphQL's `Int`. As milliseconds, the maximum is 24 days. */
export const int = numeric.transform(Math.round).pipe(z.int32());

/** An optional list. An absent list is empty. */
export function list<T extends z.ZodType>(element: T) {
  return z
    .array(element)
    .nullish()
    .transform((elements) => elements ?? []);
}

/** An optional value. `null` becomes `undefined`. */
export function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** One word of a fixed set, in any case: documents write both `logo` and `Logo`. */
export function word<T>(words: Readonly<Record<string, T>>) {
  return z.string().transform((text, context): T => {
    const value = findWord(words, text);
    if (value !== undefined) return value;
    context.issues.push({ code: 'invalid_value', values: Object.keys(words), input: text });
    return z.NEVER;
  });
}

/** A boolean, or one of the words that documents use instead. */
export const flag = z.union([z.boolean(), word({ true: true, false: false, yes: true, no: false })]);

function findWord<T>(words: Readonly<Record<string, T>>, text: string): T | undefined {
  const lower = text.toLowerCase();
  return Object.entries(words).find(([word]) => word.toLowerCase() === lower)?.[1];
}
