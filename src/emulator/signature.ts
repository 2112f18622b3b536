import { createHash, createHmac } from 'node:crypto';

/** Decoded parameters in order of arrival. A name can occur more than once. */
export type ParameterPairs = readonly (readonly [name: string, value: string])[];

/**
 * Percent-encodes everything but the unreserved characters of RFC 3986: `A-Z a-z 0-9 - _ . ~`.
 * `encodeURIComponent` does not encode `!'()*`, which both signatures treat as reserved.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The canonical query of both signatures: encoded `name=value` pairs, sorted by name and value, joined by `&`. */
export function canonicalQuery(parameters: ParameterPairs): string {
  return parameters
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

// Byte order. `localeCompare` would depend on the machine's language.
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * The string to sign of signature V1 (HMAC-SHA1, sent as a parameter), as described in "Request syntax and signature
 * method V2" and older ApsaraVideo VOD documents.
 *
 * @param parameters all parameters of the query and the form. `Signature` is ignored.
 */
export function stringToSignV1(method: string, parameters: ParameterPairs): string {
  const signed = parameters.filter(([name]) => name !== 'Signature');
  return `${method}&${percentEncode('/')}&${percentEncode(canonicalQuery(signed))}`;
}

/** The base64 signature V1 of a string to sign. The HMAC key is the secret followed by `&`. */
export function signatureV1(stringToSign: string, accessKeySecret: string): string {
  return createHmac('sha1', `${accessKeySecret}&`).update(stringToSign).digest('base64');
}

/** The only algorithm of signature V3 that the emulator supports. */
const algorithmV3 = 'ACS3-HMAC-SHA256';

/** The parts of a request that signature V3 covers. */
export interface SignableRequestV3 {
  readonly method: string;
  /** The raw path, without the query. */
  readonly path: string;
  readonly query: ParameterPairs;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly signedHeaders: readonly string[];
  /** Hex SHA-256 of the body. */
  readonly bodyHash: string;
}

/** Hex SHA-256. For a request without a body, pass the empty string. */
export function bodyHash(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

/** Signature V3, stage 1: the canonical request, as described in "Request syntax and signature method V3". */
export function canonicalRequest(request: SignableRequestV3): string {
  const headers = request.signedHeaders
    .map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`)
    .join('');
  return [
    request.method,
    request.path,
    canonicalQuery(request.query),
    headers,
    request.signedHeaders.join(';'),
    request.bodyHash,
  ].join('\n');
}

/** Signature V3, stage 2: the algorithm and the hash of the canonical request. */
export function stringToSignV3(canonical: string): string {
  return `${algorithmV3}\n${createHash('sha256').update(canonical).digest('hex')}`;
}

/** Signature V3, stage 3: the hex signature. */
export function signatureV3(stringToSign: string, accessKeySecret: string): string {
  return createHmac('sha256', accessKeySecret).update(stringToSign).digest('hex');
}

/** The parts of an `Authorization` header of signature V3. */
export interface AuthorizationV3 {
  readonly accessKeyId: string;
  /** Lower-case header names, in the header's order. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/**
 * Parses `ACS3-HMAC-SHA256 Credential=…,SignedHeaders=a;b,Signature=…`, with the parts in any order. Returns
 * `undefined` for any other header.
 */
export function parseAuthorizationV3(header: string): AuthorizationV3 | undefined {
  if (!header.startsWith(`${algorithmV3} `)) return undefined;
  const parts = new Map<string, string>();
  for (const part of header.slice(algorithmV3.length + 1).split(',')) {
    const equals = part.indexOf('=');
    if (equals < 0) return undefined;
    parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const accessKeyId = parts.get('Credential');
  const signedHeaders = parts.get('SignedHeaders');
  const signature = parts.get('Signature');
  if (!accessKeyId || !signedHeaders || !signature) return undefined;
  return { accessKeyId, signedHeaders: signedHeaders.split(';'), signature };
}
