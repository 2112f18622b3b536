import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { watchApiKeys } from '../../src/auth/api-keys.ts';
import { callerId } from '../../src/auth/caller.ts';
import { ConfigError } from '../../src/config/values.ts';
import { entryOf, keyFile } from './key-file.ts';
import { recordingLog } from './recording-log.ts';

/** The keys of a file with this content. `change` writes the file, `changed` reports a change without one. */
function watched(content: unknown) {
  const { path, write } = keyFile(content);
  const log = recordingLog();
  let changed = () => {};
  const keys = watchApiKeys({
    file: path,
    log,
    watch: (_path, onChange) => {
      changed = onChange;
      return () => {};
    },
  });
  return {
    keys,
    log,
    path,
    changed: () => changed(),
    change(next: unknown) {
      write(next);
      changed();
    },
  };
}

describe('API keys', () => {
  it('are found by the key, not by their name or hash', () => {
    const { keys } = watched([entryOf('ci', 'secret-1', ['jobs:read']), entryOf('app', 'secret-2')]);
    expect(keys.find('secret-1')).toMatchObject({ kind: 'key', name: 'ci', expiresAt: undefined });
    expect([...(keys.find('secret-1')?.scopes ?? [])]).toEqual(['jobs:read']);
    expect(keys.find('secret-2')?.name).toBe('app');
    for (const wrong of ['secret-3', 'secret-', 'ci', entryOf('ci', 'secret-1').sha256, '']) {
      expect(keys.find(wrong)).toBeUndefined();
    }
  });

  it('are found if the hash is in upper case', () => {
    const { sha256, ...rest } = entryOf('ci', 'secret');
    expect(watched([{ ...rest, sha256: sha256.toUpperCase() }]).keys.find('secret')?.name).toBe('ci');
  });

  it('are one caller if their entries name the same one, so that a rotated key keeps its submissions', () => {
    const rotated = { ...entryOf('web-2', 'new', ['jobs:read']), caller: 'web' };
    const { keys, change } = watched([entryOf('web', 'old'), rotated]);
    const [old, next] = [keys.find('old'), keys.find('new')];
    expect(old && callerId(old)).toBe('key:web');
    expect(next && callerId(next)).toBe('key:web');
    expect([...(next?.scopes ?? [])]).toEqual(['jobs:read']);

    change([rotated]);

    expect([old?.revoked?.aborted, next?.revoked?.aborted]).toEqual([true, false]);
    expect(keys.find('new')).toBe(next);
    change([{ ...rotated, caller: 'another' }]);
    expect(next?.revoked?.aborted).toBe(true);
    expect(keys.find('new')?.name).toBe('another');
  });

  const good = entryOf('ci', 'secret');
  it.each([
    ['no JSON', '[{', 'API_KEYS_FILE: expected JSON; got another text'],
    ['no list', { good }, 'API_KEYS_FILE: expected a list of keys; got something else'],
    ['no key', [], 'API_KEYS_FILE: expected at least one key; got something else'],
    [
      'an empty name',
      [good, { ...entryOf('', 'x') }],
      'API_KEYS_FILE, entry 1, name: expected a text that is not empty; got something else',
    ],
    [
      'no hash',
      [{ ...good, sha256: good.sha256.slice(1) }],
      'API_KEYS_FILE, entry 0, sha256: expected 64 hexadecimal digits; got something else',
    ],
    [
      'an unknown scope',
      [{ ...good, scopes: ['jobs:read', 'jobs:delete'] }],
      'API_KEYS_FILE, entry 0, scopes.1: expected one of jobs:read, jobs:submit, templates:write, images:delete, submissions:all; got something else',
    ],
    [
      'no scopes',
      [{ name: 'ci', sha256: good.sha256 }],
      'API_KEYS_FILE, entry 0, scopes: expected a list of scopes; got something else',
    ],
    [
      'an unknown field',
      [{ ...good, expires: '2026-01-01' }],
      'API_KEYS_FILE, entry 0: expected an object with name, sha256, scopes and, if any, caller and limits, and nothing else; got something else',
    ],
    [
      'an empty caller',
      [{ ...good, caller: '' }],
      'API_KEYS_FILE, entry 0, caller: expected a text that is not empty; got something else',
    ],
    [
      'a name that Postgres cannot store',
      [{ ...good, name: 'a\0b' }],
      'API_KEYS_FILE, entry 0, name: expected a text without NUL; got something else',
    ],
    [
      'an unknown limit',
      [{ ...good, limits: { perDay: 5 } }],
      'API_KEYS_FILE, entry 0, limits: expected an object with any of operationsPerMinute, submissionsPerMinute, ' +
        'submissionsPerDay, and nothing else; got something else',
    ],
    [
      'an invalid limit',
      [{ ...good, limits: { submissionsPerDay: 1.5 } }],
      'API_KEYS_FILE, entry 0, limits.submissionsPerDay: expected a whole number from 0 to 10000000; got something else',
    ],
    [
      'a name twice',
      [good, entryOf('ci', 'other')],
      'API_KEYS_FILE, entry 1, name: expected a unique value; got the value of an earlier entry',
    ],
    [
      'a key twice',
      [good, entryOf('app', 'secret')],
      'API_KEYS_FILE, entry 1, sha256: expected a unique value; got the value of an earlier entry',
    ],
  ])('are not read from a file with %s; the error is one line without a hash', (_, content, line) => {
    const error = thrownBy(() => watched(content));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(line);
    expect(error.message).not.toMatch(/[0-9a-f]{32}/);
  });

  it('are not read from a missing file', () => {
    const { path } = keyFile([]);
    const error = thrownBy(() => watchApiKeys({ file: `${path}.not`, log: recordingLog() }));
    expect(error.message).toBe('API_KEYS_FILE: expected a readable file; got ENOENT');
  });
});

