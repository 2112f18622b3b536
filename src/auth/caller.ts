import type { Clock } from '../clock.ts';
import type { CallerLimits } from './caller-limits.ts';

/** The permissions. `docs/auth.md` says what each of them allows. */
export const scopes = [
  'jobs:read',
  'jobs:submit',
  'templates:write',
  'images:delete',
  'submissions:all',
] as const;

export type Scope = (typeof scopes)[number];

/** The sender of a request. */
export interface Caller {
  /** The kind of credentials. A key and a token's subject with the same name are different callers. */
  readonly kind: 'anybody' | 'key' | 'token';
  /** The caller or else the name of the API key's entry, or the subject of the token. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The time at which the credentials expire, in Unix milliseconds; `undefined` if they do not expire. */
  readonly expiresAt: number | undefined;
  /** Aborts when the credentials are revoked; `undefined` if they cannot be revoked. */
  readonly revoked: AbortSignal | undefined;
  /** The caller's own limits. They replace those of the gateway. */
  readonly limits?: CallerLimits | undefined;
}

/** The context that the HTTP listener passes with a request. Without a caller, GraphQL authenticates the request. */
export interface RequestContext {
  readonly caller?: Caller;
}

/** The caller of every request if authentication is disabled. */
export const anybody: Caller = {
  kind: 'anybody',
  name: 'anybody',
  scopes: new Set(scopes),
  expiresAt: undefined,
  revoked: undefined,
};

/** An id that is unique to the caller, for submissions, rate limits and streams: `key:web-frontend`. */
export function callerId({ kind, name }: Caller): string {
  return kind === 'anybody' ? name : `${kind}:${name}`;
}

/** The key under which a request counts against a limit: its caller, or its address where callers are not known. */
export function callerKey(caller: Caller, address: string | undefined): string {
  return caller === anybody ? addressKey(address) : `caller ${callerId(caller)}`;
}

/** The key of a request whose caller is not known yet. */
export function addressKey(address: string | undefined): string {
  return `address ${address ?? 'unknown'}`;
}

/** The request headers that hold credentials. `name` is in lower case. */
export interface CallerHeaders {
  get(name: string): string | null;
}

/**
 * Authenticates a request. Rejects with an {@link AuthenticationError} if the credentials are missing or invalid, and
 * with an {@link AuthenticationUnavailableError} if they cannot be checked. `onWait` is called if the request has to wait for
 * the token issuer, which can take seconds.
 */
export type Authenticate = (headers: CallerHeaders, onWait?: () => void) => Promise<Caller>;

/** The credentials are missing or invalid. The message says what was expected and never quotes the request. */
export class AuthenticationError extends Error {
  /** Whether the request has no credentials at all, so that nothing was guessed. */
  readonly areMissing: boolean;

  constructor(message: string, { areMissing = false }: { readonly areMissing?: boolean } = {}) {
    super(message);
    this.name = 'AuthenticationError';
    this.areMissing = areMissing;
  }
}

/** The credentials cannot be checked at the moment. The caller can retry with the same credentials. */
export class AuthenticationUnavailableError extends Error {
  /** The value of `Retry-After`. */
  readonly retryAfterSeconds = 5;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AuthenticationUnavailableError';
  }
}

/** The longest delay of a Node timer. A longer one would fire immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Whether the caller's credentials have expired or were revoked. */
export function hasExpired({ expiresAt, revoked }: Caller, clock: Clock): boolean {
  return revoked?.aborted === true || (expiresAt !== undefined && expiresAt <= clock.now());
}

/**
 * Calls `callback` once, when the caller's credentials expire or are revoked. The returned function cancels the callback.
 */
export function onExpiry(caller: Caller, clock: Clock, callback: () => void): () => void {
  const { expiresAt, revoked } = caller;
  let cancelTimer = () => {};
  const cancel = () => {
    cancelTimer();
    revoked?.removeEventListener('abort', expire);
  };
  const expire = () => {
    cancel();
    callback();
  };
  const wait = (until: number) => {
    const ms = Math.max(0, until - clock.now());
    cancelTimer = clock.after(Math.min(ms, MAX_TIMER_MS), () => (ms > MAX_TIMER_MS ? wait(until) : expire()));
  };
  revoked?.addEventListener('abort', expire);
  if (revoked?.aborted) expire();
  else if (expiresAt !== undefined) wait(expiresAt);
  return cancel;
}
