export default {
  // A copy of schema/schema.graphql, or the URL of a gateway that allows introspection.
  schema: 'schema.graphql',
  documents: 'src/**/*.ts',
  generates: {
    'src/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        // Writes src/generated/persisted-documents.json, which TRUSTED_DOCUMENTS_FILES accepts.
        persistedDocuments: { hashAlgorithm: 'sha256' },
      },
      config: {
        // The default renames `AIJob` to `AiJob`.
        namingConvention: 'keep',
        enumsAsTypes: true,
        useTypeImports: true,
        scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown' },
      },
    },
    // For Apollo Client.
    'src/generated/possible-types.json': { plugins: ['fragment-matcher'] },
  },
};
