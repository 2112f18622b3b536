/** The details of a failed call. They never contain a URL, a credential, a signature or a response body. */
export interface RpcErrorDetails {
  readonly action: string;
  /** The API's error code, such as `Throttling.User`. */
  readonly code?: string | undefined;
  /** The API's own message. It may quote the input, so only the submitter may see it. */
  readonly upstreamMessage?: string | undefined;
  readonly requestId?: string | undefined;
  /** The HTTP status, if there was a response. */
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

/** A call to the API that returned no usable response. */
export abstract class RpcError extends Error {
  readonly action: string;
  readonly code: string | undefined;
  readonly upstreamMessage: string | undefined;
  readonly requestId: string | undefined;
  readonly status: number | undefined;
  /**
   * Whether the API may have run the action. `false` only if it certainly did not: a submit costs money and is retried
   * only then.
   */
  abstract readonly mayHaveRun: boolean;

  constructor(message: string, details: RpcErrorDetails) {
    super(message, { cause: details.cause });
    this.name = new.target.name;
    this.action = details.action;
    this.code = details.code;
    this.upstreamMessage = details.upstreamMessage;
    this.requestId = details.requestId;
    this.status = details.status;
  }
}

/** The API rejected the call, for example for a parameter, a permission or the signature. */
export class RejectedError extends RpcError {
  readonly mayHaveRun = false;
  /** The API's time: the response's `Date` in Unix milliseconds. */
  readonly serverTime: number | undefined;

  constructor(details: RpcErrorDetails & { code: string; serverTime?: number | undefined }) {
    super(`VOD rejected ${details.action}: ${details.code}`, details);
    this.serverTime = details.serverTime;
  }
}

/** The call exceeds the account's quota: the API throttled it, or no quota was available before the deadline. */
export class ThrottledError extends RpcError {
  readonly mayHaveRun = false;
  /** Milliseconds to wait before the next attempt: the API's `Retry-After`, or else the client's estimate. */
  retryAfterMs: number | undefined;

  constructor(details: RpcErrorDetails & { retryAfterMs?: number | undefined }) {
    super(
      details.status === undefined
        ? `the quota of ${details.action} is exhausted`
        : `VOD throttled ${details.action}`,
      details,
    );
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The API did not process the call: HTTP 5xx, a refused or lost connection, or no credentials. */
export class UnavailableError extends RpcError {
  readonly mayHaveRun: boolean;
  /** The API's `Retry-After` in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    reason: string,
    details: RpcErrorDetails & { mayHaveRun: boolean; retryAfterMs?: number | undefined },
  ) {
    super(`VOD did not process ${details.action}: ${reason}`, details);
    this.mayHaveRun = details.mayHaveRun;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The circuit is open because most calls of the action failed recently. Nothing was sent. */
export class CircuitOpenError extends RpcError {
  readonly mayHaveRun = false;

  constructor(details: RpcErrorDetails) {
    super(`VOD is down: ${details.action} was not sent`, details);
  }
}

/**
 * The operation, or its caller, has used the calls that it may make, or holds as many results as it may; `cause` is the
 * caller's limit. Nothing was sent.
 */
export class OverBudgetError extends RpcError {
  readonly mayHaveRun = false;

  constructor(details: RpcErrorDetails, reason = 'has used its calls to VOD') {
    super(`${details.action} was not sent: the operation ${reason}`, details);
  }

  /** The error of a result that the operation may not hold besides its others. */
  static ofResult(action: string): OverBudgetError {
    return new OverBudgetError({ action }, 'holds as many results as it may');
  }
}

/** No response within the deadline, retries included. */
export class TimeoutError extends RpcError {
  readonly mayHaveRun: boolean;

  constructor(timeoutMs: number, details: RpcErrorDetails & { mayHaveRun: boolean }) {
    super(`VOD did not respond to ${details.action} within ${timeoutMs} ms`, details);
    this.mayHaveRun = details.mayHaveRun;
  }
}

/** The caller aborted before the response arrived. */
export class CancelledError extends RpcError {
  readonly mayHaveRun: boolean;

  constructor(details: RpcErrorDetails & { mayHaveRun: boolean }) {
    super(`${details.action} was cancelled`, details);
    this.mayHaveRun = details.mayHaveRun;
  }
}

/** A response that no document describes: a proxy's HTML page, an empty body, or JSON of another structure. */
export class InvalidResponseError extends RpcError {
  readonly mayHaveRun = true;

  constructor(problem: string, details: RpcErrorDetails) {
    super(`VOD's response to ${details.action} is invalid: ${problem}`, details);
  }
}

const ACCOUNT_CODES = [
  /AccessKey|SecurityToken|StsToken/i,
  /^(Incomplete)?Signature/,
  /^InvalidTimeStamp/,
  /^(Forbidden|NoPermission)/i,
  /^OperationDenied\.Suspended/,
  /^Invalid(Action|Version|Api)\b/i,
];

/** Whether a rejection concerns the gateway's account or its use of the API. Changed input does not help then. */
export function isAccountError({ code = '', status }: RejectedError): boolean {
  return status === 401 || ACCOUNT_CODES.some((pattern) => pattern.test(code));
}

/**
 * Whether the API rejected a call because the named object does not exist. The VOD documents list no codes for this.
 * The API's pattern is `Invalid<Noun>.NotFound` with HTTP 404, such as `InvalidVideo.NotFound`; either part is enough.
 */
export function isNotFound(error: unknown): error is RejectedError {
  if (!(error instanceof RejectedError) || isAccountError(error)) return false;
  return error.status === 404 || /(NotFound|NotExist)$/i.test(error.code ?? '');
}
