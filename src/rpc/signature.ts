import { createHmac, hash } from 'node:crypto';

/**
 * Signature V3 (`ACS3-HMAC-SHA256`) of Alibaba Cloud's RPC APIs, one function per stage: canonical request, string to
 * sign, signature, `Authorization` header. Source: "V3 request body and signature mechanism" in the vendor's OpenAPI
 * guide.
 */

/** An access key. A temporary key from STS has a `securityToken`. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
}

/** An RPC call before it is signed. All parameters are in the query, so the body is empty. */
export interface UnsignedCall {
  readonly host: string;
  readonly action: string;
  readonly version: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Unix time in milliseconds. The API accepts a difference of 15 minutes from its own clock. */
  readonly timestamp: number;
  /** Unique per attempt: the API rejects a nonce that it has seen. */
  readonly nonce: string;
}

/** The HTTP request of a signed call. */
export interface SignedCall {
  readonly method: 'POST';
  /** `/?` followed by the encoded query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const ALGORITHM = 'ACS3-HMAC-SHA256';
const HASH_OF_EMPTY_BODY = sha256('');

/** Signs a call: runs the three stages and adds the `Authorization` header. */
export function sign(call: UnsignedCall, credentials: Credentials): SignedCall {
  const query = canonicalQuery(call.parameters);
  const headers = headersToSign(call, credentials);
  const text = stringToSign(canonicalRequest(query, headers));
  const authorization =
    `${ALGORITHM} Credential=${credentials.accessKeyId},SignedHeaders=${headerNames(headers)},` +
    `Signature=${signature(text, credentials.accessKeySecret)}`;
  return { method: 'POST', path: `/?${query}`, headers: { ...headers, authorization } };
}

/** Percent-encodes a text as RFC 3986 requires: every UTF-8 byte except letters, digits and `-_.~`. */
export function percentEncode(text: string): string {
  // RFC 3986 reserves these five characters, which encodeURIComponent does not encode.
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The encoded parameters, sorted by name. The same text is signed and sent. */
export function canonicalQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.keys(parameters)
    .sort()
    .map((name) => `${percentEncode(name)}=${percentEncode(parameters[name] ?? '')}`)
    .join('&');
}

/** The signed headers, sorted by name. */
export function headersToSign(call: UnsignedCall, credentials: Credentials): Record<string, string> {
  return {
    host: call.host,
    'x-acs-action': call.action,
    'x-acs-content-sha256': HASH_OF_EMPTY_BODY,
    'x-acs-date': acsDate(call.timestamp),
    ...(credentials.securityToken && { 'x-acs-security-token': credentials.securityToken }),
    'x-acs-signature-nonce': call.nonce,
    'x-acs-version': call.version,
  };
}

let lastSecond = 0;
let lastDate = '1970-01-01T00:00:00Z';

/** A time in whole seconds, such as `2020-06-28T02:04:32Z`. Many calls are signed in the same second. */
function acsDate(timestamp: number): string {
  const second = Math.floor(timestamp / 1_000);
  if (second !== lastSecond) {
    lastDate = new Date(1_000 * second).toISOString().replace('.000Z', 'Z');
    lastSecond = second;
  }
  return lastDate;
}

/** The first stage. The headers have to be sorted by name. */
export function canonicalRequest(query: string, headers: Readonly<Record<string, string>>): string {
  let lines = '';
  for (const name in headers) lines += `${name}:${headers[name]?.trim()}\n`;
  return `POST\n/\n${query}\n${lines}\n${headerNames(headers)}\n${HASH_OF_EMPTY_BODY}`;
}

/** The second stage. */
export function stringToSign(request: string): string {
  return `${ALGORITHM}\n${sha256(request)}`;
}

/** The third stage: HMAC-SHA256 in hexadecimal. */
export function signature(text: string, accessKeySecret: string): string {
  return createHmac('sha256', accessKeySecret).update(text).digest('hex');
}

function headerNames(headers: Readonly<Record<string, string>>): string {
  return Object.keys(headers).join(';');
}

function sha256(text: string): string {
  // In one call: a Hash object costs three times as much for a short text.
  return hash('sha256', text);
}
