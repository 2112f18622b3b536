import { mapAsyncIterator } from '@whatwg-node/promise-helpers';
import {
  createSourceEventStream,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
} from 'graphql';
import { type Caller, callerKey } from '../auth/caller.ts';
import type { LimitExcess } from '../auth/caller-limits.ts';
import type { Log } from '../observability/log.ts';
import { GraphQLContext, type GraphQLServices, type OperationSource } from './context.ts';
import { presentError, rateLimitError } from './errors.ts';
import { type ExecutionOptions, executePlan } from './executor.ts';
import { logError } from './log-errors.ts';
import { untilExpired } from './plugins/caller-validity.ts';
import { noIntrospectionRule, withoutSuggestions } from './plugins/exposure.ts';
import { limitErrors } from './plugins/limit-errors.ts';
import { subscribedFieldRefusal, type Variables, variablesRefusal } from './plugins/limits.ts';
import { type AdmitStream, streamRefusal } from './plugins/rates.ts';
import type { OperationRecord, OperationResult } from './plugins/records.ts';
import { releaseSoon, releaseWhenSent } from './plugins/response-memory.ts';
import { type PreparedDocument, PreparedDocuments } from './prepared-documents.ts';
import { checkTrusted, type Manifest } from './trusted-documents.ts';

export interface EngineOptions {
  readonly schema: GraphQLSchema;
  readonly services: GraphQLServices;
  readonly manifest: Manifest;
  readonly exposure: {
    readonly introspection: boolean;
    readonly suggestions: boolean;
    readonly trustedDocumentsOnly: boolean;
  };
  readonly admitStream: AdmitStream;
  readonly log: Log;
}

/** An operation of a request that is valid so far. */
export interface Operation extends PreparedDocument {
  readonly variables: Variables;
  readonly record: OperationRecord;
}

/** The parameters of a request. */
export interface OperationParams {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Variables;
}

/** The errors of a request whose operation does not run. `extensions.http` has the status of the response. */
export interface Refusal {
  readonly errors: readonly GraphQLError[];
}

/** `graphql` reports as many errors about variables. */
const MAX_VARIABLE_ERRORS = { maxErrors: 50 };

export type EventStream = AsyncIterableIterator<ExecutionResult>;

