import type { IncomingMessage } from 'node:http';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import { headersOf } from '../../auth/authenticate.ts';
import type { Caller } from '../../auth/caller.ts';
import type { Engine, EventStream, OperationParams } from '../engine.ts';
import { withoutHttp } from '../errors.ts';
import type { OperationRecords } from '../plugins/records.ts';

/** Runs the operations. */
export type OperationServer = Engine;

export interface OperationOptions {
  readonly server: OperationServer;
  readonly operations: OperationRecords;
  readonly params: OperationParams;
  readonly caller: Caller;
  /** The request that opened the connection. */
  readonly request: IncomingMessage;
  /** Cancels the operation. */
  readonly signal: AbortSignal;
  /** Called when the operation starts to wait for jobs, once for each waiting field. */
  readonly onWait: () => void;
  /** Called when a query or a mutation has been executed. */
  readonly onEnd: () => void;
}

/** A valid operation. Its `rootValue` has the functions that run it. */
export interface PreparedOperation extends ExecutionArgs {
  readonly isSubscription: boolean;
  readonly rootValue: {
    readonly execute: (args: ExecutionArgs) => Promise<ExecutionResult>;
    readonly subscribe: (args: ExecutionArgs) => Promise<ExecutionResult | EventStream>;
  };
}

/** Parses and validates an operation over WebSocket as over HTTP. Returns its errors if it is invalid. */
export async function prepareOperation(
  options: OperationOptions,
): Promise<PreparedOperation | GraphQLError[]> {
  const { server, operations, params, caller, request, onWait, onEnd } = options;
  const { operationName } = params;
  const headers = headersOf(request);
  const record = operations.begin({ transport: 'websocket', operationName, caller: caller.name, headers });
  const address = request.socket.remoteAddress;
  const operation = (await server.admit(caller, address, record)) ?? server.prepare(params, record);
  if ('errors' in operation) return operation.errors.map(withoutHttp);
  const source = {
    caller,
    address,
    // Derived, because each operation adds listeners to its signal, and a connection runs any number of operations.
    signal: AbortSignal.any([options.signal]),
    onWait,
  };
  return {
    schema: server.schema,
    document: operation.document,
    operationName: operationName ?? null,
    isSubscription: operation.definition.operation === 'subscription',
    rootValue: {
      execute: () => server.execute(operation, source).then(withoutHttpErrors).finally(onEnd),
      subscribe: () => server.subscribe(operation, source).then(withoutHttpErrors),
    },
  };
}

function withoutHttpErrors<Result extends object>(result: Result): Result {
  if (!('errors' in result) || !Array.isArray(result.errors)) return result;
  return { ...result, errors: result.errors.map(withoutHttp) };
}
