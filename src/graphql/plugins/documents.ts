import { readFileSync } from 'node:fs';
import { useAPQ } from '@graphql-yoga/plugin-apq';
import { type ASTNode, type DocumentNode, type GraphQLError, parse, print, visit } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { type ErrorCode, invalidRequest } from '../errors.ts';

const MANIFEST_FILE = new URL('../../../schema/generated/persisted-documents.json', import.meta.url);

/** Limits of the cache of automatic persisted queries. */
const MAX_CACHED_DOCUMENTS = 1_000;
const MAX_CACHED_CHARACTERS = 8 * 1024 * 1024;

/** The documents of `schema/operations/`, which `npm run generate` writes to the manifest. */
export interface Manifest {
  /** The text of a document. The id is the SHA-256 of the text in hexadecimal, with or without the prefix `sha256:`. */
  get(id: string): string | undefined;
  /** Whether the manifest has the document, in any layout. */
  has(document: DocumentNode): boolean;
}

export function readManifest(): Manifest {
  const documents = JSON.parse(readFileSync(MANIFEST_FILE, 'utf8')) as Record<string, string>;
  const byHash = new Map(Object.entries(documents).map(([id, text]) => [hashOf(id), text]));
  const known = new Set(Object.values(documents).map((text) => canonical(parse(text))));
  return { get: (id) => byHash.get(hashOf(id)), has: (document) => known.has(canonical(document)) };
}

/** A document's text in a normal form: sorted, as the manifest is, and without the `__typename` that clients add. */
function canonical(document: DocumentNode): string {
  return print(
    visit(document, {
      Document: { leave: (node) => ({ ...node, definitions: sorted(node.definitions) }) },
      OperationDefinition: {
        leave: (node) => ({ ...node, variableDefinitions: sorted(node.variableDefinitions ?? []) }),
      },
      SelectionSet: { leave: (node) => ({ ...node, selections: sorted(node.selections) }) },
      Field: {
        leave: (node) =>
          node.name.value === '__typename' && !node.alias
            ? null
            : { ...node, arguments: sorted(node.arguments ?? []) },
      },
    }),
  );
}

function sorted<Node extends ASTNode>(nodes: readonly Node[]): readonly Node[] {
  return nodes
    .map((node) => ({ node, text: print(node) }))
    .toSorted((one, other) => (one.text < other.text ? -1 : 1))
    .map(({ node }) => node);
}

function hashOf(id: string): string {
  return id.replace(/^sha256:/, '').toLowerCase();
}

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

/** Throws if a document is not in the manifest. It is accepted by id and by text. */
export function checkTrusted(manifest: Manifest, document: DocumentNode): void {
  if (manifest.has(document)) return;
  throw invalidRequest('document', 'one of the documents that this gateway trusts', 'another');
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
