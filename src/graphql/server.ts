import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Authenticate, Caller, RequestContext } from '../auth/caller.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../observability/log.ts';
import { createContext, type GraphQLContext, type GraphQLServices } from './context.ts';
import { isErrorCode, presentError } from './errors.ts';
import { type ExampleJobs, graphiqlOptions } from './graphiql.ts';
import { yogaLogger } from './log-errors.ts';
import { useCallerValidity } from './plugins/caller-validity.ts';
import { type ProtectionOptions, protection } from './plugins/protection.ts';
import type { OperationRecords } from './plugins/records.ts';
import { schema } from './schema/schema.ts';

export interface GraphQLServerOptions extends ProtectionOptions {
  readonly services: GraphQLServices;
  readonly examples: ExampleJobs;
  readonly log: Log;
  readonly clock: Clock;
  readonly authenticate: Authenticate;
  readonly operations: OperationRecords;
}

export type GraphQLServer = YogaServerInstance<RequestContext, GraphQLContext>;

/** GraphQL over HTTP at `/graphql`, with GraphiQL for browsers. */
export function createGraphQLServer(options: GraphQLServerOptions): GraphQLServer {
  const { services, examples, log, clock, authenticate, operations } = options;
  return createYoga<RequestContext, GraphQLContext>({
    schema,
    // At once where it can be: a promise here makes the whole way of every request one of promises.
    context: ({ request, caller }) => {
      const contextOf = (known: Caller) =>
        createContext(services, known, request.signal, operations.of(request));
      return caller ? contextOf(caller) : authenticate(request.headers).then(contextOf);
    },
    graphqlEndpoint: '/graphql',
    // Bounded where they are read, in src/http/listener.ts.
    maxRequestBodySize: false,
    graphiql: options.exposure.graphiql && graphiqlOptions(examples),
    renderGraphiQL,
    landingPage: false,
    // Answered in src/http/listener.ts, for all transports; useJSONAlone keeps forms of other sites away.
    cors: false,
    extraParamNames: ['documentId'],
    multipart: false,
    maskedErrors: { maskError: presentError },
    logging: yogaLogger(log),
    plugins: [...protection(schema, options), useErrorCodes(), useCallerValidity(clock), operations.plugin()],
  });
}

/**
 * Gives each error about the request itself (its syntax, its validity, its variables) the code `BAD_USER_INPUT`: they
 * come from GraphQL, which has codes of its own or none.
 */
function useErrorCodes(): Plugin {
  return {
    onResultProcess({ result }) {
      if (Array.isArray(result) || !('errors' in result)) return;
      for (const error of result.errors ?? []) {
        if (error.path === undefined && !isErrorCode(error.extensions.code)) {
          error.extensions.code = 'BAD_USER_INPUT';
        }
      }
    },
  };
}
