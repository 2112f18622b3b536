import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Log } from '../log.ts';
import { createContext, type GraphQLContext, type GraphQLServices } from './context.ts';
import { type ErrorCode, presentError } from './errors.ts';
import { type ExampleJobs, graphiqlOptions } from './graphiql.ts';
import { yogaLogger } from './log-errors.ts';
import { schema } from './schema.ts';

export interface GraphQLServerOptions {
  readonly services: GraphQLServices;
  readonly examples: ExampleJobs;
  readonly log: Log;
}

export type GraphQLServer = YogaServerInstance<Record<never, never>, GraphQLContext>;

/** GraphQL over HTTP at `/graphql`, with GraphiQL for browsers. */
export function createGraphQLServer({ services, examples, log }: GraphQLServerOptions): GraphQLServer {
  return createYoga<Record<never, never>, GraphQLContext>({
    schema,
    context: ({ request }) => createContext(services, request.signal),
    graphqlEndpoint: '/graphql',
    // Bounded where they are read, in src/http.ts.
    maxRequestBodySize: false,
    graphiql: graphiqlOptions(examples),
    renderGraphiQL,
    landingPage: false,
    // No other site's scripts; useJSONAlone keeps its forms away.
    cors: false,
    multipart: false,
    maskedErrors: { maskError: presentError },
    logging: yogaLogger(log),
    plugins: [useJSONAlone(), useErrorCodes()],
  });
}

/**
 * Takes no POST but of types that a browser sends to another site only after a preflight, which fails here. Otherwise
 * any page could submit jobs, by a form, to a gateway that its visitor can reach.
 */
function useJSONAlone(): Plugin {
  return {
    onRequestParse({ request, endResponse, fetchAPI }) {
      const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
      if (request.method !== 'POST' || /^application\/(json|graphql|[\w.-]+\+json)$/i.test(type.trim()))
        return;
      endResponse(
        fetchAPI.Response.json(
          {
            errors: [
              {
                message: 'content-type: expected application/json',
                extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode },
              },
            ],
          },
          { status: 415 },
        ),
      );
    },
  };
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
        if (error.path === undefined && error.extensions.code !== 'INTERNAL_SERVER_ERROR') {
          error.extensions.code = 'BAD_USER_INPUT';
        }
      }
    },
  };
}
