import type { Plugin } from 'graphql-yoga';
import type { ErrorCode } from '../errors.ts';

/**
 * Takes no POST but of types that a browser sends to another site only after a preflight, which fails unless the site
 * is one of `CORS_ORIGINS`. Otherwise any page could submit jobs, by a form, to a gateway that its visitor can reach.
 */
export function useJSONAlone(): Plugin {
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

/** Headers that a page can send to another site only after a preflight, as clients of GraphQL send them. */
const preflighted = [
  'authorization',
  'x-api-key',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'x-graphql-yoga-csrf',
];

/**
 * Takes no GET that a page of another site can send by a link, an image or a script. Mutations are refused over GET
 * anyway; this keeps such pages from spending the quota. An `EventSource`, which can send no header, is left alone:
 * its stream takes no more than a page of this site's own would.
 */
export function useNoPlainGet(): Plugin {
  return {
    onRequestParse({ request, endResponse, fetchAPI }) {
      if (request.method !== 'GET') return;
      const { headers } = request;
      if (headers.get('accept') === 'text/event-stream') return;
      if (preflighted.some((name) => headers.has(name))) return;
      if (/^application\/(json|[\w.-]+\+json)$/i.test(headers.get('content-type') ?? '')) return;
      const message = `headers: expected one of content-type: application/json, ${preflighted.join(', ')}; got none`;
      const errors = [{ message, extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode } }];
      endResponse(fetchAPI.Response.json({ errors }, { status: 400 }));
    },
  };
}
