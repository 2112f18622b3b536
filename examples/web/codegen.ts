import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types for the operations in `src/`, from the schema that the gateway's repository publishes. */
const config: CodegenConfig = {
  schema: '../../schema/schema.graphql',
  documents: ['src/**/*.ts', 'src/**/*.tsx', '!src/generated/**'],
  generates: {
    'src/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        // Without it, codegen renames `AIJob` to `AiJob`.
        namingConvention: 'keep',
        importExtension: '.ts',
        scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown' },
      },
    },
  },
};

export default config;
