import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { afterAll, beforeAll } from 'vitest';
import { createLog, type Log } from '../../src/observability/log.ts';

/**
 * Collects every log line of the tests, and every credential and signature that they use. Each worker appends to its own
 * files in one folder, which vitest.config.ts creates. final/logged-secrets.test.ts runs last and searches the log lines
 * for the secrets.
 */

/** Unset outside of the test runner, such as in `npm run soak`: then nothing is collected. */
const folder = process.env.COLLECTED_LOGS;
const own = `${process.pid}-${threadId}`;
/** Shorter texts are not secrets, and occur in any text. */
const MIN_LENGTH = 8;

const known = new Set<string>();
let observes = true;

/** A log of all levels, for a gateway under test. */
export function collectedLog(destination?: (line: string) => void): Log {
  return createLog('trace', {
    write(line) {
      collect(line);
      destination?.(line);
    },
  });
}

/** Collects the output of a process under test. */
export function collect(text: string): void {
  if (folder) appendFileSync(join(folder, `${own}.log`), text);
}

/** Marks a text as one that must not be logged. */
export function keepSecret(secret: string | undefined): void {
  if (!folder || secret === undefined || secret.length < MIN_LENGTH || known.has(secret)) return;
  known.add(secret);
  appendFileSync(join(folder, `${own}.secrets`), `${JSON.stringify(secret)}\n`);
}

/** Marks a credential or signature that was sent over a socket. */
export function keepShown(secret: string | undefined): void {
  if (observes) keepSecret(secret);
}

/** For a test file that sends common words as credentials, which other tests log. */
export function ignoreShown(): void {
  beforeAll(() => {
    observes = false;
  });
  afterAll(() => {
    observes = true;
  });
}

/** Marks the secrets in the environment of a process. */
export function keepSecretsOf(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value = ''] of Object.entries(env)) {
    if (/SECRET|SECURITY_TOKEN|PASSWORD/.test(name)) keepSecret(value);
    if (name === 'VOD_CALLBACK_KEYS') for (const key of value.split(',')) keepSecret(key.trim());
    if (URL.canParse(value)) keepSecret(decodeURIComponent(new URL(value).password));
  }
}

/** Everything that was collected so far. */
export function collected(): { readonly lines: readonly string[]; readonly secrets: ReadonlySet<string> } {
  const texts = (suffix: string) =>
    (folder ? readdirSync(folder) : [])
      .filter((name) => name.endsWith(suffix))
      .flatMap((name) => readFileSync(join(folder ?? '', name), 'utf8').split('\n'))
      .filter((line) => line !== '');
  return {
    lines: texts('.log'),
    secrets: new Set(texts('.secrets').map((line) => JSON.parse(line) as string)),
  };
}
