import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { RequestContext } from '../auth/caller.ts';
import type { Log } from '../observability/log.ts';
import { presentError } from './errors.ts';
import { yogaLogger } from './log-errors.ts';
import { useCSRFPrevention } from './plugins/csrf.ts';
import { useManifestIds, usePersistedDocuments } from './plugins/documents.ts';
import { useEngine, type YogaEngineOptions } from './plugins/engine.ts';
import { useNoStore } from './plugins/no-store.ts';
import type { Manifest } from './trusted-documents.ts';

export interface GraphQLServerOptions extends YogaEngineOptions {
  readonly manifest: Manifest;
  readonly log: Log;
  readonly exposure: {
    readonly plainGet: boolean;
    readonly trustedDocumentsOnly: boolean;
  };
}

export type GraphQLServer = YogaServerInstance<RequestContext, object>;

/**
 * GraphQL over HTTP in all its forms, and server-sent events, at `/graphql`. The engine runs the operations; what is left to
 * Yoga is to read and write the many kinds of requests and responses. The most common one, a POST of JSON, does not come here
 * (`transports/json-post.ts`).
 */
export function createGraphQLServer(options: GraphQLServerOptions): GraphQLServer {
  const { manifest, log, exposure } = options;
  return createYoga<RequestContext, object>({
    graphqlEndpoint: '/graphql',
    // The engine caches documents, and bounds their bytes.
    parserAndValidationCache: false,
    // src/http/listener.ts reads the body and limits its size.
    maxRequestBodySize: false,
    // src/http/listener.ts serves GraphiQL, with a content security policy.
    graphiql: false,
    landingPage: false,
    // src/http/listener.ts answers preflights, for all transports.
    cors: false,
    extraParamNames: ['documentId'],
    multipart: false,
    maskedErrors: { maskError: presentError },
    logging: yogaLogger(log),
    plugins: [
      useNoStore(),
      useCSRFPrevention(exposure),
      // Before the plugins that look up ids, because it counts the operation.
      useEngine(options),
      ...(exposure.trustedDocumentsOnly ? [useManifestIds(manifest)] : usePersistedDocuments(manifest)),
    ],
  });
}
