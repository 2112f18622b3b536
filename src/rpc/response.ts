import {
  InvalidResponseError,
  RejectedError,
  type RpcError,
  ThrottledError,
  UnavailableError,
} from './errors.ts';

/** An HTTP response with its complete body. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** The API's response to a call that it ran. */
export interface RpcResponse {
  readonly action: string;
  /** The id of the call that the vendor's support asks for. */
  readonly requestId: string | undefined;
  /** The API's time: the response's `Date` in Unix milliseconds, whole seconds. */
  readonly serverTime?: number | undefined;
  /** The HTTP status. */
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Classifies an HTTP response. Returns errors as values and never throws. */
export function interpret(action: string, raw: RawResponse): RpcResponse | RpcError {
  const body = parseObject(raw.body);
  const requestId = token(body?.RequestId) ?? token(raw.headers['x-acs-request-id']);
  const code = token(body?.Code);
  const upstreamMessage = typeof body?.Message === 'string' ? body.Message : undefined;
  const retryAfterMs = parseRetryAfter(raw.headers['retry-after']);
  const details = { action, requestId, code, upstreamMessage, status: raw.status };

  if (raw.status >= 200 && raw.status < 300) {
    if (!body) return new InvalidResponseError(describe(raw), details);
    // Successful responses have no Code. This is an error, and whether the action ran is unknown.
    if (code !== undefined) return new InvalidResponseError(`HTTP ${raw.status} with an error code`, details);
    return { action, requestId, status: raw.status, serverTime: parseDate(raw.headers.date), body };
  }
  if (raw.status === 429 || (code !== undefined && /^Throttling(\.|$)/.test(code))) {
    return new ThrottledError({ ...details, retryAfterMs });
  }
  if (raw.status >= 500 || (code !== undefined && /^(InternalError|ServiceUnavailable)$/i.test(code))) {
    return new UnavailableError(`HTTP ${raw.status}`, { ...details, mayHaveRun: true, retryAfterMs });
  }
  if (raw.status >= 400 && code !== undefined) {
    return new RejectedError({ ...details, code, serverTime: parseDate(raw.headers.date) });
  }
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
 * A code or a request id. Both appear in logs and GraphQL responses, so any other text is dropped. `*` is allowed
 * because the vendor's samples mask parts of ids with it.
 */
function token(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.:*-]{1,128}$/.test(value) ? value : undefined;
}

/** Describes a response without quoting its body, which may be private. */
function describe({ status, headers, body }: RawResponse): string {
  const type = typeof headers['content-type'] === 'string' ? headers['content-type'].split(';')[0] : '';
  const ofType = type && /^[\w.+-]+\/[\w.+-]+$/.test(type) ? ` of type ${type}` : '';
  const size = body === '' ? 'an empty body' : `a body of ${Buffer.byteLength(body)} bytes${ofType}`;
  return `HTTP ${status} with ${size}; expected a JSON object`;
}

/** `Retry-After` in seconds, as milliseconds. Its date format is not used for throttling. */
function parseRetryAfter(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined;
}

/** `Date` as Unix milliseconds. */
function parseDate(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
