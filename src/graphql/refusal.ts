import { type ExecutionArgs, GraphQLError } from 'graphql';
import { badUserInput, type ErrorCode } from './errors.ts';

/**
 * What a request is refused with before anything of it runs: as GraphQL over HTTP has it for a request that is wrong,
 * 400 to a client that takes `application/graphql-response+json`, 200 to one that knows `application/json` alone.
 */
export function refusal(field: string, expected: string, received: string): GraphQLError {
  const error = badUserInput([{ field, message: `expected ${expected}; got ${received}` }]);
  error.extensions.http = { spec: true, status: 400 };
  return error;
}

/** What the server's hooks are given before an operation runs, whichever kind it is. */
export interface Execution {
  readonly args: ExecutionArgs;
  readonly setResultAndStopExecution: (result: { errors: GraphQLError[] }) => void;
}

/** What a request is refused with that could be served at another time. */
export function refusedForNow(
  code: ErrorCode & ('RATE_LIMITED' | 'OVERLOADED'),
  message: string,
  retryAfterMs: number,
): GraphQLError {
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) };
  const http = { status: code === 'RATE_LIMITED' ? 429 : 503, headers };
  return new GraphQLError(message, { extensions: { code, retryAfterMs, http } });
}

/** `extensions.http` is a word from us to Yoga, which takes it away; over other transports nobody else does. */
export function withoutHttp(error: GraphQLError): GraphQLError {
  if (!('http' in error.extensions)) return error;
  const { message, nodes = null, source = null, positions = null, path = null } = error;
  const { http: _, ...extensions } = error.extensions;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}

/** The same of all errors of a result, where it is one. */
export function withoutHttpIn<Result extends object>(result: Result): Result {
  if (!('errors' in result) || !Array.isArray(result.errors)) return result;
  return { ...result, errors: result.errors.map(withoutHttp) };
}
