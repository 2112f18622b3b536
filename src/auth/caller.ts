/** What a caller may do: read jobs and follow them; submit them, which is paid for. */
export type Scope = 'jobs:read' | 'jobs:submit';

export const scopes: readonly Scope[] = ['jobs:read', 'jobs:submit'];

/** Who has sent a request. */
export interface Caller {
  /** What it has shown: a key may have the name that a token's subject has, and is somebody else. */
  readonly kind: 'anybody' | 'key' | 'token';
  /** The name of the API key, or the subject of the token: for logs. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** When what it showed is no longer valid, in Unix milliseconds. */
  readonly expiresAt: number | undefined;
  /** Aborts when what it showed is taken back before then. */
  readonly revoked: AbortSignal | undefined;
}

/** What the HTTP layer passes on with a request. Without a caller, GraphQL authenticates the request itself. */
export interface RequestContext {
  readonly caller?: Caller;
}

/** Everybody, where nothing is checked. */
export const anybody: Caller = {
  kind: 'anybody',
  name: 'anybody',
  scopes: new Set(scopes),
  expiresAt: undefined,
  revoked: undefined,
};

/** Tells callers apart, for what belongs to one of them: limits, streams. */
export function callerId({ kind, name }: Caller): string {
  return `${kind}:${name}`;
}

/** The headers that a caller shows who it is by; names are lower-case. */
export interface CallerHeaders {
  get(name: string): string | null;
}

/** Finds out who calls. Rejects with an {@link AuthenticationError} where nobody does who may. */
export type Authenticate = (headers: CallerHeaders) => Promise<Caller>;

/** What came does not show who calls. Its message tells what was expected, and nothing of what came. */
export class AuthenticationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AuthenticationError';
  }
}

/** Who calls cannot be found out now, through no fault of the caller's. */
export class AuthenticationUnavailableError extends Error {
  /** When to ask again. */
  readonly retryAfterSeconds = 5;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AuthenticationUnavailableError';
  }
}
