import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import { AuthenticationError, AuthenticationUnavailableError } from '../auth/caller.ts';
import type { CallerLimitName, LimitExcess } from '../auth/caller-limits.ts';
import type { Undecodable } from '../domain/decoded.ts';
import { DailyLimitError, SubmissionOutcomeUnknownError } from '../jobs/submit/submissions.ts';
import { LedgerError } from '../ledger/ledger.ts';
import {
  CancelledError,
  CircuitOpenError,
  InvalidResponseError,
  OverBudgetError,
  RejectedError,
  RpcError,
  ThrottledError,
  TimeoutError,
  UnavailableError,
} from '../rpc/errors.ts';
import { TemplateOutcomeUnknownError } from '../templates/templates.ts';

/** The values of `extensions.code` in `errors[]`. */
export const errorCodes = [
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'AUTHENTICATION_UNAVAILABLE',
  'UPSTREAM_THROTTLED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_REJECTED',
  'UPSTREAM_INVALID_RESPONSE',
  'SUBMISSION_OUTCOME_UNKNOWN',
  'LEDGER_UNAVAILABLE',
  'RATE_LIMITED',
  'OVERLOADED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_MISMATCH',
  'INTERNAL_SERVER_ERROR',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** Whether a code is one of the gateway's. Yoga and its plugins have codes of their own. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return errorCodes.some((ours) => ours === code);
}

/** `extensions.upstream` of an error that VOD caused. */
export interface UpstreamExtension {
  readonly action: string;
  readonly code: string | null;
  readonly requestId: string | null;
}

/** An error about the caller's input, found before anything is sent to VOD. */
export function badUserInput(problems: readonly { field: string; message: string }[]): GraphQLError {
  const message = problems.map((problem) => `${problem.field}: ${problem.message}`).join('; ');
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode, problems } });
}

/**
 * An error that rejects a whole operation before it runs. Its HTTP status follows GraphQL over HTTP: 400 for a client
 * that accepts `application/graphql-response+json`, 200 for a client that only accepts `application/json`.
 */
export function invalidRequest(field: string, expected: string, received: string): GraphQLError {
  const error = badUserInput([{ field, message: `expected ${expected}; got ${received}` }]);
  error.extensions.http = { spec: true, status: 400 };
  return error;
}

/** An error that rejects a request until a limit allows it again: 429 for a caller's limit, 503 for the gateway's. */
export function limitError(
  code: ErrorCode & ('RATE_LIMITED' | 'OVERLOADED'),
  message: string,
  retryAfterMs: number,
): GraphQLError {
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) };
  const http = { status: code === 'RATE_LIMITED' ? 429 : 503, headers };
  return new GraphQLError(message, { extensions: { code, retryAfterMs, http } });
}

const limitNouns: Readonly<Record<CallerLimitName, string>> = {
  operationsPerMinute: 'operations a minute',
  submissionsPerMinute: 'submissions a minute',
  submissionsPerDay: 'submissions a day (UTC)',
};

/** The message about a limit that a caller has reached. */
export function describeExcess({ limit, value }: LimitExcess): string {
  return `expected at most ${value} ${limitNouns[limit]}; got one more`;
}

/** The error about a limit that a caller has reached. The extensions name the limit. */
export function rateLimitError(excess: LimitExcess, message = describeExcess(excess)): GraphQLError {
  const { limit: name, value, retryAfterMs } = excess;
  const error = limitError('RATE_LIMITED', message, retryAfterMs);
  error.extensions.limit = { name, value };
  return error;
}

/** An error about a field of VOD's response to `action` that cannot be decoded. */
export function undecodableField(
  undecodable: Undecodable,
  action: string,
  requestId: string | undefined,
): GraphQLError {
  const { field, expected, received } = undecodable;
  return new GraphQLError(`${field} of ${action}: expected ${expected}; got ${received}`, {
    extensions: {
      code: 'UPSTREAM_INVALID_RESPONSE' satisfies ErrorCode,
      upstream: { action, code: null, requestId: requestId ?? null },
    },
  });
}

/** The error that clients see for an error that was thrown. An unexpected error only says that it happened. */
export function presentError(error: unknown): GraphQLError {
  const cause = originalError(error);
  if (!(error instanceof GraphQLError)) {
    const { message, extensions } = present(cause);
    return new GraphQLError(message, { extensions });
  }
  // Without a path, GraphQL itself rejected the request: its syntax, its validity or its variables.
  const isAboutRequest = cause instanceof GraphQLError && !error.path && !isErrorCode(error.extensions.code);
  return copyError(error, isAboutRequest ? { extensions: requestErrorExtensions(error) } : present(cause));
}

