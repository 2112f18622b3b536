import type { IncomingMessage } from 'node:http';
import { ApiError } from './errors.ts';
import type { ParameterPairs } from './signature.ts';

/** A request to the RPC-style API with its complete body. Its signature is not verified yet. */
export interface ReceivedRequest {
  readonly method: string;
  /** The raw path, without the query. */
  readonly path: string;
  /** By lower-case name. The values of a repeated header are joined by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  readonly query: ParameterPairs;
  /** The parameters of the query, then those of the form. The vendor's older clients use the form for POST. */
  readonly allParameters: ParameterPairs;
}

const maxBodyBytes = 1024 * 1024;

/** Reads a request. Throws {@link ApiError} (413) if its body exceeds 1 MiB. */
export async function readRequest(message: IncomingMessage): Promise<ReceivedRequest> {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const query = [...new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))];
  const body = await readBody(message);
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return {
    method: message.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    headers,
    body,
    query,
    allParameters: isForm ? [...query, ...new URLSearchParams(body.toString('utf8'))] : query,
  };
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) {
      throw new ApiError(413, 'RequestTooLarge', `The request's body is longer than ${maxBodyBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** Whether a request uses signature V3. Any other request is treated as V1. */
export function isSignedV3(request: ReceivedRequest): boolean {
  return request.headers.authorization !== undefined;
}

// Signature V1 sends these beside the action's own parameters.
const protocolParameters = new Set([
  'AccessKeyId',
  'Action',
  'Format',
  'SecurityToken',
  'Signature',
  'SignatureMethod',
  'SignatureNonce',
  'SignatureType',
  'SignatureVersion',
  'Timestamp',
  'Version',
]);

/** The action and API version that a request names, and the action's own parameters. */
export function requestedAction(request: ReceivedRequest): {
  action: string | undefined;
  version: string | undefined;
  parameters: Readonly<Record<string, string>>;
} {
  const isV3 = isSignedV3(request);
  const all = new Map(request.allParameters);
  const parameterOrHeader = (parameter: string, header: string) =>
    (isV3 ? undefined : all.get(parameter)) ?? (request.headers[header] || undefined);
  return {
    action: parameterOrHeader('Action', 'x-acs-action'),
    version: parameterOrHeader('Version', 'x-acs-version'),
    parameters: Object.fromEntries([...all].filter(([name]) => isV3 || !protocolParameters.has(name))),
  };
}

/** A call that the emulator received. */
export interface EmulatorCall {
  /** The requested action, known or not. */
  readonly action: string;
  /** The action's own parameters, without those of the signature and the routing. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** Unix ms. */
  readonly at: number;
  /** `pending` until the response is decided, then `ok`, the error's code or the fault's kind. */
  readonly outcome: string;
}

/** A logged call whose outcome can be set. */
export type LoggedCall = Omit<EmulatorCall, 'outcome'> & { outcome: string };

const maxCalls = 10_000;

/** The last 10,000 calls, in order of arrival. */
export class CallLog {
  readonly #calls: LoggedCall[] = [];

  get calls(): readonly EmulatorCall[] {
    return this.#calls;
  }

  /** Adds a pending call. */
  add(call: Omit<EmulatorCall, 'outcome'>): LoggedCall {
    const logged = { ...call, outcome: 'pending' };
    this.#calls.push(logged);
    if (this.#calls.length > maxCalls) this.#calls.shift();
    return logged;
  }
}

export interface ApiResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** The result of a call: a response, a reset connection, or a connection that stays open without a response. */
export type CallResult = ApiResponse | { readonly kind: 'reset' } | { readonly kind: 'stall' };

/** A JSON response with the content type that VOD uses. */
export function jsonResponse(status: number, body: object): ApiResponse {
  return {
    kind: 'response',
    status,
    contentType: 'application/json;charset=utf-8',
    body: JSON.stringify(body),
  };
}
