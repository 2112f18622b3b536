import type { IncomingMessage } from 'node:http';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import { headersOf } from '../../auth/authenticate.ts';
import type { Caller } from '../../auth/caller.ts';
import type { Engine, EventStream } from '../engine.ts';
import { withoutHttp } from '../errors.ts';
import type { OperationRecords } from '../plugins/records.ts';

/** The part of the engine that runs operations. */
export type OperationServer = Pick<Engine, 'schema' | 'prepare' | 'createContext' | 'execute' | 'subscribe'>;

export interface OperationOptions {
  readonly server: OperationServer;
  readonly operations: OperationRecords;
  readonly params: {
    readonly query: string;
    readonly operationName?: string | null | undefined;
    readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  };
  readonly caller: Caller;
  /** The request that opened the connection. */
  readonly request: IncomingMessage;
  /** Cancels the operation. */
  readonly signal: AbortSignal;
  /** Called when the operation starts to wait for jobs, once for each waiting field. */
  readonly onWait: () => void;
}

/** A valid operation. Its `rootValue` has the functions that run it. */
export interface PreparedOperation extends ExecutionArgs {
  readonly rootValue: {
    readonly execute: (args: ExecutionArgs) => Promise<ExecutionResult>;
    readonly subscribe: (args: ExecutionArgs) => Promise<ExecutionResult | EventStream>;
  };
}

/** Parses and validates an operation over WebSocket as over HTTP. Returns its errors if it is invalid. */
export function prepareOperation(options: OperationOptions): PreparedOperation | GraphQLError[] {
  const { server, operations, params, caller, request, onWait } = options;
  const { query, operationName, variables } = params;
  // The span only carries the trace's context. It ends now, because a subscription may run for weeks.
  const span = operations.requestSpan('websocket', headersOf(request));
  const record = operations.begin({ transport: 'websocket', operationName, caller: caller.name, span });
  span?.end();
  const operation = server.prepare(query, operationName);
  if ('errors' in operation) {
    record.end(operation);
    return operation.errors.map(withoutHttp);
  }
  const context = server.createContext({
    caller,
    address: request.socket.remoteAddress,
    // Derived, because each operation adds listeners to its signal, and a connection runs any number of operations.
    signal: AbortSignal.any([options.signal]),
    callTrace: record,
    onWait,
  });
  const run = { operation, variables, context, record };
  return {
    schema: server.schema,
    document: operation.document,
    operationName: operationName ?? null,
    rootValue: {
      subscribe: async () => withoutHttpErrors(await server.subscribe(run)),
      async execute() {
        const result = withoutHttpErrors(await server.execute(run));
        record.end(result);
        return result;
      },
    },
  };
}

function withoutHttpErrors<Result extends object>(result: Result): Result {
  if (!('errors' in result) || !Array.isArray(result.errors)) return result;
  return { ...result, errors: result.errors.map(withoutHttp) };
}
