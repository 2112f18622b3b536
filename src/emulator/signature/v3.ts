import { createHash, createHmac } from 'node:crypto';
import { canonicalQuery, type ParameterPairs } from './encoding.ts';

/** The only algorithm of signature V3 that the emulator knows. */
export const algorithmV3 = 'ACS3-HMAC-SHA256';

/** What an `Authorization` header of signature V3 holds. */
export interface AuthorizationV3 {
  readonly accessKeyId: string;
  /** Lower-case header names, in the order they were signed. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** The parts of a request that signature V3 covers. */
export interface SignableRequestV3 {
  readonly method: string;
  /** As it came on the wire, without the query. */
  readonly path: string;
  readonly query: ParameterPairs;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly signedHeaders: readonly string[];
  /** Hex SHA-256 of the body. */
  readonly bodyHash: string;
}

/** Hex SHA-256 of a body, of the empty string where there is none. */
export function bodyHash(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

/** First stage: the canonical request of the "Request syntax and signature method V3" document. */
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

/** Second stage: the algorithm's name and the hash of the canonical request. */
export function stringToSignV3(canonical: string): string {
  return `${algorithmV3}\n${createHash('sha256').update(canonical).digest('hex')}`;
}

/** Third stage: the hex signature. */
export function signatureV3(stringToSign: string, accessKeySecret: string): string {
  return createHmac('sha256', accessKeySecret).update(stringToSign).digest('hex');
}

/**
 * Reads an `Authorization` header: `ACS3-HMAC-SHA256 Credential=…,SignedHeaders=a;b,Signature=…`, its parts in
 * any order. `undefined` where it is not one.
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
