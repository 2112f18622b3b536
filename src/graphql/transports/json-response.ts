import type { ExecutionResult, GraphQLError } from 'graphql';

/** A response over HTTP. */
export interface JSONResponse {
  readonly status: number;
  /** `content-type`, and the headers that errors ask for. */
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** `extensions.http` of an error: what it means for the response. Clients do not see it. */
interface HttpExtension {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** With this, the status is 200 for a client that only accepts `application/json`, as GraphQL over HTTP has it. */
  readonly spec?: boolean;
}

/**
 * The response for a result of the engine, whose errors are presented. Yoga responds with the same to its requests.
 *
 * @param mediaType `application/json` or `application/graphql-response+json`
 */
export function jsonResponse(result: ExecutionResult, mediaType: string): JSONResponse {
  const headers: Record<string, string> = { 'Content-Type': `${mediaType}; charset=utf-8` };
  const { errors } = result;
  if (!errors?.length) return { status: 200, headers, body: JSON.stringify(result) };
  let status = 0;
  for (const { extensions } of errors) {
    const http = extensions.http as HttpExtension | undefined;
    Object.assign(headers, http?.headers);
    if (http?.spec && mediaType === 'application/json') continue;
    status = Math.max(status, http?.status ?? 0);
  }
  return { status: status || 200, headers, body: JSON.stringify({ ...result, errors: errors.map(shown) }) };
}

/** What clients see of an error. */
function shown(error: GraphQLError): unknown {
  const { extensions, ...rest } = error.toJSON();
  const { http: _, ...others } = extensions ?? {};
  return Object.keys(others).length > 0 ? { ...rest, extensions: others } : rest;
}
