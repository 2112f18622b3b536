import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ConfigError } from '../config/values.ts';
import { type FileContent, type WatchFile, watchFiles } from '../config/watched-files.ts';
import type { Log } from '../observability/log.ts';
import { type Caller, type Scope, scopes } from './caller.ts';
import { type CallerLimits, callerLimitNames, callerLimitsShape } from './caller-limits.ts';

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
export function watchApiKeys({ file, log, watch }: ApiKeysOptions): ApiKeys {
  const keys = watchFiles<readonly ApiKey[]>({
    files: [file],
    watch,
    parse: ([content = {}], previous = []) =>
      parseKeys(content, new Map(previous.map((key) => [key.name, key]))),
    onReload(current, previous) {
      for (const key of previous) if (!current.includes(key)) key.revocation.abort();
      log.info({ keys: current.length }, 'reloaded the API keys');
    },
    onUnusable: (error) =>
      log.error({ error: error.message }, 'could not reload the API keys; the previous keys stay valid'),
  });

  return {
    find(key) {
      const digest = createHash('sha256').update(key).digest();
      let found: Caller | undefined;
      // Compares with every key, so that the duration does not depend on the position or the digits of a match.
      for (const known of keys.value) if (timingSafeEqual(known.digest, digest)) found = known.caller;
      return found;
    },
    close: keys.close,
  };
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
