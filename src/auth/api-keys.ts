import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../config/values.ts';
import type { Log } from '../observability/log.ts';
import { type Caller, type Scope, scopes } from './caller.ts';
import { type CallerLimits, callerLimitNames, callerLimitsShape } from './caller-limits.ts';

/** Calls `onChange` when a file may have changed. The returned function stops watching. */
export type WatchFile = (path: string, onChange: () => void) => () => void;

export interface ApiKeysOptions {
  /** The path of a JSON file: `[{"name", "sha256": "<hex>", "scopes": ["jobs:read"], "caller"?: "<name>", "limits"?: {…}}]`. */
  readonly file: string;
  readonly log: Log;
  readonly watch?: WatchFile;
}

/** The API keys of the last valid version of the file. */
export interface ApiKeys {
  /** The caller with this key. */
  find(key: string): Caller | undefined;
  /** Stops watching the file. */
  close(): void;
}

/** The interval between two checks of the file. */
const WATCH_INTERVAL_MS = 1_000;

interface ApiKey {
  /** The name of the entry. */
  readonly name: string;
  readonly caller: Caller;
  /** SHA-256 of the key. */
  readonly digest: Buffer;
  /** Aborts the caller's `revoked`. */
  readonly revocation: AbortController;
}

const nameShape = z
  .string('a text')
  .min(1, 'a text that is not empty')
  .max(128, 'at most 128 characters')
  // Postgres cannot store it.
  .refine((name) => !name.includes('\0'), 'a text without NUL');

const fileShape = z
  .array(
    z.strictObject(
      {
        name: nameShape,
        sha256: z.string('64 hexadecimal digits').regex(/^[0-9a-f]{64}$/i, '64 hexadecimal digits'),
        scopes: z.array(z.enum(scopes, `one of ${scopes.join(', ')}`), 'a list of scopes'),
        // Several keys can be one caller, so that a caller keeps its submissions when its key is rotated.
        caller: nameShape.optional(),
        limits: callerLimitsShape.optional(),
      },
      'an object with name, sha256, scopes and, if any, caller and limits, and nothing else',
    ),
    'a list of keys',
  )
  .min(1, 'at least one key');

/**
 * Reads the API keys, and reads them again when the file changes. Throws a {@link ConfigError} if the file is unusable
 * at the start. If it becomes unusable later, the previous keys stay valid. A key that is removed or changed is revoked.
 */
export function watchApiKeys({ file, log, watch = watchByPolling }: ApiKeysOptions): ApiKeys {
  /** The last content, valid or not, so that each change is logged only once. */
  let lastContent = readContent(file);
  let keys = parseKeys(lastContent, new Map());

  const stop = watch(file, () => {
    const content = readContent(file);
    if (content.text === lastContent.text && content.failure === lastContent.failure) return;
    lastContent = content;
    try {
      const previous = new Map(keys.map((key) => [key.name, key]));
      keys = parseKeys(content, previous);
      for (const key of previous.values()) if (!keys.includes(key)) key.revocation.abort();
      log.info({ keys: keys.length }, 'reloaded the API keys');
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      log.error({ error: error.message }, 'could not reload the API keys; the previous keys stay valid');
    }
  });

  return {
    find(key) {
      const digest = createHash('sha256').update(key).digest();
      let found: Caller | undefined;
      // Compares with every key, so that the duration does not depend on the position or the digits of a match.
      for (const known of keys) if (timingSafeEqual(known.digest, digest)) found = known.caller;
      return found;
    },
    close: stop,
  };
}

/** The text of the file, or the code of the error if it cannot be read. */
interface FileContent {
  readonly text?: string;
  readonly failure?: string;
}

function readContent(file: string): FileContent {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { failure: (error as NodeJS.ErrnoException).code ?? 'an error' };
  }
}

/** The keys in the file. Unchanged keys keep their objects in `previous`. Error messages never quote the file. */
function parseKeys(
  { text, failure = 'nothing' }: FileContent,
  previous: ReadonlyMap<string, ApiKey>,
): readonly ApiKey[] {
  if (text === undefined) throw new ConfigError('API_KEYS_FILE', 'a readable file', failure);
  const { data: entries, error } = fileShape.safeParse(parseJSON(text));
  if (!entries) throw invalidFile(error.issues[0]);
  for (const [index, { name, sha256 }] of entries.entries()) {
    const earlier = entries.slice(0, index);
    if (earlier.some((other) => other.name === name)) throw duplicate(index, 'name');
    // One key with two names would be two callers at once.
    if (earlier.some((other) => other.sha256.toLowerCase() === sha256.toLowerCase())) {
      throw duplicate(index, 'sha256');
    }
  }
  return entries.map(({ name, sha256, scopes: granted, caller = name, limits }) => {
    const digest = Buffer.from(sha256, 'hex');
    const known = previous.get(name);
    return known?.digest.equals(digest) &&
      known.caller.name === caller &&
      isSameSet(known.caller.scopes, granted) &&
      hasSameLimits(known.caller.limits, limits)
      ? known
      : createKey(name, caller, digest, granted, limits);
  });
}

function createKey(
  name: string,
  callerName: string,
  digest: Buffer,
  granted: readonly Scope[],
  limits: CallerLimits | undefined,
): ApiKey {
  const revocation = new AbortController();
  const caller: Caller = {
    kind: 'key',
    name: callerName,
    scopes: new Set(granted),
    expiresAt: undefined,
    revoked: revocation.signal,
    limits,
  };
  return { name, caller, digest, revocation };
}

function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's error message quotes the text.
    throw new ConfigError('API_KEYS_FILE', 'JSON', 'another text');
  }
}

function invalidFile(issue: z.core.$ZodIssue | undefined): ConfigError {
  const [index, ...field] = issue?.path ?? [];
  const expected = issue?.message ?? 'a list of keys';
  return new ConfigError(placeOf(index, field.join('.')), expected, 'something else');
}

function duplicate(index: number, field: string): ConfigError {
  return new ConfigError(placeOf(index, field), 'a unique value', 'the value of an earlier entry');
}

function placeOf(index: PropertyKey | undefined, field: string): string {
  const entry = index === undefined ? '' : `, entry ${String(index)}`;
  return `API_KEYS_FILE${entry}${field && `, ${field}`}`;
}

function isSameSet(set: ReadonlySet<Scope>, list: readonly Scope[]): boolean {
  return set.size === new Set(list).size && list.every((scope) => set.has(scope));
}

function hasSameLimits(one: CallerLimits = {}, other: CallerLimits = {}): boolean {
  return callerLimitNames.every((name) => one[name] === other[name]);
}

/**
 * Polls the path and follows links. File system events get lost if a folder is replaced, as Kubernetes does with
 * secrets, or if an editor replaces the file.
 */
const watchByPolling: WatchFile = (path, onChange) => {
  watchFile(path, { interval: WATCH_INTERVAL_MS, persistent: false }, onChange);
  // `watchFile` does not report a change between the first read of the keys and its own first check.
  const first = setTimeout(onChange, WATCH_INTERVAL_MS).unref();
  return () => {
    clearTimeout(first);
    unwatchFile(path, onChange);
  };
};
