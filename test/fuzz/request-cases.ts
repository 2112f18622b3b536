import { createHash } from 'node:crypto';
import type { Dice } from './dice.ts';
import { type RandomOperation, randomOperation } from './documents.ts';
import { apiKey, callbackKey, type Profile } from './fuzzed-gateway.ts';
import { hugeJson, someJson, someText } from './hostile-values.ts';

/** A request with correct framing. Everything else can be invalid. */
export interface HttpCase {
  readonly method: string;
  readonly target: string;
  /** Whether the request has the API key, if the profile needs one. */
  readonly hasKey: boolean;
  readonly headers: readonly (readonly [string, string])[];
  /** One character for each byte. */
  readonly body: string;
}

const methods = [
  'POST',
  'GET',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'SEARCH',
];
// biome-ignore format: one list, not forty lines
const targets = [
  '/graphql', '/graphql/', '/graphql?', '/', '//', '/graphql//', '*', '/%', '/%00', '/..%2f', '/health', '/ready', '/metrics',
  '/callbacks/vod', '/callbacks/vod/', '/graphql/stream', '/_emulator/faults', '/favicon.ico', 'http://other/graphql', 'http://[/graphql',
  'http://a:99999/graphql', '//graphql:99999/', '/\\', '/graphql#x', '/graphql;a=b', '/GraphQL', '?', '/__proto__', '/.well-known/x',
];
// biome-ignore format: one list, not forty lines
const hosts = [
  'gateway', 'localhost:4000', '', '[', ']', ':', 'a b', 'x:99999', 'http://', 'a/b?c#d', '%%%', '@', 'user:pass@host', '[::1]:80', '\u00fc',
  'a,b', '..', "a'b", '127.0.0.1:0', 'x'.repeat(300),
];
// biome-ignore format: one list, not forty lines
const contentTypes = [
  'application/json', 'application/json; charset=utf-8', 'application/graphql', 'application/graphql+json', 'application/json; charset=utf-16',
  'application/x-www-form-urlencoded', 'multipart/form-data', 'multipart/form-data; boundary=x', 'text/plain', 'text/event-stream', 'x', '', ';',
  'application/JSON', 'application/vnd.a+json', 'application/graphql-response+json', 'application/json, text/plain',
];
// biome-ignore format: one list, not forty lines
const accepts = [
  'application/json', '*/*', 'application/graphql-response+json', 'text/event-stream', 'multipart/mixed', 'text/plain', '', ';q=0',
  'application/graphql-response+json; charset=utf-8, application/json', 'image/*', 'text/event-stream, */*',
];
// biome-ignore format: one list, not forty lines
const otherHeaders = [
  'origin', 'authorization', 'x-api-key', 'cookie', 'traceparent', 'tracestate', 'x-request-id', 'range',
  'if-none-match', 'accept-encoding', 'content-encoding', 'apollo-require-preflight', 'x-apollo-operation-name', 'x-graphql-yoga-csrf', 'expect',
  'upgrade', 'connection', 'te', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'access-control-request-method', 'referer', '__proto__',
  'x-http-method-override', 'x-vod-timestamp', 'x-vod-signature', 'sec-websocket-key', 'accept-language', 'transfer-encoding-', 'constructor',
];
// biome-ignore format: one list, not forty lines
const headerValues = [
  '', 'null', 'https://evil.example.com', 'Bearer', 'Bearer ', 'Bearer a.b.c', 'Bearer eyJhbGciOiJub25lIn0.e30.', 'Basic YTpi', 'gzip', 'br',
  '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '00-zz-zz-zz', 'bytes=0-', 'chunked', 'close', '100-continue', 'keep-alive', 'trailers',
  '\u00ff\u00fe', 'a'.repeat(4_000), '%00', '*', '__proto__', 'POST', '0', 'upgrade', 'websocket', 'h2c',
];

/** Placeholders that are filled in when a case is sent, so that a case can be repeated. */
const NOW = '(the time)';
const SIGNATURE = '(the signature)';

/** A request of any kind. */
export function anyRequest(dice: Dice): HttpCase {
  const method = dice.chance(50) ? dice.pick(methods) : dice.pick(['POST', 'GET']);
  const target = dice.chance(30) ? dice.pick(targets) : '/graphql';
  const headers = headersOf(dice);
  if (method === 'GET' && dice.chance(80)) {
    return {
      method,
      target: `${target}${target.includes('?') ? '' : '?'}${someQuery(dice)}`,
      hasKey: true,
      headers,
      body: '',
    };
  }
  return { method, target, hasKey: !dice.chance(20), headers, body: someBody(dice) };
}

