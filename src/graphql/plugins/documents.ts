import { readFileSync } from 'node:fs';
import { useAPQ } from '@graphql-yoga/plugin-apq';
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import { type ASTNode, type DocumentNode, parse, print, visit } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { ErrorCode } from '../errors.ts';
import { refusal } from '../refusal.ts';

const file = new URL('../../../schema/generated/persisted-documents.json', import.meta.url);

/** How many documents of clients are remembered by their hashes, and how long they may be together. */
const MAX_REMEMBERED = 1_000;
const MAX_REMEMBERED_CHARACTERS = 8 * 1024 * 1024;

/** The documents of `schema/operations/`, as `npm run generate` has written them down. */
export interface Manifest {
  /** The text of a document, by the SHA-256 of it, in hexadecimal, with or without `sha256:` in front. */
  get(id: string): string | undefined;
  /** Whether a document is one of these, however it is laid out. */
  has(document: DocumentNode): boolean;
}

export function readManifest(): Manifest {
  const documents = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  const byId = new Map(Object.entries(documents).map(([id, text]) => [bare(id), text]));
  const known = new Set(Object.values(documents).map((text) => canonical(parse(text))));
  return { get: (id) => byId.get(bare(id)), has: (document) => known.has(canonical(document)) };
}

/**
 * A document's text without what makes no difference: the manifest's are sorted, and some clients add `__typename` to
 * all that they select.
 */
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

function bare(id: string): string {
  return id.replace(/^sha256:/, '').toLowerCase();
}

/**
 * Serves the documents of the manifest by their ids (`documentId`, or `extensions.persistedQuery.sha256Hash`), and
 * remembers those of clients that speak of Apollo's automatic persisted queries.
 */
export function useDocumentIds(manifest: Manifest): readonly Plugin[] {
  const remembered = new LRUCache<string, string>({
    max: MAX_REMEMBERED,
    maxSize: MAX_REMEMBERED_CHARACTERS,
    sizeCalculation: (text) => text.length + 1,
  });
  const store = {
    get: (id: string) => manifest.get(id) ?? remembered.get(id),
    set: (id: string, text: string) => remembered.set(id, text),
  };
  const { onParams, ...rest } = useAPQ({ store });
  const apq: Plugin = {
    ...rest,
    // Of other requests it would make promises, and nothing else.
    onParams: (payload) => (payload.params.extensions?.persistedQuery ? onParams?.(payload) : undefined),
  };
  return [apq, useManifestIds(manifest)];
}

/** Serves nothing but the documents of the manifest, by their ids or by their texts. */
export function useTrustedDocumentsOnly(manifest: Manifest): readonly Plugin[] {
  // Documents come from Yoga's cache of them: each is looked at once.
  const trusted = new WeakMap<DocumentNode, boolean>();
  const isTrusted = (document: DocumentNode) => {
    const known = trusted.get(document) ?? manifest.has(document);
    trusted.set(document, known);
    return known;
  };
  return [
    useManifestIds(manifest),
    {
      // Here, and not where requests come in: so it holds for all transports.
      onParse:
        () =>
        ({ result, replaceParseResult }) => {
          if (result === null || result instanceof Error || isTrusted(result)) return;
          const error = refusal('document', 'one of the documents that this gateway trusts', 'another');
          // An error in place of a document is thrown.
          replaceParseResult(error as unknown as DocumentNode);
        },
    },
  ];
}

function useManifestIds(manifest: Manifest): Plugin {
  const { onParams, ...rest } = usePersistedOperations({
    // What may be asked in words is decided where they are parsed.
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
    // A request with neither is told so by Yoga, as GraphQL over HTTP wants it.
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
    // Of a GET Yoga hands on the parameters that it knows.
    (request.method === 'GET' ? new URL(request.url).searchParams.get('documentId') : null);
  return typeof id === 'string' ? id : null;
}
