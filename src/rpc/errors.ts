/** What is known of a call that failed. Never holds a URL, a credential, a signature or the body of an answer. */
export interface RpcErrorDetails {
  readonly action: string;
  /** The API's error code, such as `Throttling.User`. */
  readonly code?: string | undefined;
  /** The API's own message; may be shown to those who submitted, not to everybody. */
  readonly upstreamMessage?: string | undefined;
  readonly requestId?: string | undefined;
  /** The HTTP status of the answer, where there was one. */
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

/** A call to the API that gave no usable answer. */
export abstract class RpcError extends Error {
  readonly action: string;
  readonly code: string | undefined;
  readonly upstreamMessage: string | undefined;
  readonly requestId: string | undefined;
  readonly status: number | undefined;
  /**
   * Whether the API may have run the action all the same. `false` only where that is certain: a submit costs money,
   * and is sent again on no other ground.
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

/** The API refused the call as it is: a parameter, a right, the signature. */
export class RejectedError extends RpcError {
  readonly mayHaveRun = false;

  constructor(details: RpcErrorDetails & { code: string }) {
    super(`VOD refused ${details.action}: ${details.code}`, details);
  }
}

/** More calls than the account's quota allows: the API said so, or the wait for a place in the quota was too long. */
export class ThrottledError extends RpcError {
  readonly mayHaveRun = false;
  /** How long to wait before the next try: as the API asked, or else as the client reckons. */
  retryAfterMs: number | undefined;

  constructor(details: RpcErrorDetails & { retryAfterMs?: number | undefined }) {
    super(
      details.status === undefined
        ? `the quota of ${details.action} is used up`
        : `VOD throttled ${details.action}`,
      details,
    );
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The API did not serve the call: 5xx, a connection refused or lost, no credentials to call with. */
export class UnavailableError extends RpcError {
  readonly mayHaveRun: boolean;
  /** How long the API asked to wait before the next try. */
  readonly retryAfterMs: number | undefined;

  constructor(
    reason: string,
    details: RpcErrorDetails & { mayHaveRun: boolean; retryAfterMs?: number | undefined },
  ) {
    super(`VOD did not serve ${details.action}: ${reason}`, details);
    this.mayHaveRun = details.mayHaveRun;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The API has been down of late, and nothing was sent. */
export class CircuitOpenError extends RpcError {
  readonly mayHaveRun = false;

  constructor(details: RpcErrorDetails) {
    super(`VOD is down: ${details.action} was not sent`, details);
  }
}

/** No answer within the deadline, all retries included. */
export class TimeoutError extends RpcError {
  readonly mayHaveRun: boolean;

  constructor(timeoutMs: number, details: RpcErrorDetails & { mayHaveRun: boolean }) {
    super(`VOD did not answer ${details.action} within ${timeoutMs} ms`, details);
    this.mayHaveRun = details.mayHaveRun;
  }
}

/** The caller went away before there was an answer. */
export class CancelledError extends RpcError {
  readonly mayHaveRun: boolean;

  constructor(details: RpcErrorDetails & { mayHaveRun: boolean }) {
    super(`${details.action} was cancelled`, details);
    this.mayHaveRun = details.mayHaveRun;
  }
}

/** An answer that is not what the documents describe: a proxy's HTML page, an empty body, JSON of another shape. */
export class InvalidResponseError extends RpcError {
  readonly mayHaveRun = true;

  constructor(problem: string, details: RpcErrorDetails) {
    super(`VOD's answer to ${details.action} was not understood: ${problem}`, details);
  }
}
