import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import { AuthenticationError, AuthenticationUnavailableError } from '../auth/caller.ts';
import type { Undecodable } from '../domain/decoded.ts';
import { SubmissionOutcomeUnknownError } from '../jobs/submit/submissions.ts';
import { LedgerError } from '../ledger/ledger.ts';
import {
  CancelledError,
  CircuitOpenError,
  InvalidResponseError,
  RejectedError,
  RpcError,
  ThrottledError,
  TimeoutError,
  UnavailableError,
} from '../rpc/errors.ts';
import { TemplateOutcomeUnknownError } from '../templates/templates.ts';

/** The `extensions.code` of every entry of `errors[]`. */
const errorCodes = [
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

/** Whether a code is one of ours; GraphQL and its server have codes of their own. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return errorCodes.some((ours) => ours === code);
}

/** `extensions.upstream` of errors that came from VOD. */
export interface UpstreamExtension {
  readonly action: string;
  readonly code: string | null;
  readonly requestId: string | null;
}

/** A value of a query that cannot be looked up. Nothing has been sent. */
export function badUserInput(problems: readonly { field: string; message: string }[]): GraphQLError {
  const message = problems.map((problem) => `${problem.field}: ${problem.message}`).join('; ');
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode, problems } });
}

/** A field of an answer that cannot be understood; `action` is the one that it came from. */
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

/**
 * What clients see of an error that a resolver ended with. Errors of a kind that nobody foresaw tell nothing but
 * that they happened.
 */
export function presentError(error: unknown): GraphQLError {
  const cause = originalError(error);
  // Before anything is executed there is no path: the request is wrong, its variables for example.
  if (
    cause instanceof GraphQLError &&
    error instanceof GraphQLError &&
    !error.path &&
    !isErrorCode(error.extensions.code)
  ) {
    return badRequest(error);
  }
  const { message, extensions } = present(cause);
  if (!(error instanceof GraphQLError)) return new GraphQLError(message, { extensions });
  const { nodes = null, source = null, positions = null, path = null } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}

/** An error of GraphQL's own about the request, with our code for it. */
function badRequest({ message, nodes, source, positions, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: {
      ...(extensions.problems !== undefined && { problems: extensions.problems }),
      // What status it is answered with; that of a body that cannot be parsed, Yoga tells by the parser's own words,
      // which are nobody's business.
      ...(extensions.originalError !== undefined ? { http: { status: 400 } } : httpOf(extensions)),
      code: 'BAD_USER_INPUT' satisfies ErrorCode,
    },
  });
}

function httpOf({ http }: GraphQLErrorExtensions): GraphQLErrorExtensions {
  return http === undefined ? {} : { http };
}

/** The error as it was thrown, without the places that GraphQL has added to it. */
export function originalError(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? originalError(error.originalError) : error;
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
    return { message: error.message, extensions: error.failure ? upstream(code, error.failure) : { code } };
  }
  if (error instanceof LedgerError) {
    return {
      message: 'The ledger is out of reach; nothing was sent.',
      extensions: { code: 'LEDGER_UNAVAILABLE' },
    };
  }
  if (error instanceof RpcError) {
    const code = upstreamCode(error);
    if (code) return { message: error.message, extensions: upstream(code, error) };
  }
  // Errors of GraphQL itself: those about the request have a place in it, those about our own values have none.
  if (error instanceof GraphQLError && (error.extensions.code || error.nodes?.length)) {
    return { message: error.message, extensions: { code: 'BAD_USER_INPUT', ...error.extensions } };
  }
  return { message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

function upstreamCode(error: RpcError): ErrorCode | undefined {
  if (error instanceof ThrottledError) return 'UPSTREAM_THROTTLED';
  if (error instanceof TimeoutError) return 'UPSTREAM_TIMEOUT';
  if (error instanceof UnavailableError || error instanceof CircuitOpenError) return 'UPSTREAM_UNAVAILABLE';
  // Its client has gone away, or the gateway does.
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
    // A hint for when to ask again.
    ...(error instanceof ThrottledError && { retryAfterMs: error.retryAfterMs ?? null }),
  };
}
