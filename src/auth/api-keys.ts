import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../config/values.ts';
import type { Log } from '../observability/log.ts';
import { type Caller, type Scope, scopes } from './caller.ts';

/** Calls back whenever a file may have changed; the function returned ends it. */
export type WatchFile = (path: string, onChange: () => void) => () => void;

export interface ApiKeysOptions {
  /** JSON: `[{"name", "sha256": "<hex>", "scopes": ["jobs:read"]}]`. */
  readonly file: string;
  readonly log: Log;
  readonly watch?: WatchFile;
}

/** The keys that are known now. */
export interface ApiKeys {
  /** The caller whose key this is. */
  find(key: string): Caller | undefined;
  /** Reads the file no more. */
  close(): void;
}

/** How often it is looked whether the file has changed. */
const WATCH_INTERVAL_MS = 1_000;

interface Entry {
  readonly caller: Caller;
  readonly digest: Buffer;
  /** Aborts the caller's `revoked`. */
  readonly revocation: AbortController;
}

const fileShape = z
  .array(
    z.strictObject(
      {
        name: z.string('a text').min(1, 'a text that is not empty').max(128, 'at most 128 characters'),
        sha256: z.string('64 hexadecimal digits').regex(/^[0-9a-f]{64}$/i, '64 hexadecimal digits'),
        scopes: z.array(z.enum(scopes, `one of ${scopes.join(', ')}`), 'a list of scopes'),
      },
      'an object with name, sha256 and scopes, and nothing else',
    ),
    'a list of keys',
  )
  .min(1, 'at least one key');

/**
 * Reads API keys, and reads them again when their file changes. Throws a {@link ConfigError} where it cannot be used at
 * the start; later on the keys that were read last stay. Callers whose key has gone, or is another one now, are told.
 */
export function watchApiKeys({ file, log, watch = watchByPolling }: ApiKeysOptions): ApiKeys {
  /** What was read last, be it of use or not: each state of the file is told of once. */
  let seen = reading(file);
  let entries = parseEntries(textOf(seen), new Map());

  const stop = watch(file, () => {
    const now = reading(file);
    if (isSame(now, seen)) return;
    seen = now;
    try {
      const before = new Map(entries.map((entry) => [entry.caller.name, entry]));
      entries = parseEntries(textOf(now), before);
      for (const old of before.values()) if (!entries.includes(old)) old.revocation.abort();
      log.info({ keys: entries.length }, 'the API keys were read again');
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      log.error({ error: error.message }, 'the API keys could not be read again: those from before stay');
    }
  });

  return {
    find(key) {
      const digest = createHash('sha256').update(key).digest();
      let found: Caller | undefined;
      // All of them, each time: how long it takes tells nothing of where the key is, or how close it comes.
      for (const entry of entries) if (timingSafeEqual(entry.digest, digest)) found = entry.caller;
      return found;
    },
    close: stop,
  };
}

/** The text of a file, or why there is none. */
type FileReading = { readonly text: string } | { readonly failure: string };

function reading(file: string): FileReading {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { failure: (error as NodeJS.ErrnoException).code ?? 'an error' };
  }
}

function isSame(one: FileReading, other: FileReading): boolean {
  if ('text' in one) return 'text' in other && one.text === other.text;
  return 'failure' in other && one.failure === other.failure;
}

function textOf(read: FileReading): string {
  if ('text' in read) return read.text;
  throw new ConfigError('API_KEYS_FILE', 'a file that can be read', read.failure);
}

/** The keys of a file; those that are the same as before stay the same objects. Messages never quote the file. */
function parseEntries(text: string, before: ReadonlyMap<string, Entry>): readonly Entry[] {
  const parsed = fileShape.safeParse(parseJSON(text));
  if (!parsed.success) throw wrongFile(parsed.error.issues[0]);
  const keys = parsed.data;
  for (const [index, { name, sha256 }] of keys.entries()) {
    const earlier = keys.slice(0, index);
    if (earlier.some((other) => other.name === name)) throw doubled(index, 'name');
    // One key under two names would be two callers at once.
    if (earlier.some((other) => other.sha256.toLowerCase() === sha256.toLowerCase())) {
      throw doubled(index, 'sha256');
    }
  }
  return keys.map(({ name, sha256, scopes: allowed }) => {
    const digest = Buffer.from(sha256, 'hex');
    const old = before.get(name);
    return old?.digest.equals(digest) && isSameSet(old.caller.scopes, allowed)
      ? old
      : entryOf(name, digest, allowed);
  });
}

function entryOf(name: string, digest: Buffer, allowed: readonly Scope[]): Entry {
  const revocation = new AbortController();
  const caller: Caller = {
    kind: 'key',
    name,
    scopes: new Set(allowed),
    expiresAt: undefined,
    revoked: revocation.signal,
  };
  return { caller, digest, revocation };
}

function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes what it has read.
    throw new ConfigError('API_KEYS_FILE', 'JSON', 'another text');
  }
}

function wrongFile(issue: z.core.$ZodIssue | undefined): ConfigError {
  const [index, ...field] = issue?.path ?? [];
  const expected = issue?.message ?? 'a list of keys';
  return new ConfigError(placeOf(index, field.join('.')), expected, 'something else');
}

function doubled(index: number, field: string): ConfigError {
  return new ConfigError(placeOf(index, field), 'another one in each entry', 'one of an entry before it');
}

function placeOf(index: PropertyKey | undefined, field: string): string {
  const entry = index === undefined ? '' : `, entry ${String(index)}`;
  return `API_KEYS_FILE${entry}${field && `, ${field}`}`;
}

function isSameSet(set: ReadonlySet<Scope>, list: readonly Scope[]): boolean {
  return set.size === new Set(list).size && list.every((scope) => set.has(scope));
}

/**
 * By looking at the path, through links, again and again: events of the file system are lost where a whole folder is
 * swapped (as Kubernetes does with secrets) or where an editor puts a new file in the old one's place.
 */
const watchByPolling: WatchFile = (path, onChange) => {
  watchFile(path, { interval: WATCH_INTERVAL_MS, persistent: false }, onChange);
  // What has changed between the first reading and the first look is no change to the one who looks.
  const first = setTimeout(onChange, WATCH_INTERVAL_MS).unref();
  return () => {
    clearTimeout(first);
    unwatchFile(path, onChange);
  };
};
