import {
  InvalidResponseError,
  RejectedError,
  type RpcError,
  ThrottledError,
  UnavailableError,
} from './errors.ts';

/** An HTTP answer, read to its end. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An answer of the API to a call that it ran. */
export interface RpcResponse {
  readonly action: string;
  /** What the vendor's support asks for. */
  readonly requestId: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Tells an answer from an error. Throws nothing: the error is the value. */
export function interpret(action: string, raw: RawResponse): RpcResponse | RpcError {
  const body = parseObject(raw.body);
  const requestId = token(body?.RequestId) ?? token(raw.headers['x-acs-request-id']);
  const code = token(body?.Code);
  const upstreamMessage = typeof body?.Message === 'string' ? body.Message : undefined;
  const asked = retryAfterMs(raw.headers['retry-after']);
  const details = { action, requestId, code, upstreamMessage, status: raw.status };

  if (raw.status >= 200 && raw.status < 300) {
    if (!body) return new InvalidResponseError(describe(raw), details);
    // No action answers with a Code: this is an error, and nobody knows what ran.
    if (code !== undefined)
      return new InvalidResponseError(`HTTP ${raw.status} with the code of an error`, details);
    return { action, requestId, body };
  }
  if (raw.status === 429 || (code !== undefined && /^Throttling(\.|$)/.test(code))) {
    return new ThrottledError({ ...details, retryAfterMs: asked });
  }
  if (raw.status >= 500 || (code !== undefined && /^(InternalError|ServiceUnavailable)$/i.test(code))) {
    return new UnavailableError(`HTTP ${raw.status}`, { ...details, mayHaveRun: true, retryAfterMs: asked });
  }
  if (raw.status >= 400 && code !== undefined) return new RejectedError({ ...details, code });
  return new InvalidResponseError(describe(raw), details);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Codes and request ids end up in logs and in GraphQL answers: what does not look like one is none. The vendor's
 * samples mask parts of ids by `*`.
 */
function token(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.:*-]{1,128}$/.test(value) ? value : undefined;
}

/** Tells what came, without a word of its content. */
function describe({ status, headers, body }: RawResponse): string {
  const type = typeof headers['content-type'] === 'string' ? headers['content-type'].split(';')[0] : '';
  const kind = type && /^[\w.+-]+\/[\w.+-]+$/.test(type) ? ` of type ${type}` : '';
  const size = body === '' ? 'an empty body' : `a body of ${Buffer.byteLength(body)} bytes${kind}`;
  return `HTTP ${status} with ${size}; expected a JSON object`;
}

/** `Retry-After` in its form of seconds; the form of a date is not in use for throttling. */
function retryAfterMs(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined;
}
