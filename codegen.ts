import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents of `schema/operations/`, for TypeScript clients and for the end-to-end tests. */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: 'schema/operations/*.graphql',
  generates: {
    'schema/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        // The manifest of trusted documents. The typed documents keep their definitions, so that they can be printed.
        persistedDocuments: {
          mode: 'embedHashInDocument',
          hashPropertyName: 'hash',
          hashAlgorithm: 'sha256',
        },
      },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        // As they are in the schema: the default would write `AiJob`.
        namingConvention: 'keep',
        scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown' },
        importExtension: '.ts',
      },
    },
  },
};

export default config;
