import { readFileSync } from 'node:fs';
import {
  type ASTNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  print,
  validate,
  visit,
} from 'graphql';
import { z } from 'zod';
import { ConfigError } from '../config/values.ts';
import { type FileContent, type WatchFile, watchFiles } from '../config/watched-files.ts';
import { describeText } from '../domain/id.ts';
import type { Log } from '../observability/log.ts';
import { invalidRequest } from './errors.ts';

const OWN_FILE = new URL('../../schema/generated/persisted-documents.json', import.meta.url);
const OWN = "the gateway's own manifest";
const VARIABLE = 'TRUSTED_DOCUMENTS_FILES';

/** The trusted documents: those of `schema/operations/` and those of the files in `TRUSTED_DOCUMENTS_FILES`. */
export interface Manifest {
  /** The text of a document. An id that is a SHA-256 in hexadecimal may have the prefix `sha256:`. */
  get(id: string): string | undefined;
  /** Whether the document is trusted now, in any layout. It costs a lookup if the same object was trusted before. */
  has(document: DocumentNode): boolean;
}

/** Throws if a document is not in the manifest. It is accepted by id and by text. */
export function checkTrusted(manifest: Manifest, document: DocumentNode): void {
  if (manifest.has(document)) return;
  throw invalidRequest('document', 'one of the documents that this gateway trusts', 'another');
}

export interface ManifestOptions {
  /** The paths of manifests of other repositories. */
  readonly files: readonly string[];
  /** Documents that are invalid for this schema are logged. */
  readonly schema: GraphQLSchema;
  readonly log: Log;
  readonly watch?: WatchFile | undefined;
}

/** One version of the trusted documents. */
interface Documents {
  readonly textById: ReadonlyMap<string, string>;
  /** The normal form of each text; undefined if the text cannot be parsed. */
  readonly canonicalByText: ReadonlyMap<string, string | undefined>;
  readonly canonicals: ReadonlySet<string | undefined>;
  /** The parsed documents that were found to be trusted in this version. */
  readonly trusted: WeakSet<DocumentNode>;
}

/** A document of a manifest. */
interface Entry {
  readonly id: string;
  readonly text: string;
}

/**
 * Reads the trusted documents, and reads the files again when they change. Throws a {@link ConfigError} if a file is
 * unusable at the start. If it becomes unusable later, the previous documents stay trusted.
 */
export function openManifest({ files, schema, log, watch }: ManifestOptions): Manifest & { close(): void } {
  const own = Object.entries(JSON.parse(readFileSync(OWN_FILE, 'utf8')) as Record<string, string>).map(
    ([id, text]) => ({ id, text }),
  );
  const documents = watchFiles<Documents>({
    files,
    watch,
    parse(contents, previous) {
      const manifests = contents.map((content, index) => {
        const file = files[index] ?? '';
        return { file, entries: readEntries(file, content) };
      });
      const next = documentsOf([{ file: OWN, entries: own }, ...manifests], previous);
      for (const { file, entries } of manifests) {
        const added = entries.filter(({ text }) => !previous?.canonicalByText.has(text));
        for (const entry of added) warnIfInvalid(file, entry, schema, log);
      }
      return next;
    },
    onReload: ({ textById }) => log.info({ documents: textById.size }, 'reloaded the trusted documents'),
    onUnusable: (error) =>
      log.error(
        { error: error.message },
        'could not reload the trusted documents; the previous documents stay trusted',
      ),
  });
  return {
    get: (id) => documents.value.textById.get(normalId(id)),
    has(document) {
      const { trusted, canonicals } = documents.value;
      if (trusted.has(document)) return true;
      if (!canonicals.has(canonical(document))) return false;
      trusted.add(document);
      return true;
    },
    close: documents.close,
  };
}

const apolloShape = z.object(
  {
    format: z.literal('apollo-persisted-query-manifest', 'apollo-persisted-query-manifest'),
    version: z.literal(1, '1'),
    operations: z.array(
      z.object(
        { id: z.string('a text').min(1, 'a text that is not empty'), body: z.string("a document's text") },
        'an object with id and body',
      ),
      'a list of operations',
    ),
  },
  'a manifest',
);

const mapShape = z.record(
  z.string().min(1),
  z.string("a document's text"),
  'an object of ids and texts, or a manifest of Apollo',
);

/** Reads Apollo's format, or an object of ids and texts, which client-preset and Relay write. */
function readEntries(file: string, { text, failure = 'nothing' }: FileContent): readonly Entry[] {
  if (text === undefined) throw unusable(file, 'a readable file', failure);
  const content = parseJSON(file, text);
  const isApollos = typeof content === 'object' && content !== null && 'format' in content;
  if (isApollos) {
    const { data, error } = apolloShape.safeParse(content);
    if (data) return data.operations.map(({ id, body }) => ({ id, text: body }));
    throw invalid(file, error);
  }
  const { data, error } = mapShape.safeParse(content);
  if (data) return Object.entries(data).map(([id, document]) => ({ id, text: document }));
  throw invalid(file, error);
}

function parseJSON(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's error message quotes the text.
    throw unusable(file, 'JSON', 'another text');
  }
}

function invalid(file: string, { issues: [issue] }: z.ZodError): ConfigError {
  const place = [file, ...(issue?.path ?? []).map(String)].join(', ');
  return unusable(place, issue?.message ?? 'a manifest', 'something else');
}

function unusable(place: string, expected: string, received: string): ConfigError {
  return new ConfigError(`${VARIABLE}, ${place}`, expected, received);
}

/** Joins the manifests. Texts that the previous version has are not parsed again. */
function documentsOf(
  manifests: readonly { readonly file: string; readonly entries: readonly Entry[] }[],
  previous: Documents | undefined,
): Documents {
  const textById = new Map<string, string>();
  const fileById = new Map<string, string>();
  const canonicalByText = new Map<string, string | undefined>();
  for (const { file, entries } of manifests) {
    for (const { id: given, text } of entries) {
      const id = normalId(given);
      const known = textById.get(id);
      if (known !== undefined && known !== text) {
        const expected = `the text that ${fileById.get(id)} gives to the id ${describeText(id)}`;
        throw unusable(file, expected, 'another');
      }
      textById.set(id, text);
      fileById.set(id, file);
      if (canonicalByText.has(text)) continue;
      const earlier = previous?.canonicalByText;
      canonicalByText.set(text, earlier?.has(text) ? earlier.get(text) : canonicalOf(text));
    }
  }
  const canonicals = new Set(canonicalByText.values());
  canonicals.delete(undefined);
  return { textById, canonicalByText, canonicals, trusted: new WeakSet() };
}

function canonicalOf(text: string): string | undefined {
  const document = parseDocument(text);
  return document instanceof GraphQLError ? undefined : canonical(document);
}

function parseDocument(text: string): DocumentNode | GraphQLError {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function warnIfInvalid(file: string, { id, text }: Entry, schema: GraphQLSchema, log: Log): void {
  const document = parseDocument(text);
  const [error] = document instanceof GraphQLError ? [document] : validate(schema, document);
  if (!error) return;
  const [, operation = id] = /\b(?:query|mutation|subscription)\s+(\w+)/.exec(text) ?? [];
  log.warn({ file, operation, error: error.message }, 'a trusted document is invalid for this schema');
}

/** Clients may send a hash with a prefix and in upper case. All other ids are compared as they are. */
function normalId(id: string): string {
  const [, hash] = /^(?:sha256:)?([0-9a-f]{64})$/i.exec(id) ?? [];
  return hash?.toLowerCase() ?? id;
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
