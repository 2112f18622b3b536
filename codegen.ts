import { createRequire } from 'node:module';

interface Preset {
  buildGeneratesSection(options: object): Promise<readonly { readonly filename: string }[]>;
}

const { preset }: { preset: Preset } = createRequire(new URL('schema/package.json', import.meta.url))(
  '@graphql-codegen/client-preset',
);

/**
 * The preset without `gql.ts` and `index.ts`. They are for documents inside TypeScript, and import each other with an
 * ending that some bundlers reject. `graphql.ts` imports no other file, so it works in any project.
 */
const documentsOnly: Preset = {
  ...preset,
  async buildGeneratesSection(options) {
    const files = await preset.buildGeneratesSection(options);
    return files.filter(({ filename }) => !/\/(gql|index)\.ts$/.test(filename));
  },
};

/**
 * Configures graphql-codegen: typed documents of `schema/operations/` for TypeScript clients and the end-to-end tests.
 * `npm run generate` runs it in `schema/`, which has graphql-codegen in a package of its own; paths are relative to that.
 */
export default {
  schema: 'schema.graphql',
  documents: 'operations/*.graphql',
  generates: {
    // For Apollo Client: `new InMemoryCache(possibleTypes)`.
    'generated/possible-types.json': { plugins: ['fragment-matcher'] },
    'generated/': {
      preset: documentsOnly,
      presetConfig: {
        fragmentMasking: false,
        // Writes the manifest of trusted documents. `embedHashInDocument` keeps the documents' definitions, so that clients
        // can still print them.
        persistedDocuments: {
          mode: 'embedHashInDocument',
          hashPropertyName: 'hash',
          hashAlgorithm: 'sha256',
        },
      },
      config: {
        useTypeImports: true,
        // Fields with @semanticNonNull are non-null in the types, so use the documents with a client that throws on errors.
        nullability: { errorHandlingClient: true },
        enumsAsTypes: true,
        // As they are in the schema: the default would write `AiJob`.
        namingConvention: 'keep',
        scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown' },
      },
    },
  },
};
