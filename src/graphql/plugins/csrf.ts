import type { Plugin } from 'graphql-yoga';
import type { ErrorCode } from '../errors.ts';

/** Media types that a browser sends to another site only after a preflight. */
const PREFLIGHTED_TYPE = /^application\/(json|graphql|[\w.-]+\+json)$/i;

/** Headers of GraphQL clients that a browser sends to another site only after a preflight. */
const PREFLIGHTED_HEADERS = [
  'authorization',
  'x-api-key',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'x-graphql-yoga-csrf',
];

const wrongPost = { status: 415, message: 'content-type: expected application/json' };
const wrongGet = {
  status: 400,
  message: `headers: expected one of content-type: application/json, ${PREFLIGHTED_HEADERS.join(', ')}; got none`,
};

export interface CSRFOptions {
  /** Whether to accept a GET that any page can send with a link, an image or a script. */
  readonly plainGet: boolean;
}

/**
 * Rejects requests that a page of another site can send without a preflight. A preflight fails unless the site is one
 * of `CORS_ORIGINS`. Without this check, any page could submit jobs with a form, or spend VOD's quota with links.
 */
export function useCSRFPrevention({ plainGet }: CSRFOptions): Plugin {
  return {
    onRequestParse({ request, endResponse, fetchAPI }) {
      const { method } = request;
      if ((method !== 'POST' && (method !== 'GET' || plainGet)) || isPreflighted(request)) return;
      const { status, message } = method === 'POST' ? wrongPost : wrongGet;
      const errors = [{ message, extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode } }];
      endResponse(fetchAPI.Response.json({ errors }, { status }));
    },
  };
}

/** Whether browsers ask for permission before they send the request. A POST always needs a type that takes one. */
function isPreflighted({ method, headers }: Request): boolean {
  const type = (headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
  if (PREFLIGHTED_TYPE.test(type.trim())) return true;
  if (method === 'POST') return false;
  // An `EventSource` cannot set any other header.
  return (
    headers.get('accept') === 'text/event-stream' || PREFLIGHTED_HEADERS.some((name) => headers.has(name))
  );
}
