import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/postgres-user.ts',
    // Node itself imports the modules, as in production. Vite would load the ES modules of `graphql` beside the
    // CommonJS ones that Node gives to its dependents, and GraphQL refuses to work with two copies of itself.
    experimental: { viteModuleRunner: false },
  },
});
