import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Where the tests put what is logged, for test/final to search it. Each project below reads this file again. */
const collectedLogs = join(tmpdir(), `vod-ai-gateway-logs-${process.pid}`);
mkdirSync(collectedLogs, { recursive: true });
process.once('exit', () => rmSync(collectedLogs, { recursive: true, force: true }));

export default defineConfig({
  test: {
    globalSetup: 'test/support/postgres-user.ts',
    setupFiles: 'test/support/observed-secrets.ts',
    env: { COLLECTED_LOGS: collectedLogs },
    // Node itself imports the modules, as in production. Vite would load the ES modules of `graphql` beside the
    // CommonJS ones that Node gives to its dependents, and GraphQL refuses to work with two copies of itself.
    experimental: { viteModuleRunner: false },
    projects: [
      {
        extends: true,
        test: {
          name: 'gateway',
          include: ['test/**/*.test.ts'],
          exclude: ['test/final/**', '**/node_modules/**'],
          // Not 0: where there is but one worker, those of order 0 come after all others.
          sequence: { groupOrder: 1 },
        },
      },
      // What can be told only when all others have ended.
      {
        extends: true,
        test: { name: 'final', include: ['test/final/**/*.test.ts'], sequence: { groupOrder: 2 } },
      },
    ],
  },
});
