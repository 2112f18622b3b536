import { useAPQ } from '@graphql-yoga/plugin-apq';
import type { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { type ErrorCode, invalidRequest } from '../errors.ts';
import type { Manifest } from '../trusted-documents.ts';

/** Limits of the cache of automatic persisted queries. */
const MAX_CACHED_DOCUMENTS = 1_000;
const MAX_CACHED_CHARACTERS = 8 * 1024 * 1024;

/**
 * Accepts the ids of documents (`documentId` or `extensions.persistedQuery.sha256Hash`) of the manifest, and of those
 * that clients register with Apollo's automatic persisted queries (APQ).
 */
export function usePersistedDocuments(manifest: Manifest): readonly Plugin[] {
  const cache = new LRUCache<string, string>({
    max: MAX_CACHED_DOCUMENTS,
    maxSize: MAX_CACHED_CHARACTERS,
    sizeCalculation: (text) => text.length + 1,
  });
  const store = {
    get: (id: string) => manifest.get(id) ?? cache.get(id),
    set: (id: string, text: string) => cache.set(id, text),
  };
  const { onParams, ...rest } = useAPQ({ store });
  const apq: Plugin = {
    ...rest,
    // The plugin creates promises even for requests without an id.
    onParams: (payload) => (payload.params.extensions?.persistedQuery ? onParams?.(payload) : undefined),
  };
  return [apq, useManifestIds(manifest)];
}

/** Accepts the ids of documents of the manifest. */
export function useManifestIds(manifest: Manifest): Plugin {
  return {
    onParams({ params, request, setParams }) {
      const id = documentId(params, request);
      // Yoga rejects a request without a document and an id, as GraphQL over HTTP demands.
      if (params.query || id === null) return;
      const query = manifest.get(id);
      if (query === undefined) throw unknownDocumentError();
      setParams({ ...params, query });
    },
  };
}

function unknownDocumentError(): GraphQLError {
  const error = invalidRequest('documentId', 'the id of a document that this gateway knows', 'another');
  error.extensions.code = 'PERSISTED_QUERY_NOT_FOUND' satisfies ErrorCode;
  return error;
}

function documentId(
  params: GraphQLParams & { readonly documentId?: unknown },
  request: Request,
): string | null {
  const id =
    params.documentId ??
    params.extensions?.persistedQuery?.sha256Hash ??
    // Yoga does not pass on this parameter of a GET.
    (request.method === 'GET' ? new URL(request.url).searchParams.get('documentId') : null);
  return typeof id === 'string' ? id : null;
}
