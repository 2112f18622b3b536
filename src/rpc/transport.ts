import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { BodyReader, LargeBodies } from './body-reader.ts';
import type { CallDeadline } from './call-deadline.ts';
import { InvalidResponseError, type RpcError, UnavailableError } from './errors.ts';
import { interpret, type RawResponse, type RpcResponse } from './response.ts';
import type { CallKind } from './retry.ts';
import { type Credentials, sign } from './signature.ts';

export interface TransportOptions {
  /** Scheme, host and port of the API. */
  readonly origin: string;
  /** The API's version. */
  readonly version: string;
  /** Returns the time for a signature, in Unix milliseconds. */
  readonly signingTime: () => number;
}

/** One attempt of a call. */
export interface Exchange {
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly kind: CallKind;
  readonly deadline: CallDeadline;
  /** See `CallOptions.isLate`. */
  readonly isLate?: (() => boolean) | undefined;
}

/**
 * The maximum numbers of connections. The quota decides how many calls are in flight; this only bounds sockets if VOD is
 * slow. Further calls wait for a connection, within their deadline.
 */
const MAX_CONNECTIONS: Readonly<Record<CallKind, number>> = { read: 512, submit: 64 };
/** Ten jobs with long transcripts take a few megabytes. A larger response is invalid. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

/** Signs and sends single attempts, over pooled connections. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #host: string;
  readonly #largeBodies = new LargeBodies();
  readonly #pools: Readonly<Record<CallKind, Pool>>;
  /** Errors of connections that were not established (network, DNS, TLS). Nothing was sent on them. */
  readonly #connectErrors = new WeakSet<Error>();

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#host = new URL(options.origin).host;
    const limits = {
      maxResponseSize: MAX_RESPONSE_BYTES,
      // CallDeadline is the only timeout.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    this.#pools = {
      read: new Pool(options.origin, { ...limits, connections: MAX_CONNECTIONS.read }),
      // No keep-alive: if the server closes an idle connection, the next request on it fails and may or may not have
      // run. A read is retried, but a submit would be lost or charged twice.
      submit: new Pool(options.origin, { ...limits, connections: MAX_CONNECTIONS.submit, pipelining: 0 }),
    };
    for (const pool of Object.values(this.#pools)) {
      pool.on('connectionError', (_origin, _targets, error) => this.#connectErrors.add(error));
    }
  }

  /** Returns errors as values and never rejects. */
  async exchange(exchange: Exchange, credentials: Credentials): Promise<RpcResponse | RpcError> {
    const { action, deadline, isLate } = exchange;
    const timestamp = this.#options.signingTime();
    if (isLate?.()) return deadline.timeout(action, false);
    try {
      return interpret(action, await this.#send(exchange, credentials, timestamp));
    } catch (cause) {
      return deadline.error(action, true) ?? this.#connectionError(action, cause);
    }
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.#pools).map((pool) => pool.destroy()));
  }

  #send(
    { action, parameters, kind, deadline }: Exchange,
    credentials: Credentials,
    timestamp: number,
  ): Promise<RawResponse> {
    const { version } = this.#options;
    const nonce = randomUUID();
    const { method, path, headers } = sign(
      { host: this.#host, action, version, parameters, timestamp, nonce },
      credentials,
    );
    const reader = new BodyReader(deadline.signal, this.#largeBodies);
    // Without `accept-encoding` the response may be compressed.
    const allHeaders = { ...headers, accept: 'application/json', 'accept-encoding': 'identity' };
    if (!deadline.signal.aborted) this.#pools[kind].dispatch({ method, path, headers: allHeaders }, reader);
    return reader.response;
  }

  #connectionError(action: string, cause: unknown): RpcError {
    const code = errorCode(cause);
    if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
      return new InvalidResponseError(`more than ${MAX_RESPONSE_BYTES} bytes`, { action, cause });
    }
    const encodable = !isEncodingError(cause);
    const connected = !(cause instanceof Error && this.#connectErrors.has(cause));
    const reason = !encodable
      ? 'a parameter or header cannot be encoded'
      : connected
        ? 'the connection was lost'
        : 'no connection';
    return new UnavailableError(code ? `${reason} (${code})` : reason, {
      action,
      mayHaveRun: encodable && connected,
      cause,
    });
  }
}

/** Whether a call was not sent because a parameter or header cannot be encoded. This says nothing about the API. */
export function isEncodingError(cause: unknown): boolean {
  return cause instanceof URIError || errorCode(cause) === 'UND_ERR_INVALID_ARG';
}

function errorCode(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
}
