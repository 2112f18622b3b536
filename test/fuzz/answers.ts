import { globSync, readFileSync } from 'node:fs';
import { printSchema } from 'graphql';
import { schema } from '../../src/graphql/schema/schema.ts';
import type { Answer } from './wire.ts';

/** The codes that a request itself can lead to where VOD and the ledger are well; the others tell of outages. */
const codes = new Set([
  'BAD_USER_INPUT',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_MISMATCH',
  'UNAUTHENTICATED',
]);

/** How the library of WebSockets answers to what was to become one: with a text that it calls a page. */
const NO_WEB_SOCKET = /^(Missing or i|I)nvalid [\w -]+$/;

/** What must not be in any answer, whatever was asked: none of it is in what the cases send. */
const leaks: readonly RegExp[] = [
  /\n\s+at [\w<]/,
  /\\n\s+at [\w<]/,
  /\/(src|node_modules|home|tmp|root)\//,
  /node:internal|file:\/\/\/\w+\/w/,
  /\.(ts|mjs|cjs|js):\d+/,
  /sqlite|kysely|\bselect .+ from\b|\binsert into\b|constraint failed|no such table/i,
  /\b(Type|Range|Reference|URI|Assertion)Error\b/,
  /Cannot read propert|\w is not (a function|iterable|defined)|\[object \w+\]|Maximum call stack/,
  /ECONN|ERR_[A-Z]+_|UND_ERR/,
  /acs3|SignatureNonce|AccessKey|Signature=/i,
  /Unexpected (token|end of JSON)|Bad control character|in JSON at position/,
  internalNames(),
];

/** The classes of `src/`, but for those whose names are words, or the schema's. */
function internalNames(): RegExp {
  const sdl = printSchema(schema);
  const root = new URL('../../src/', import.meta.url);
  const names = globSync('**/*.ts', { cwd: root }).flatMap((file) => {
    const text = readFileSync(new URL(file, root), 'utf8');
    return Array.from(text.matchAll(/\bclass (\w+)/g), ([, name = '']) => name);
  });
  const telling = names.filter((name) => /[a-z][A-Z]/.test(name) && !sdl.includes(name));
  return new RegExp(`\\b(${telling.join('|')})\\b`);
}

/** What is wrong with any text that the gateway sends. */
export function leaksIn(text: string, secrets: readonly string[]): string[] {
  const problems = secrets.filter((secret) => text.includes(secret)).map(() => 'tells a secret');
  for (const leak of leaks) {
    const [found] = leak.exec(text) ?? [];
    if (found) problems.push(`tells ${JSON.stringify(found)}`);
  }
  return problems;
}

/** What a whole answer of GraphQL's holds, over whichever transport. */
export interface Content {
  readonly problems: string[];
  /** How many fields of operations have a value. */
  fields: number;
}

interface Result {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: unknown;
}

/** Looks at results, or at the errors of an operation that did not start. */
export function checkResult(result: unknown, content: Content): void {
  const { data, errors } = Object(result) as Result;
  content.fields += Object.keys(data ?? {}).length;
  if (errors === undefined) return;
  if (!Array.isArray(errors) || errors.length === 0) content.problems.push('errors: no list of some');
  else checkErrors(errors, content);
}

export function checkErrors(errors: readonly unknown[], content: Content): void {
  for (const error of errors) {
    const { message, extensions } = Object(error) as { message?: unknown; extensions?: { code?: unknown } };
    const code = extensions?.code;
    if (typeof code !== 'string' || !codes.has(code)) {
      content.problems.push(`an error with the code ${String(code)}: ${String(message)}`);
    }
  }
}

/**
 * What is wrong with an answer, and how many fields of it have values.
 *
 * @param page the one page that there is: no request changes anything in it
 */
export function checkAnswer(
  { status, headers, body }: Answer,
  secrets: readonly string[],
  page: string | undefined,
): Content {
  const content: Content = { problems: [], fields: 0 };
  const { problems } = content;
  if (!(status >= 200 && status < 500) && status !== 101) problems.push(`status ${status}`);
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  for (const [name, value] of headers) problems.push(...leaksIn(`${name}: ${value}`, secrets));
  if (headers.has('x-injected')) problems.push('a header that the request has put in');
  if (type === 'text/html') {
    if (body !== page && !NO_WEB_SOCKET.test(body)) problems.push('another page than the one that there is');
    return content;
  }
  // Metrics name the gateway's own errors, to its operators.
  if (type === 'text/plain') {
    if (secrets.some((secret) => body.includes(secret))) problems.push('tells a secret');
    return content;
  }
  problems.push(...leaksIn(body, secrets));
  if (type === 'application/json' || type === 'application/graphql-response+json') {
    const json = parsed(body);
    // HEAD has none.
    if (json === undefined && body !== '') problems.push('no JSON');
    else checkResult(json, content);
  } else if (type === 'text/event-stream') checkEvents(body, content);
  else if (type === 'multipart/mixed') checkParts(body, content);
  else if (type === '' && body !== '') problems.push('a body of no type');
  else if (type !== '') problems.push(`a body of the type ${type}`);
  return content;
}

/** The parts of an answer to who takes them: each is JSON. */
function checkParts(body: string, content: Content): void {
  for (const part of body.split(/(?:^|\r\n)---(?:--)?(?:\r\n|$)/)) {
    if (part === '') continue;
    const json = parsed(part.slice(part.indexOf('\r\n\r\n')));
    if (json === undefined) content.problems.push(`no part: ${part.slice(0, 100)}`);
    else checkResult(json, content);
  }
}

/** The events of a stream, as far as it has come. */
function checkEvents(body: string, content: Content): void {
  for (const event of body.split('\n\n').slice(0, -1)) {
    if (event === '' || /^(:[^\n]*\n?)+$/.test(event)) continue;
    const [, name, data] =
      /^(?::[^\n]*\n)*event: (next|complete)(?:\ndata:(?: ([^\n\r]*))?)?$/.exec(event) ?? [];
    const json = data === undefined ? undefined : parsed(data);
    if (name === undefined || (data && json === undefined))
      content.problems.push(`no event: ${event.slice(0, 100)}`);
    else if (name === 'next') checkResult(json, content);
  }
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
