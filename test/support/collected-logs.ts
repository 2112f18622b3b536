import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { afterAll, beforeAll } from 'vitest';
import { createLog, type Log } from '../../src/observability/log.ts';

/**
 * Everything that is logged anywhere in the tests, and every credential and signature that was in use meanwhile: each
 * process of the test runner appends what it sees to files of its own in one folder, which vitest.config.ts makes, and
 * final/logged-secrets.test.ts, which runs after all others, searches the one for the other.
 */

/** None outside of the test runner, in `npm run soak` for example: then nothing is kept. */
const folder = process.env.COLLECTED_LOGS;
const own = `${process.pid}-${threadId}`;
/** What is shorter is no secret, and would be found in any text. */
const MIN_LENGTH = 8;

const known = new Set<string>();
let observes = true;

/** A log that tells everything, for a gateway under test. */
export function collectedLog(destination?: (line: string) => void): Log {
  return createLog('trace', {
    write(line) {
      collect(line);
      destination?.(line);
    },
  });
}

/** Keeps what a process under test wrote. */
export function collect(text: string): void {
  if (folder) appendFileSync(join(folder, `${own}.log`), text);
}

/** To be told of everything that must not be logged. */
export function keepSecret(secret: string | undefined): void {
  if (!folder || secret === undefined || secret.length < MIN_LENGTH || known.has(secret)) return;
  known.add(secret);
  appendFileSync(join(folder, `${own}.secrets`), `${JSON.stringify(secret)}\n`);
}

/** To be told of what is shown as a credential or a signature over a socket. */
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

/** The secrets among a process's settings. */
export function keepSecretsOf(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value = ''] of Object.entries(env)) {
    if (/SECRET|SECURITY_TOKEN|PASSWORD/.test(name)) keepSecret(value);
    if (name === 'VOD_CALLBACK_KEYS') for (const key of value.split(',')) keepSecret(key.trim());
    if (URL.canParse(value)) keepSecret(decodeURIComponent(new URL(value).password));
  }
}

/** All that has been collected so far. */
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
