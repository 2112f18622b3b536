import type { IncomingMessage } from 'node:http';
import { type ExecutionArgs, type GraphQLError, getOperationAST } from 'graphql';
import type { YogaServerInstance } from 'graphql-yoga';
import { type Caller, callerKey, type RequestContext } from '../../auth/caller.ts';
import type { RateLimit } from '../../auth/rate-limits.ts';
import type { GraphQLContext } from '../context.ts';
import { badUserInput, presentError, rateLimitError, withoutHttp } from '../errors.ts';
import type { OperationRecord, OperationRecords, OperationResult } from '../plugins/records.ts';

/** The part of the GraphQL server that runs operations of other transports than HTTP. */
export type OperationServer = Pick<YogaServerInstance<RequestContext, GraphQLContext>, 'getEnveloped'>;

export interface OperationOptions {
  readonly server: OperationServer;
  readonly operations: OperationRecords;
  readonly params: {
    readonly query: string;
    readonly operationName?: string | null | undefined;
    readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  };
  readonly caller: Caller;
  /** The limit that the operation counts against. */
  readonly rate: RateLimit;
  /** The request that opened the connection. */
  readonly request: IncomingMessage;
  /** Cancels the operation. */
  readonly signal: AbortSignal;
  /** Called when the operation starts to wait for jobs, once for each waiting field. */
  readonly onWait: () => void;
}

/** A valid operation. Its `rootValue` has the functions that run it with the plugins of the server. */
export interface PreparedOperation extends ExecutionArgs {
  readonly rootValue: Pick<ReturnType<OperationServer['getEnveloped']>, 'execute' | 'subscribe'>;
}

/** Parses and validates an operation over WebSocket as Yoga does over HTTP. Returns its errors if it is invalid. */
export async function prepareOperation(
  options: OperationOptions,
): Promise<PreparedOperation | GraphQLError[]> {
  const { server, operations, params, caller, rate, signal, onWait } = options;
  const { query, operationName, variables } = params;
  const request = toFetchRequest(options.request, signal);
  const record = operations.begin(request, 'websocket', operationName);
  record.caller = caller.name;
  const { schema, parse, validate, contextFactory, execute, subscribe } = server.getEnveloped({
    request,
    caller,
    remoteAddress: options.request.socket.remoteAddress,
    onWait,
    params: { query, operationName, variables },
  });
  try {
    // Before the document is parsed, as over HTTP.
    const excess = await rate.take(callerKey(caller, options.request.socket.remoteAddress), caller.limits);
    if (excess) return reject([rateLimitError(excess)], record);
    const document = parse(query);
    const errors: readonly GraphQLError[] = validate(schema, document);
    if (errors.length > 0) return reject(errors, record);
    if (!getOperationAST(document, operationName)) {
      const message = 'expected the name of one of the operations in the document';
      return reject([badUserInput([{ field: 'operationName', message }])], record);
    }
    return {
      schema,
      document,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      contextValue: await contextFactory(),
      rootValue: {
        subscribe: async (args) => withoutHttpErrors(await subscribe(args)),
        async execute(args) {
          const result = withoutHttpErrors(await execute(args));
          record.end(result as OperationResult);
          return result;
        },
      },
    };
  } catch (error) {
    return reject([error], record);
  }
}

function reject(errors: readonly unknown[], record: OperationRecord): GraphQLError[] {
  const presented = errors.map((error) => withoutHttp(presentError(error)));
  record.end({ errors: presented });
  return presented;
}

function withoutHttpErrors<Result extends object>(result: Result): Result {
  if (!('errors' in result) || !Array.isArray(result.errors)) return result;
  return { ...result, errors: result.errors.map(withoutHttp) };
}

/** The request that opened a connection, as the server's plugins expect it, without a body. */
function toFetchRequest({ url, headers }: IncomingMessage, signal: AbortSignal): Request {
  const fetchHeaders = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // Fetch rejects the pseudo-headers of HTTP/2.
    if (value !== undefined && !name.startsWith(':')) fetchHeaders.set(name, String(value));
  }
  // The `Host` header is ignored because it may be invalid.
  const target = new URL(`http://gateway${url?.startsWith('/') ? url : '/'}`);
  // The method is POST because the server rejects mutations over GET. The signal is derived because each request adds
  // a listener to its signal, and a connection runs any number of operations.
  return new Request(target, { method: 'POST', headers: fetchHeaders, signal: AbortSignal.any([signal]) });
}