function requestErrorExtensions({ extensions }: GraphQLError): GraphQLErrorExtensions {
  const { problems, originalError: parserError, http } = extensions;
  return {
    ...(problems !== undefined && { problems }),
    // Yoga quotes the JSON parser in the extensions of a body that is not JSON; only the status is kept of these.
    ...(parserError !== undefined ? { http: { status: 400 } } : http !== undefined && { http }),
    code: 'BAD_USER_INPUT' satisfies ErrorCode,
  };
}

/** The error that was thrown first, without the locations that GraphQL wrapped around it. */
export function originalError(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? originalError(error.originalError) : error;
}

/** A copy with another message or other extensions. Errors are copied because Yoga caches them with their documents. */
export function copyError(
  error: GraphQLError,
  changes: { readonly message?: string; readonly extensions?: GraphQLErrorExtensions },
): GraphQLError {
  const { message = error.message, extensions = error.extensions } = changes;
  const { nodes = null, source = null, positions = null, path = null } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}

/** Removes `extensions.http`, which sets the status of a response over HTTP. Other transports have no status. */
export function withoutHttp(error: GraphQLError): GraphQLError {
  if (!('http' in error.extensions)) return error;
  const { http: _, ...extensions } = error.extensions;
  return copyError(error, { extensions });
}

function present(error: unknown): { message: string; extensions: GraphQLErrorExtensions } {
  if (error instanceof AuthenticationError) {
    return { message: error.message, extensions: { code: 'UNAUTHENTICATED' } };
  }
  if (error instanceof AuthenticationUnavailableError) {
    return { message: error.message, extensions: { code: 'AUTHENTICATION_UNAVAILABLE' } };
  }
  if (error instanceof SubmissionOutcomeUnknownError || error instanceof TemplateOutcomeUnknownError) {
    const code: ErrorCode = 'SUBMISSION_OUTCOME_UNKNOWN';
    const extensions = error.failure ? upstream(code, error.failure) : { code };
    return 'submissionId' in error
      ? { message: error.message, extensions: { ...extensions, submissionId: error.submissionId } }
      : { message: error.message, extensions };
  }
  if (error instanceof DailyLimitError) {
    const { message, extensions } = withoutHttp(rateLimitError(error.excess, error.message));
    return { message, extensions };
  }
  if (error instanceof LedgerError) {
    return {
      message: 'The ledger is unavailable; nothing was sent.',
      extensions: { code: 'LEDGER_UNAVAILABLE' },
    };
  }
  // The caller can correct the operation, or retry it later. VOD has no part in this error.
  if (error instanceof OverBudgetError) {
    if (error.cause instanceof GraphQLError) return present(error.cause);
    return { message: error.message, extensions: { code: 'BAD_USER_INPUT' } };
  }
  if (error instanceof RpcError) {
    const code = upstreamCode(error);
    if (code) return { message: error.message, extensions: upstream(code, error) };
  }
  // An error of GraphQL's own with a location is about the request; one without is about a value of the gateway's.
  if (error instanceof GraphQLError && (error.extensions.code || error.nodes?.length)) {
    return { message: error.message, extensions: { code: 'BAD_USER_INPUT', ...error.extensions } };
  }
  return { message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

function upstreamCode(error: RpcError): ErrorCode | undefined {
  if (error instanceof ThrottledError) return 'UPSTREAM_THROTTLED';
  if (error instanceof TimeoutError) return 'UPSTREAM_TIMEOUT';
  if (error instanceof UnavailableError || error instanceof CircuitOpenError) return 'UPSTREAM_UNAVAILABLE';
  // The client has disconnected, or the gateway is shutting down.
  if (error instanceof CancelledError) return 'UPSTREAM_UNAVAILABLE';
  if (error instanceof RejectedError) return 'UPSTREAM_REJECTED';
  if (error instanceof InvalidResponseError) return 'UPSTREAM_INVALID_RESPONSE';
  return undefined;
}

function upstream(code: ErrorCode, error: RpcError): GraphQLErrorExtensions {
  const { action, requestId } = error;
  return {
    code,
    upstream: { action, code: error.code ?? null, requestId: requestId ?? null },
    ...(error instanceof ThrottledError && { retryAfterMs: error.retryAfterMs ?? null }),
  };
}