describe('a changed file of API keys', () => {
  it('adds new keys and revokes removed, replaced and narrowed ones', () => {
    const { keys, change, log } = watched([
      entryOf('stays', 's'),
      entryOf('goes', 'g'),
      entryOf('changes', 'c'),
      entryOf('narrows', 'n'),
    ]);
    const before = ['s', 'g', 'c', 'n'].map((key) => keys.find(key));

    change([
      entryOf('new', 'w'),
      entryOf('changes', 'c2'),
      entryOf('narrows', 'n', ['jobs:read']),
      entryOf('stays', 's'),
    ]);

    expect(before.map((caller) => caller?.revoked?.aborted)).toEqual([false, true, true, true]);
    expect(keys.find('s')).toBe(before[0]);
    expect(['g', 'c', 'c2', 'w'].map((key) => keys.find(key)?.name)).toEqual([
      undefined,
      undefined,
      'changes',
      'new',
    ]);
    expect(keys.find('n')?.scopes).toEqual(new Set(['jobs:read']));
    expect(log.lines.map(({ level }) => level)).toEqual(['info']);
  });

  it('revokes a key whose limits change, and no other', () => {
    const limited = { ...entryOf('limited', 'l'), limits: { submissionsPerDay: 5 } };
    const { keys, change } = watched([limited, entryOf('free', 'f')]);
    const before = keys.find('l');
    expect(before?.limits).toEqual({ submissionsPerDay: 5 });

    change([limited, entryOf('free', 'f'), entryOf('new', 'n')]);
    expect(keys.find('l')).toBe(before);

    change([{ ...limited, limits: { submissionsPerDay: 6 } }, entryOf('free', 'f')]);
    expect(before?.revoked?.aborted).toBe(true);
    expect(keys.find('l')?.limits).toEqual({ submissionsPerDay: 6 });
  });

  it('leaves the previous keys valid while it is invalid or missing, and logs one line', () => {
    const { keys, change, changed, path, log } = watched([entryOf('ci', 'secret')]);
    const caller = keys.find('secret');

    change('[{"name": "ci", "sha256": "');
    changed();
    expect(keys.find('secret')).toBe(caller);
    expect(log.lines).toMatchObject([
      { level: 'error', fields: { error: 'API_KEYS_FILE: expected JSON; got another text' } },
    ]);

    rmSync(path);
    changed();
    changed();
    expect(keys.find('secret')).toBe(caller);
    expect(caller?.revoked?.aborted).toBe(false);
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'error']);

    change([entryOf('ci', 'other')]);
    expect(keys.find('secret')).toBeUndefined();
    expect(caller?.revoked?.aborted).toBe(true);
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'error', 'info']);
  });

  it('is noticed if the file is replaced, and if a linked folder is replaced', async () => {
    const { path } = keyFile([entryOf('first', '1')]);
    const folder = dirname(path);
    // Kubernetes mounts secrets as keys → ..data/keys and ..data → a folder, and replaces the link to the folder.
    for (const [index, key] of ['a', 'b'].entries()) {
      mkdirSync(join(folder, key));
      writeFileSync(join(folder, key, 'keys'), JSON.stringify([entryOf(`mounted-${index}`, key)]));
    }
    symlinkSync('a', join(folder, '..data'));
    symlinkSync(join('..data', 'keys'), join(folder, 'keys'));
    const [edited, mounted] = [path, join(folder, 'keys')].map((file) => {
      const keys = watchApiKeys({ file, log: recordingLog() });
      onTestFinished(() => keys.close());
      return keys;
    });
    expect(mounted?.find('a')?.name).toBe('mounted-0');

    writeFileSync(`${path}.new`, JSON.stringify([entryOf('second', '2')]));
    renameSync(`${path}.new`, path);
    symlinkSync('b', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));

    await expect.poll(() => edited?.find('2')?.name).toBe('second');
    await expect.poll(() => mounted?.find('b')?.name).toBe('mounted-1');
    expect(mounted?.find('a')).toBeUndefined();

    // A second change is noticed, too.
    symlinkSync('a', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    await expect.poll(() => mounted?.find('a')?.name).toBe('mounted-0');
  });
});

function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected an error');
}
