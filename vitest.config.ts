import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where the tests collect log lines, for test/final to search. Each project below reads this file again. */
const collectedLogs = join(tmpdir(), `vod-ai-gateway-logs-${process.pid}`);
mkdirSync(collectedLogs, { recursive: true });
process.once('exit', () => rmSync(collectedLogs, { recursive: true, force: true }));

/** Tests that start processes. */
const processes = [
  'test/e2e/**/*.test.ts',
  'test/deploy/**/*.test.ts',
  'test/examples/**/*.test.ts',
  'test/security/attacks/**/*.test.ts',
];

/** Starts the files first that wait for processes and databases: each takes longer than most others together. */
class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      /\/test\/(e2e|deploy|examples|ledger|security\/attacks)\//.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    globalSetup: 'test/support/postgres.ts',
    setupFiles: 'test/support/observed-secrets.ts',
    env: {
      COLLECTED_LOGS: collectedLogs,
      // Halves the time that Node.js takes to load the gateway, in test files and in processes that they start.
      NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/node'),
    },
    // Many tests wait for sockets and processes, so a worker more than there are cores shortens the run.
    maxWorkers: availableParallelism() + 1,
    // Loading the gateway takes half a second. The files of a worker share its modules and leave nothing behind in them.
    isolate: false,
    sequence: { sequencer: LongFilesFirst },
    // A poll ends as soon as its condition holds. The default timeouts of seconds measure the load of the machine.
    expect: { poll: { interval: 10, timeout: 20_000 } },
    testTimeout: 60_000,
    // Node.js imports the modules, as in production. Vite would load the ES modules of `graphql` next to the CommonJS
    // modules that Node.js gives to its dependents, and GraphQL rejects values from a second copy of itself.
    experimental: { viteModuleRunner: false },
    projects: [
      {
        extends: true,
        test: {
          name: 'gateway',
          include: ['test/**/*.test.ts'],
          exclude: [...processes, 'test/final/**', '**/node_modules/**'],
          // Not 0: with a single worker, files of the order 0 run after all others.
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: processes,
          sequence: { groupOrder: 1 },
        },
      },
      // Reads what all other tests have collected.
      {
        extends: true,
        test: {
          name: 'final',
          include: ['test/final/**/*.test.ts'],
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