/**
 * Runs the operations of all transports, with every check in its order: rate, document, variables, execution, errors. The
 * transports only translate requests and responses. `docs/limits.md` describes the checks for operators.
 *
 * It parses and validates with `graphql`, and executes plans of its own (`executor.ts`).
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #documents: PreparedDocuments;

  constructor(options: EngineOptions) {
    const { schema, exposure, manifest } = options;
    this.#options = options;
    this.#documents = new PreparedDocuments({
      schema,
      rules: exposure.introspection ? [] : [noIntrospectionRule],
      check: exposure.trustedDocumentsOnly ? (document) => checkTrusted(manifest, document) : undefined,
    });
  }

  get schema(): GraphQLSchema {
    return this.#options.schema;
  }

  /**
   * Counts an operation against its caller's limit. Call this before the document is parsed and before an unknown id is
   * rejected: both cost as much as a valid operation. Synchronous if the limit is.
   */
  admit(
    caller: Caller,
    address: string | undefined,
    record: OperationRecord,
  ): Refusal | undefined | Promise<Refusal | undefined> {
    const { operations } = this.#options.services.rates;
    const refuse = (excess: LimitExcess | undefined) => {
      if (!excess) return undefined;
      const refusal = { errors: [this.#present(rateLimitError(excess))] };
      record.end(refusal);
      return refusal;
    };
    const excess = operations.take(callerKey(caller, address), caller.limits);
    return excess instanceof Promise ? excess.then(refuse) : refuse(excess);
  }

  /** Returns the operation that a request selects, or the errors of an invalid request. */
  prepare(params: OperationParams, record: OperationRecord): Operation | Refusal {
    try {
      const prepared = this.#documents.prepare(params.query, params.operationName);
      return { ...prepared, variables: params.variables, record };
    } catch (error) {
      const thrown: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
      const errors = thrown.map((cause) => this.#requestError(cause, { spec: true, status: 400 }));
      const refusal = { errors: errors.map((cause) => this.#present(cause)) };
      record.end(refusal);
      return refusal;
    }
  }

  /** Executes a query or a mutation. Never rejects. */
  execute(operation: Operation, source: OperationSource): Promise<ExecutionResult> {
    return this.#start(operation, source, async (options) => {
      const result = this.#checked(await executePlan(options));
      const isQuery = operation.definition.operation === 'query';
      return this.#presented(releaseWhenSent(result, options.context, isQuery));
    });
  }

  /** Starts a subscription. Never rejects; the events do if their source fails. */
  subscribe(operation: Operation, source: OperationSource): Promise<ExecutionResult | EventStream> {
    const { record, document, definition, variables } = operation;
    return this.#start(operation, source, async (options) => {
      const { context } = options;
      const operationName = definition.name?.value;
      const { schema } = this;
      const args = { schema, document, contextValue: context, variableValues: variables, operationName };
      const source = await createSourceEventStream(args);
      if (!isAsyncIterable(source)) return this.#presented(this.#checked(source));
      record.streaming();
      const results = mapAsyncIterator(source, (root) => executePlan({ ...options, root }));
      const present = (event: ExecutionResult): ExecutionResult => {
        releaseSoon(context.budget);
        const presented = this.#presented(this.#checked(event));
        record.sent(presented);
        return presented;
      };
      const fail = (error: unknown): never => {
        throw this.#present(error);
      };
      const events = untilExpired(results, context.caller, this.#options.services.clock);
      return mapAsyncIterator(events, present, fail, () => record.end()) as EventStream;
    });
  }

  async #start<Result extends ExecutionResult | EventStream>(
    operation: Operation,
    source: OperationSource,
    run: (options: ExecutionOptions) => Promise<Result>,
  ): Promise<Result | Refusal> {
    const { record } = operation;
    let result: Result | Refusal;
    try {
      const context = new GraphQLContext(this.#options.services, source, record);
      const options = this.#optionsOf(operation, context);
      result = 'errors' in options ? options : await run(options);
    } catch (error) {
      result = { errors: [this.#present(error)] };
    }
    // The record of a stream ends with it.
    if (!isAsyncIterable(result)) record.end(result as OperationResult);
    return result;
  }

  /** Checks the variables of an operation, and whether a stream may start. */
  #optionsOf(
    { definition, plan, variables, record }: Operation,
    context: GraphQLContext,
  ): ExecutionOptions | Refusal {
    const tooDeep = variablesRefusal(variables);
    if (tooDeep) return { errors: [tooDeep] };
    const { variableDefinitions = [], operation: type } = definition;
    const { schema } = this;
    const values = getVariableValues(schema, variableDefinitions, variables ?? {}, MAX_VARIABLE_ERRORS);
    const own = values.coerced && plan.for(values.coerced);
    if (type === 'subscription') {
      const refusal =
        (own && subscribedFieldRefusal(own)) ?? streamRefusal(context, this.#options.admitStream);
      if (refusal) return { errors: [refusal] };
    }
    record.executing(definition, context.caller.name);
    if (own) return { plan: own, context, variables: values.coerced };
    return this.#presented(this.#checked({ errors: values.errors ?? [] })) as Refusal;
  }

  /** Limits the errors of a result. Without data and a path, they are about its variables, and reject the request. */
  #checked(result: ExecutionResult): ExecutionResult {
    if (!result.errors) return result;
    const errors = limitErrors(result.errors, this.#options.services.budgetLimits.maxResponseBytes);
    if ('data' in result) return { ...result, errors };
    return { errors: errors.map((error) => this.#requestError(error, { status: 400 })) };
  }

  /**
   * Gives an error about a request its status. With `spec`, the status is 200 for a client that only accepts
   * `application/json`, as GraphQL over HTTP has it.
   */
  #requestError<Thrown>(error: Thrown, http: { readonly spec?: true; readonly status: 400 }) {
    if (!(error instanceof GraphQLError) || error.path) return error;
    error.extensions.http ??= http;
    return this.#options.exposure.suggestions ? error : withoutSuggestions(error);
  }

  #presented(result: ExecutionResult): ExecutionResult {
    if (!result.errors) return result;
    return { ...result, errors: result.errors.map((error) => this.#present(error)) };
  }

  #present(error: unknown): GraphQLError {
    logError(this.#options.log, error);
    return presentError(error);
  }
}

function isAsyncIterable<Event>(
  result: ExecutionResult | AsyncIterable<Event>,
): result is AsyncIterable<Event> {
  return Symbol.asyncIterator in result;
}