function headersOf(dice: Dice): [string, string][] {
  const headers: [string, string][] = [['host', dice.chance(20) ? dice.pick(hosts) : 'gateway']];
  if (!dice.chance(8)) {
    const isJson = !dice.chance(30);
    headers.push(['content-type', isJson ? 'application/json' : dice.pick(contentTypes)]);
  }
  if (!dice.chance(20)) {
    // Rare, because the page is large.
    const forPage = dice.pick(['text/html', 'application/json;q=0, text/html']);
    headers.push(['accept', dice.chance(3) ? forPage : dice.pick(accepts)]);
  }
  for (let more = dice.below(4); more > 0; more--) {
    const value = dice.chance(20)
      ? dice
          .bytes(12)
          .toString('latin1')
          .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '')
      : dice.pick(headerValues);
    headers.push([dice.pick(otherHeaders), value]);
  }
  return headers;
}

function someQuery(dice: Dice): string {
  const { query, variables, operationName } = randomOperation(dice);
  const parameters = new URLSearchParams();
  if (!dice.chance(10)) parameters.append('query', query);
  if (!dice.chance(30)) parameters.append('variables', variables);
  if (operationName !== undefined) parameters.append('operationName', operationName);
  if (dice.chance(15))
    parameters.append(dice.pick(['extensions', 'documentId', 'token', '__proto__', 'query']), someJson(dice));
  const text = parameters.toString().slice(0, 12_000);
  return dice.chance(10) ? `${text}&%%&=&%ff=%&a[b]=c` : text;
}

function someBody(dice: Dice): string {
  switch (dice.below(8)) {
    case 0:
      return '';
    case 1:
      return dice.bytes(200).toString('latin1');
    case 2:
      return utf8(someJson(dice));
    case 3:
      return utf8(`[${dice.some(4, () => operationBody(randomOperation(dice))).join()}]`);
    case 4:
      return utf8(new URLSearchParams({ query: randomOperation(dice).query }).toString());
    case 5:
      return utf8(
        `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"{__typename}"}\r\n--x--\r\n`,
      );
    default: {
      const body = operationBody(randomOperation(dice));
      return utf8(dice.chance(50) ? body : body.slice(dice.below(5), -dice.below(5) || undefined));
    }
  }
}

/** A valid HTTP request with an operation of the schema. */
export function operationRequest(dice: Dice): HttpCase {
  const body = operationBody(randomOperation(dice));
  return postOf(
    dice,
    body,
    dice.pick(['application/json', 'application/graphql-response+json', 'text/event-stream', '*/*']),
  );
}

function operationBody({ query, variables, operationName }: RandomOperation): string {
  const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  return `{"query":${JSON.stringify(query)},"variables":${variables}${name}}`;
}

export function postOf(dice: Dice, body: string, accept: string): HttpCase {
  const headers = [
    ['host', 'gateway'],
    ['content-type', 'application/json'],
    ['accept', accept],
  ] as const;
  return { method: 'POST', target: '/graphql', hasKey: !dice.chance(2), headers, body: utf8(body) };
}

const documents = [
  'query ($v: [ID!]!) { aiJobs(ids: $v) { id status } }',
  'query ($v: ID!) { aiJob(id: $v) { id data result { __typename } } }',
  'query ($v: ID!) { aiVideo(id: $v) { id aiJobs { totalCount edges { cursor } } } }',
  'query ($v: [_Any!]!) { _entities(representations: $v) { __typename ... on AIJob { id status } ... on Video { id } } }',
  'mutation ($v: JSON) { submitAIJob(input: { videoId: "video-1", types: [VIDEO_TAG], userData: { extend: $v } }) { jobs { id } userErrors { code message field } } }',
  'mutation ($v: SubmitAIJobInput!) { submitAIJob(input: $v) { jobs { id type status } userErrors { code message field } requestId } }',
  'mutation ($v: SubmitAIImageJobInput!) { submitAIImageJob(input: $v) { job { id userData } userErrors { code message field } } }',
  'mutation ($v: ID!, $k: String) { submitAIImageJob(input: { videoId: $v, templateId: "t", idempotencyKey: $k }) { job { id } userErrors { code } } }',
  'query ($v: String) { aiSubmissions(first: 2, after: $v) { edges { cursor node { id } } } }',
  'query ($v: Int) { aiSubmissions(first: $v) { totalCount } }',
  'query ($v: AIJobFilter) { knownAIJobs(filter: $v, last: 2) { totalCount edges { node { id } } } }',
  'query ($v: [AIJobStatus!]) { knownAIJobs(filter: { status: $v }) { totalCount } }',
  'query ($v: ID) { knownAIImageJobs(filter: { videoId: $v }) { totalCount } }',
  'query ($v: DateTime) { aiSubmissions(filter: { submittedAfter: $v }) { totalCount edges { cursor } } }',
] as const;

