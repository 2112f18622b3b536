import { type ExecutionResult, execute, GraphQLError, type GraphQLSchema, subscribe } from 'graphql';
import { finalAsyncIterator, isAsyncIterable, mapAsyncIterator } from 'graphql-yoga';
import type { RateLimits } from '../auth/rate-limits.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../observability/log.ts';
import { createContext, type GraphQLContext, type GraphQLServices, type OperationSource } from './context.ts';
import { presentError } from './errors.ts';
import { logError } from './log-errors.ts';
import { untilExpired } from './plugins/caller-validity.ts';
import { checkTrusted, type Manifest } from './plugins/documents.ts';
import { noIntrospectionRule, withoutSuggestions } from './plugins/exposure.ts';
import { limitErrors } from './plugins/limit-errors.ts';
import { subscribedFieldRefusal, type Variables, variablesRefusal } from './plugins/limits.ts';
import { type AdmitStream, rateRefusal, streamRefusal } from './plugins/rates.ts';
import type { OperationRecord } from './plugins/records.ts';
import { releaseSoon, releaseWhenSent } from './plugins/response-memory.ts';
import { InvalidDocumentError, type Operation, PreparedDocuments } from './prepared-documents.ts';

export interface EngineOptions {
  readonly schema: GraphQLSchema;
  readonly services: GraphQLServices;
  readonly manifest: Manifest;
  readonly exposure: {
    readonly introspection: boolean;
    readonly suggestions: boolean;
    readonly trustedDocumentsOnly: boolean;
  };
  readonly rates: RateLimits;
  readonly admitStream: AdmitStream;
  readonly clock: Clock;
  readonly log: Log;
}

/** An operation with everything that its execution needs. */
export interface OperationRun {
  readonly operation: Operation;
  readonly variables: Variables;
  readonly context: GraphQLContext;
  readonly record: OperationRecord | undefined;
}

/** The errors of a request whose operation does not run. `extensions.http` has the status of the response. */
export interface Refusal {
  readonly errors: readonly GraphQLError[];
}

export type EventStream = AsyncIterableIterator<ExecutionResult>;

/**
 * Runs the operations of all transports, with every check in its order: document, rate, variables, execution, errors. The
 * transports only translate requests and responses. `docs/limits.md` describes the checks for operators.
 *
 * It executes with `graphql` itself: `graphql-jit` 0.8.9 saved no CPU time (0.49 of Yoga's for finished jobs; `graphql` 0.47).
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

  /** Returns the operation that a request selects, or the errors of an invalid request. */
  prepare(text: string, operationName: string | null | undefined): Operation | Refusal {
    try {
      return this.#documents.prepare(text, operationName);
    } catch (error) {
      const errors = error instanceof InvalidDocumentError ? error.errors : [error];
      return {
        errors: errors.map((cause) => this.#present(this.#requestError(cause, { spec: true, status: 400 }))),
      };
    }
  }

  createContext(source: OperationSource): GraphQLContext {
    return createContext(this.#options.services, source);
  }

  /** Executes a query or a mutation. Never rejects. */
  async execute(run: OperationRun): Promise<ExecutionResult> {
    const { operation, context, record } = run;
    try {
      const refusal = await this.#refusal(run);
      if (refusal) return { errors: [refusal] };
      record?.executing(operation.definition, context.caller.name);
      const result = this.#checked(await execute(this.#argumentsOf(run)));
      return this.#presented(releaseWhenSent(result, context, operation.definition.operation === 'query'));
    } catch (error) {
      return { errors: [this.#present(error)] };
    }
  }

  /** Starts a subscription. Never rejects; the events do if their source fails. */
  async subscribe(run: OperationRun): Promise<ExecutionResult | EventStream> {
    const { schema, admitStream, clock } = this.#options;
    const { operation, variables, context, record } = run;
    const { document, definition } = operation;
    try {
      const refusal =
        (await this.#refusal(run)) ??
        subscribedFieldRefusal(schema, document, definition, variables) ??
        streamRefusal(context, admitStream);
      if (refusal) return { errors: [refusal] };
      record?.executing(definition, context.caller.name);
      const result = await subscribe(this.#argumentsOf(run));
      if (!isAsyncIterable(result)) return this.#presented(this.#checked(result));
      record?.streaming();
      const present = (event: ExecutionResult): ExecutionResult => {
        releaseSoon(context.budget);
        const presented = this.#presented(this.#checked(event));
        record?.sent(presented);
        return presented;
      };
      const fail = (error: unknown): never => {
        throw this.#present(error);
      };
      const events = mapAsyncIterator(untilExpired(result, context.caller, clock), present, fail);
      return finalAsyncIterator(events, () => record?.end()) as EventStream;
    } catch (error) {
      return { errors: [this.#present(error)] };
    }
  }

  async #refusal({ variables, context }: OperationRun): Promise<GraphQLError | undefined> {
    const { operations } = this.#options.rates;
    const refusal = operations && (await rateRefusal(operations, context.callerKey));
    return refusal ?? variablesRefusal(variables);
  }

  #argumentsOf({ operation, variables, context }: OperationRun) {
    const { document, definition } = operation;
    return {
      schema: this.#options.schema,
      document,
      contextValue: context,
      variableValues: variables,
      operationName: definition.name?.value,
    };
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
