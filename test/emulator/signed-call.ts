import {
  bodyHash,
  canonicalRequest,
  signatureV1,
  signatureV3,
  stringToSignV1,
  stringToSignV3,
} from '../../src/emulator/signature.ts';
import type { TestEmulator } from './running-emulator.ts';

/** A response and its parsed JSON body. */
export interface CallResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** The differences of a call from a valid one. */
export interface Deviation {
  readonly method?: string;
  readonly path?: string;
  readonly form?: Record<string, string>;
  readonly accessKeyId?: string;
  readonly accessKeySecret?: string;
  readonly securityToken?: string;
  /** Unix ms. Default: the emulator's time. */
  readonly at?: number;
  readonly nonce?: string;
  /** Set before signing. An empty text removes the header. */
  readonly headers?: Record<string, string>;
  /** Set after signing. An empty text removes the header. */
  readonly lateHeaders?: Record<string, string>;
  readonly unsigned?: readonly string[];
  readonly signal?: AbortSignal;
}

function isoSeconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Sends a call with signature V3. */
export async function sendV3(
  emulator: TestEmulator,
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
    'x-acs-date': isoSeconds(deviation.at ?? emulator.clock.now()),
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

/** {@link sendV3} with the response's JSON. */
export async function callV3(...args: Parameters<typeof sendV3>): Promise<CallResponse> {
  return parsed(await sendV3(...args));
}

/**
 * Sends a call with signature V1.
 *
 * @param overrides set before signing. An empty text removes the parameter.
 */
export async function callV1(
  emulator: TestEmulator,
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
): Promise<CallResponse> {
  const method = as === 'query' ? 'GET' : 'POST';
  const parameters = withoutEmpty({
    AccessKeyId: emulator.credentials.accessKeyId,
    Format: 'JSON',
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: crypto.randomUUID(),
    Timestamp: isoSeconds(emulator.clock.now()),
    Version: '2017-03-21',
    ...overrides,
  });
  const stringToSign = stringToSignV1(method, Object.entries(parameters));
  const signed = new URLSearchParams(
    withoutEmpty({ ...parameters, Signature: signatureV1(stringToSign, accessKeySecret), ...late }),
  );
  return parsed(
    as === 'query'
      ? await fetch(`${emulator.origin}/?${signed}`)
      : await fetch(`${emulator.origin}/`, { method, body: signed }),
  );
}

/** Submits a job and returns its id. */
export async function submitted(emulator: TestEmulator, parameters: Record<string, string>): Promise<string> {
  const { body } = await callV3(emulator, 'SubmitAIJob', { Types: 'AIVideoTag', ...parameters });
  const { AIJob } = body.AIJobList as { AIJob: { JobId: string }[] };
  const jobId = AIJob[0]?.JobId;
  if (jobId === undefined) throw new Error(`expected a job; got ${JSON.stringify(body)}`);
  return jobId;
}

/** A job as ListAIJob returns it. */
export async function listed(emulator: TestEmulator, jobId: string): Promise<Record<string, string>> {
  const { body } = await callV3(emulator, 'ListAIJob', { JobIds: jobId });
  const { AIJob } = body.AIJobList as { AIJob: Record<string, string>[] };
  const job = AIJob[0];
  if (job === undefined) throw new Error(`expected a job; got ${JSON.stringify(body)}`);
  return job;
}

async function parsed(response: Response): Promise<CallResponse> {
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

function withoutEmpty(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}
