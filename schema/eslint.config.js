import graphql from '@graphql-eslint/eslint-plugin';

/** Lints the schema and the operations with all recommended rules of GraphQL-ESLint. */
const common = {
  languageOptions: {
    parser: graphql.parser,
    parserOptions: { graphQLConfig: { schema: 'schema.graphql', documents: 'operations/*.graphql' } },
  },
  plugins: { '@graphql-eslint': graphql },
};

export default [
  {
    ...common,
    files: ['schema.graphql'],
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      // Only entities have an id. All other types are values: caches keep them inside the entity that contains them.
      '@graphql-eslint/strict-id-in-types': 'off',
    },
  },
  {
    ...common,
    files: ['operations/*.graphql'],
    rules: {
      ...graphql.configs['flat/operations-recommended'].rules,
    },
  },
];
