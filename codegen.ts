import type { CodegenConfig } from '@graphql-codegen/cli';

/** Generates typed documents from `schema/operations/` for TypeScript clients and the tests. */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: 'schema/operations/*.graphql',
  generates: {
    'schema/generated/': {
      preset: 'client',
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
        enumsAsTypes: true,
        // Keeps the names of the schema. The default would generate `AiJob`.
        namingConvention: 'keep',
        scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown' },
        importExtension: '.ts',
      },
    },
  },
};

export default config;
