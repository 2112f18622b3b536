import { createHash, createHmac } from 'node:crypto';

/**
 * Signature V3 (`ACS3-HMAC-SHA256`) of Alibaba Cloud's RPC APIs, stage by stage: canonical request, string to sign,
 * signature, `Authorization` header. Source: "V3 request body and signature mechanism" of the vendor's OpenAPI guide.
 */

/** An access key; with `securityToken` where it is a temporary one from STS. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
}

/** An RPC call before it is signed. Its body is always empty: all parameters travel in the query. */
export interface UnsignedCall {
  readonly host: string;
  readonly action: string;
  readonly version: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Unix time in milliseconds; the API accepts 15 minutes of difference to its own clock. */
  readonly timestamp: number;
  /** Never used before. */
  readonly nonce: string;
}

/** What goes over the wire. */
export interface SignedCall {
  readonly method: 'POST';
  /** `/?` and the encoded query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const ALGORITHM = 'ACS3-HMAC-SHA256';
const HASH_OF_EMPTY_BODY = sha256('');

/** Signs the call. */
export function sign(call: UnsignedCall, credentials: Credentials): SignedCall {
  const query = canonicalQuery(call.parameters);
  const headers = headersToSign(call, credentials);
  const text = stringToSign(canonicalRequest(query, headers));
  const authorization =
    `${ALGORITHM} Credential=${credentials.accessKeyId},SignedHeaders=${headerNames(headers)},` +
    `Signature=${signature(text, credentials.accessKeySecret)}`;
  return { method: 'POST', path: `/?${query}`, headers: { ...headers, authorization } };
}

/** RFC 3986: everything but letters, digits and `-_.~` is percent-encoded, as UTF-8. */
export function percentEncode(text: string): string {
  // encodeURIComponent leaves these five alone, which RFC 3986 reserves.
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The parameters encoded and sorted by name: what is signed is also what is sent. */
export function canonicalQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.keys(parameters)
    .sort()
    .map((name) => `${percentEncode(name)}=${percentEncode(parameters[name] ?? '')}`)
    .join('&');
}

/** All headers that are signed, in the order of their names. */
export function headersToSign(call: UnsignedCall, credentials: Credentials): Record<string, string> {
  return {
    host: call.host,
    'x-acs-action': call.action,
    'x-acs-content-sha256': HASH_OF_EMPTY_BODY,
    'x-acs-date': new Date(call.timestamp).toISOString().replace(/\.\d+Z$/, 'Z'),
    ...(credentials.securityToken && { 'x-acs-security-token': credentials.securityToken }),
    'x-acs-signature-nonce': call.nonce,
    'x-acs-version': call.version,
  };
}

export function canonicalRequest(query: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value.trim()}\n`);
  return ['POST', '/', query, lines.join(''), headerNames(headers), HASH_OF_EMPTY_BODY].join('\n');
}

export function stringToSign(request: string): string {
  return `${ALGORITHM}\n${sha256(request)}`;
}

/** Hex HMAC-SHA256. */
export function signature(text: string, accessKeySecret: string): string {
  return createHmac('sha256', accessKeySecret).update(text).digest('hex');
}

function headerNames(headers: Readonly<Record<string, string>>): string {
  return Object.keys(headers).join(';');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
