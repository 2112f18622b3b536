import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Authenticate, Caller, RequestContext } from '../auth/caller.ts';
import type { RateLimits } from '../auth/rate-limits.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../observability/log.ts';
import { createContext, type GraphQLContext, type GraphQLServices } from './context.ts';
import { isErrorCode, presentError } from './errors.ts';
import { type ExampleJobs, graphiqlOptions } from './graphiql.ts';
import { yogaLogger } from './log-errors.ts';
import { useCallerValidity } from './plugins/caller-validity.ts';
import { useCSRFPrevention } from './plugins/csrf.ts';
import { useDocumentCache } from './plugins/document-cache.ts';
import { usePersistedDocuments, useTrustedDocuments } from './plugins/documents.ts';
import { useNoIntrospection, useNoSuggestions } from './plugins/exposure.ts';
import { useErrorLimit } from './plugins/limit-errors.ts';
import { useDocumentLimits, useSubscribedField } from './plugins/limits.ts';
import { type StreamLimitOptions, useRateLimit, useStreamLimit } from './plugins/rates.ts';
import type { OperationRecords } from './plugins/records.ts';
import { useResponseMemory } from './plugins/response-memory.ts';
import { schema } from './schema/schema.ts';
import type { Manifest } from './trusted-documents.ts';

export interface GraphQLServerOptions extends StreamLimitOptions {
  readonly services: GraphQLServices;
  readonly manifest: Manifest;
  /** Jobs for the tabs of GraphiQL. */
  readonly examples?: ExampleJobs;
  readonly log: Log;
  readonly clock: Clock;
  readonly authenticate: Authenticate;
  readonly operations: OperationRecords;
  readonly exposure: {
    readonly introspection: boolean;
    readonly graphiql: boolean;
    readonly suggestions: boolean;
    readonly plainGet: boolean;
    readonly trustedDocumentsOnly: boolean;
  };
  readonly rates: RateLimits;
}

/** What Yoga adds to the context over HTTP, and the WebSocket transport over its own connections. */
type ConnectionContext = Partial<Pick<GraphQLContext, 'req' | 'remoteAddress'>>;

export type GraphQLServer = YogaServerInstance<RequestContext, GraphQLContext>;

/** The GraphQL server: GraphQL over HTTP, server-sent events and GraphiQL, all at `/graphql`. */
export function createGraphQLServer(options: GraphQLServerOptions): GraphQLServer {
  const { services, examples = { aiJobIds: [] }, log, authenticate, operations } = options;
  return createYoga<RequestContext, GraphQLContext>({
    schema,
    // Synchronous if the caller is known: a promise here makes Yoga's whole request path asynchronous.
    context: ({ request, caller, ...connection }) => {
      const { req, remoteAddress = req?.socket.remoteAddress } = connection as ConnectionContext;
      const contextOf = (known: Caller) =>
        createContext(services, known, remoteAddress, request.signal, operations.of(request));
      return caller ? contextOf(caller) : authenticate(request.headers).then(contextOf);
    },
    graphqlEndpoint: '/graphql',
    // `useDocumentCache` caches documents, and bounds their bytes.
    parserAndValidationCache: false,
    // src/http/listener.ts reads the body and limits its size.
    maxRequestBodySize: false,
    graphiql: options.exposure.graphiql && graphiqlOptions(examples),
    renderGraphiQL,
    landingPage: false,
    // src/http/listener.ts answers preflights, for all transports.
    cors: false,
    extraParamNames: ['documentId'],
    multipart: false,
    maskedErrors: { maskError: presentError },
    logging: yogaLogger(log),
    plugins: createPlugins(options),
  });
}

/**
 * The plugins, in the order of their checks. The checks of documents and operations use the hooks for parsing,
 * validation and execution, so they apply to all transports. `docs/limits.md` describes them for operators.
 */
function createPlugins(options: GraphQLServerOptions): (Plugin | Plugin<GraphQLContext>)[] {
  const { services, manifest, clock, operations, exposure, rates } = options;
  return [
    useCSRFPrevention(exposure),
    ...(rates.operations ? [useRateLimit(rates.operations)] : []),
    useDocumentCache(),
    // Replaces the parser, so it comes before the plugin that extends it.
    useDocumentLimits(schema),
    ...(exposure.trustedDocumentsOnly ? useTrustedDocuments(manifest) : usePersistedDocuments(manifest)),
    ...(exposure.introspection ? [] : [useNoIntrospection()]),
    ...(exposure.suggestions ? [] : [useNoSuggestions()]),
    useSubscribedField(),
    useErrorLimit(services.budgetLimits.maxResponseBytes),
    useResponseMemory(),
    useStreamLimit(options),
    useErrorCodes(),
    useCallerValidity(clock),
    operations.plugin(),
  ];
}

/** Sets the code `BAD_USER_INPUT` on errors about the request, for which GraphQL has other codes or none. */
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