/** Unusual JSON in every place where JSON can be. */
export function jsonRequest(dice: Dice): HttpCase {
  const value = dice.chance(6) ? hugeJson(dice) : someJson(dice);
  const document = JSON.stringify(dice.pick(documents));
  const wrapped = dice.chance(20)
    ? `{"videoId":"video-2","types":["VIDEO_TAG"],"userData":{"extend":{"a":${value}}}}`
    : value;
  const body = () => {
    switch (dice.below(10)) {
      case 0:
        return value;
      case 1:
        return `{"query":${value}}`;
      case 2:
        return `{"query":${document},"variables":${value}}`;
      case 3:
        return `{"query":"{__typename}","extensions":${dice.chance(50) ? value : persisted(dice)}}`;
      case 4:
        return `{${dice.pick(['"extensions"', '"documentId"', '"operationName"', '"id"', '"__proto__"'])}:${value},"query":"{__typename}"}`;
      default:
        return `{"query":${document},"variables":{"v":${wrapped},"k":${someJson(dice, 4)},"unknown":1}}`;
    }
  };
  return postOf(dice, body(), 'application/json');
}

function persisted(dice: Dice): string {
  const hash = createHash('sha256')
    .update(dice.pick(['{__typename}', 'other']))
    .digest('hex');
  return `{"persistedQuery":{"version":${dice.pick(['1', '2', '"1"', 'null'])},"sha256Hash":${dice.chance(70) ? `"${hash}"` : someJson(dice, 4)}}}`;
}

/** A callback, mostly with a valid signature. The signature does not cover the body. */
export function callbackRequest(dice: Dice): HttpCase {
  const headers: [string, string][] = [
    ['host', 'gateway'],
    ['content-type', 'application/json'],
  ];
  const timestamps = ['0', '-1', '1e9', 'NaN', '', '9'.repeat(400)];
  if (!dice.chance(5)) headers.push(['x-vod-timestamp', dice.chance(90) ? NOW : dice.pick(timestamps)]);
  if (!dice.chance(5))
    headers.push(['x-vod-signature', dice.chance(90) ? SIGNATURE : dice.pick(headerValues)]);
  return {
    method: dice.chance(97) ? 'POST' : dice.pick(methods),
    target: '/callbacks/vod',
    hasKey: false,
    headers,
    body: utf8(eventBody(dice)),
  };
}

function eventBody(dice: Dice): string {
  if (dice.chance(15)) return dice.chance(50) ? someJson(dice) : dice.bytes(100).toString('latin1');
  const value = (text: string) => (dice.chance(10) ? someJson(dice) : JSON.stringify(text));
  const type = dice.pick([
    'AIVideoTagComplete',
    'AIMediaDNAComplete',
    'VideoAIComplete',
    'FileUploadComplete',
    '__proto__',
  ]);
  const extend = dice.pick([
    `{"vodAiGateway":${value(someText(dice))}}`,
    JSON.stringify(`{"vodAiGateway":"x"}`),
    someJson(dice),
  ]);
  const fields = [
    `"EventType":${value(type)}`,
    `"JobId":${value(someText(dice))}`,
    `"MediaId":${value(someText(dice))}`,
    `"EventTime":${value(dice.pick(['2017-03-20T07:49:17Z', '2017-03-20T07:49:17:001Z', 'x']))}`,
    `"Status":${value('success')}`,
    `"Extend":${extend}`,
    `"Data":${dice.chance(3) ? hugeJson(dice) : someJson(dice)}`,
  ];
  return `{${fields.filter(() => !dice.chance(8)).join()}}`;
}

/** The receiver of a request. */
export interface Receiver {
  readonly profile: Profile;
  readonly callbackUrl: string;
}

/** The bytes of a request, with the key and the signature for its receiver. */
export function encoded(sent: HttpCase, { profile, callbackUrl }: Receiver): Buffer {
  const { method, target, hasKey, headers, body } = sent;
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHash('md5').update(`${callbackUrl}|${timestamp}|${callbackKey}`).digest('hex');
  const filledIn = (value: string) => (value === NOW ? timestamp : value === SIGNATURE ? signature : value);
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${filledIn(value)}`),
    ...(profile === 'closed' && hasKey ? [`x-api-key: ${apiKey}`] : []),
    `content-length: ${body.length}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
}

function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}
