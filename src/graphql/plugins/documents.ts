import { useAPQ } from '@graphql-yoga/plugin-apq';
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
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

/** Rejects all documents that are not in the manifest. They are accepted by id and by text. */
export function useTrustedDocuments(manifest: Manifest): readonly Plugin[] {
  return [
    useManifestIds(manifest),
    {
      // All transports parse. The check also applies to documents of the document cache, because a document may have been
      // removed from its file since.
      onParse: () => (payload) => {
        const { result, replaceParseResult } = payload;
        if (result === null || result instanceof Error || manifest.has(result)) return;
        const trusted = 'one of the documents that this gateway trusts';
        replaceParseResult(invalidRequest('document', trusted, 'another'));
      },
    },
  ];
}

function useManifestIds(manifest: Manifest): Plugin {
  const { onParams, ...rest } = usePersistedOperations({
    // `useTrustedDocuments` decides on documents that are sent as text.
    allowArbitraryOperations: true,
    getPersistedOperation: (id) => manifest.get(id) ?? null,
    extractPersistedOperationId: documentId,
    customErrors: {
      notFound: {
        message: 'documentId: expected the id of a document that this gateway knows; got another',
        extensions: {
          code: 'PERSISTED_QUERY_NOT_FOUND' satisfies ErrorCode,
          http: { spec: true, status: 400 },
        },
      },
    },
  });
  const plugin: Plugin = {
    ...rest,
    // Yoga rejects a request without a document and an id, as GraphQL over HTTP demands.
    onParams: (payload) =>
      documentId(payload.params, payload.request) === null ? undefined : onParams?.(payload),
  };
  return plugin;
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
