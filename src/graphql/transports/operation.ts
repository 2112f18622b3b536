import { type DocumentNode, type ExecutionArgs, type GraphQLError, getOperationAST } from 'graphql';
import type { Caller } from '../../auth/caller.ts';
import { badUserInput, presentError } from '../errors.ts';
import type { Answer, OperationRecord } from '../plugins/operation-record.ts';
import { withoutHttp, withoutHttpIn } from '../refusal.ts';
import type { GraphQLServer } from '../server.ts';

/** What a client asks for over a transport that is not Yoga's own. */
export interface OperationParams {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A valid operation, and the functions that run it with all of the server's plugins. */
export interface PreparedOperation extends ExecutionArgs {
  readonly rootValue: Pick<ReturnType<GraphQLServer['getEnveloped']>, 'execute' | 'subscribe'>;
}

/**
 * Parses and validates an operation as Yoga would, for the transports that Yoga does not speak; its errors where it
 * cannot be run. `request` is what the client sent when it connected; its signal ends the operation. `caller` sends the
 * operation, and `record` is told of what becomes of it.
 */
export async function prepareOperation(
  server: GraphQLServer,
  { query, operationName, variables }: OperationParams,
  request: Request,
  record: OperationRecord,
  caller: Caller,
): Promise<PreparedOperation | readonly GraphQLError[]> {
  const { schema, parse, validate, contextFactory, execute, subscribe } = server.getEnveloped({
    request,
    caller,
    params: { query, operationName, variables },
  });
  record.caller = caller.name;
  try {
    const document: DocumentNode = parse(query);
    const errors: readonly GraphQLError[] = validate(schema, document);
    if (errors.length > 0) return refused(errors, record);
    if (!getOperationAST(document, operationName)) {
      const message = 'expected the name of one of the operations in the document';
      return refused([badUserInput([{ field: 'operationName', message }])], record);
    }
    return {
      schema,
      document,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      contextValue: await contextFactory(),
      rootValue: {
        subscribe: async (args) => withoutHttpIn(await subscribe(args)),
        async execute(args) {
          const result = withoutHttpIn(await execute(args));
          record.end(result as Answer);
          return result;
        },
      },
    };
  } catch (error) {
    return refused([error], record);
  }
}

function refused(errors: readonly unknown[], record: OperationRecord): readonly GraphQLError[] {
  const presented = errors.map((error) => withoutHttp(presentError(error)));
  record.end({ errors: presented });
  return presented;
}

/** Whether an operation can be run. */
export function isPrepared(
  prepared: PreparedOperation | readonly GraphQLError[],
): prepared is PreparedOperation {
  return 'document' in prepared;
}
