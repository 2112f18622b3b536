import type { Emulator } from '../../src/emulator/server.ts';
import {
  bodyHash,
  canonicalRequest,
  signatureV1,
  signatureV3,
  stringToSignV1,
  stringToSignV3,
} from '../../src/emulator/signature.ts';

/** An answer, its body read as JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** What a call does differently from a right one. */
export interface Deviation {
  readonly method?: string;
  readonly path?: string;
  readonly form?: Record<string, string>;
  readonly accessKeyId?: string;
  readonly accessKeySecret?: string;
  readonly securityToken?: string;
  /** Unix ms. */
  readonly at?: number;
  readonly nonce?: string;
  /** Set before signing; an empty text leaves the header out. */
  readonly headers?: Record<string, string>;
  /** Set after signing; an empty text leaves the header out. */
  readonly lateHeaders?: Record<string, string>;
  readonly unsigned?: readonly string[];
  readonly signal?: AbortSignal;
}

/** The moment at which tests with a clock of their own begin. */
export const start = Date.UTC(2026, 0, 2, 3, 4, 5);

function isoSeconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Sends a call signed as V3 signs, at `at` (default: {@link start}). */
export async function sendV3(
  emulator: Emulator,
  action: string,
  parameters: Record<string, string>,
  deviation: Deviation = {},
): Promise<Response> {
  const { accessKeyId, accessKeySecret } = { ...emulator.credentials, ...deviation };
  const { method = 'POST', path = '/' } = deviation;
  const query = new URLSearchParams(parameters);
  const body = deviation.form === undefined ? '' : new URLSearchParams(deviation.form).toString();
  const headers = withoutEmpty({
    host: new URL(emulator.origin).host,
    'x-acs-action': action,
    'x-acs-version': '2017-03-21',
    'x-acs-date': isoSeconds(deviation.at ?? start),
    'x-acs-signature-nonce': deviation.nonce ?? crypto.randomUUID(),
    'x-acs-content-sha256': bodyHash(body),
    ...(deviation.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    ...(deviation.securityToken === undefined ? {} : { 'x-acs-security-token': deviation.securityToken }),
    ...deviation.headers,
  });
  const signedHeaders = Object.keys(headers)
    .filter((name) => !deviation.unsigned?.includes(name))
    .sort();
  const canonical = canonicalRequest({
    method,
    path,
    query: [...query],
    headers,
    signedHeaders,
    bodyHash: bodyHash(body),
  });
  const signature = signatureV3(stringToSignV3(canonical), accessKeySecret);
  const authorization = `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${signedHeaders.join(';')},Signature=${signature}`;
  return fetch(`${emulator.origin}${path}?${query}`, {
    method,
    headers: withoutEmpty({ authorization, ...headers, ...deviation.lateHeaders }),
    ...(body === '' ? {} : { body }),
    ...(deviation.signal === undefined ? {} : { signal: deviation.signal }),
  });
}

/** {@link sendV3}, with the answer's JSON. */
export async function callV3(...args: Parameters<typeof sendV3>): Promise<Answer> {
  return read(await sendV3(...args));
}

/** Sends a call signed as V1 signs, with `overrides` set before signing; an empty text leaves a parameter out. */
export async function callV1(
  emulator: Emulator,
  overrides: Record<string, string>,
  {
    as = 'query',
    accessKeySecret = emulator.credentials.accessKeySecret,
    late = {},
  }: {
    as?: 'query' | 'form';
    accessKeySecret?: string;
    late?: Record<string, string>;
  } = {},
): Promise<Answer> {
  const method = as === 'query' ? 'GET' : 'POST';
  const parameters = withoutEmpty({
    AccessKeyId: emulator.credentials.accessKeyId,
    Format: 'JSON',
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: crypto.randomUUID(),
    Timestamp: isoSeconds(start),
    Version: '2017-03-21',
    ...overrides,
  });
  const stringToSign = stringToSignV1(method, Object.entries(parameters));
  const signed = new URLSearchParams(
    withoutEmpty({ ...parameters, Signature: signatureV1(stringToSign, accessKeySecret), ...late }),
  );
  return read(
    as === 'query'
      ? await fetch(`${emulator.origin}/?${signed}`)
      : await fetch(`${emulator.origin}/`, { method, body: signed }),
  );
}

async function read(response: Response): Promise<Answer> {
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

function withoutEmpty(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}
