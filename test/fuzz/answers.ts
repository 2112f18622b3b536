import { globSync, readFileSync } from 'node:fs';
import { printSchema } from 'graphql';
import { schema } from '../../src/graphql/schema/schema.ts';
import { objectsIn, type ResponseBudget } from '../support/response-budget.ts';
import type { FuzzedGateway } from './fuzzed-gateway.ts';
import type { Answer } from './wire.ts';

/** The error codes that a request can cause by itself. All other codes mean an outage, and nothing is down here. */
const codes = new Set([
  'BAD_USER_INPUT',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_MISMATCH',
  'UNAUTHENTICATED',
]);
const forbidden = new Set(['FORBIDDEN']);

/** The body of a rejected upgrade. The WebSocket library sends it as text/html. */
const NO_WEB_SOCKET = /^(Missing or i|I)nvalid [\w -]+$/;

/** Patterns that no response may match. No case sends such a text. */
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

/** The names of the classes in `src/`, without single words and names in the schema. */
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

/** The secrets and internals in a text of the gateway. */
export function leaksIn(text: string, secrets: readonly string[]): string[] {
  const problems = secrets.filter((secret) => text.includes(secret)).map(() => 'tells a secret');
  for (const leak of leaks) {
    const [found] = leak.exec(text) ?? [];
    if (found) problems.push(`tells ${JSON.stringify(found)}`);
  }
  return problems;
}

/** The findings in a GraphQL response, over any transport. */
export interface Content {
  readonly problems: string[];
  /** The number of root fields with a value. */
  fields: number;
  readonly budget: ResponseBudget;
}

interface Result {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: unknown;
}

/** Checks a result, or the errors of an operation that did not start. */
export function checkResult(result: unknown, content: Content): void {
  const { data, errors } = Object(result) as Result;
  content.fields += Object.keys(data ?? {}).length;
  checkSize(data, content);
  if (errors === undefined) return;
  if (!Array.isArray(errors) || errors.length === 0) content.problems.push('errors: no list of some');
  else checkErrors(errors, content);
}

function checkSize(data: unknown, { problems, budget }: Content): void {
  const objects = objectsIn(data);
  if (objects > budget.objects) problems.push(`${objects} objects`);
  const bytes = Buffer.byteLength(JSON.stringify(data) ?? '');
  if (bytes > budget.bytes) problems.push(`${bytes} bytes of data`);
}

export function checkErrors(errors: readonly unknown[], content: Content, expected = codes): void {
  if (errors.length > content.budget.errors) content.problems.push(`${errors.length} errors`);
  for (const error of errors) {
    const { message, extensions } = Object(error) as { message?: unknown; extensions?: { code?: unknown } };
    const code = extensions?.code;
    // After ten wrong credentials of one address.
    if (code === 'RATE_LIMITED' && String(message).startsWith('credentials: ')) continue;
    if (typeof code !== 'string' || !expected.has(code)) {
      content.problems.push(`an error with the code ${String(code)}: ${String(message)}`);
    }
  }
}

/** Checks an HTTP response. */
export function checkAnswer(
  { status, headers, body }: Answer,
  { secrets, page, budget }: Pick<FuzzedGateway, 'secrets' | 'page' | 'budget'>,
): Content {
  const content: Content = { problems: [], fields: 0, budget };
  const { problems } = content;
  if (!(status >= 200 && status < 500) && status !== 101) problems.push(`status ${status}`);
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  for (const [name, value] of headers) problems.push(...leaksIn(`${name}: ${value}`, secrets));
  if (headers.has('x-injected')) problems.push('a header that the request has put in');
  if (type === 'text/html') {
    if (body !== page && !NO_WEB_SOCKET.test(body)) problems.push('another page than the one that there is');
    return content;
  }
  // Metrics are for operators and name internal errors.
  if (type === 'text/plain') {
    if (secrets.some((secret) => body.includes(secret))) problems.push('tells a secret');
    return content;
  }
  problems.push(...leaksIn(body, secrets));
  if (type === 'application/json' || type === 'application/graphql-response+json') {
    const json = parsed(body);
    // The response to HEAD has no body.
    if (json === undefined && body !== '') problems.push('no JSON');
    // Only callbacks with an invalid signature are forbidden: the fuzzer's callers have all scopes.
    else if (status === 403) checkErrors(Object(json).errors ?? [], content, forbidden);
    else checkResult(json, content);
  } else if (type === 'text/event-stream') checkEvents(body, content);
  else if (type === 'multipart/mixed') checkParts(body, content);
  else if (type === '' && body !== '') problems.push('a body of no type');
  else if (type !== '') problems.push(`a body of the type ${type}`);
  return content;
}

/** Checks the parts of a multipart response. Each is JSON. */
function checkParts(body: string, content: Content): void {
  for (const part of body.split(/(?:^|\r\n)---(?:--)?(?:\r\n|$)/)) {
    if (part === '') continue;
    const json = parsed(part.slice(part.indexOf('\r\n\r\n')));
    if (json === undefined) content.problems.push(`no part: ${part.slice(0, 100)}`);
    else checkResult(json, content);
  }
}

/** Checks the complete events of a stream that may continue. */
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
