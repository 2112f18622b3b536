import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { credentialChain } from '../../src/rpc/credentials.ts';
import { json, type Reply, scriptedServer } from './scripted-server.ts';

const ID = 'ALIBABA_CLOUD_ACCESS_KEY_ID';
const SECRET = 'ALIBABA_CLOUD_ACCESS_KEY_SECRET';
const TOKEN = 'ALIBABA_CLOUD_SECURITY_TOKEN';
const FILE = 'ALIBABA_CLOUD_CREDENTIALS_FILE';
const URI = 'ALIBABA_CLOUD_CREDENTIALS_URI';

let home: string;

// No source of credentials is configured, and none is on the network.
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'credentials-'));
  for (const name of Object.keys(process.env).filter((name) => name.startsWith('ALIBABA_CLOUD_'))) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('HOME', home);
  vi.stubEnv('ALIBABA_CLOUD_ECS_METADATA_DISABLED', 'true');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

describe('the chain', () => {
  it('reads a key pair from the environment', async () => {
    vi.stubEnv(ID, 'id');
    vi.stubEnv(SECRET, 'secret');
    await expect(credentialChain()()).resolves.toEqual({
      accessKeyId: 'id',
      accessKeySecret: 'secret',
      securityToken: undefined,
    });
  });

  it('reads the security token of a temporary key', async () => {
    vi.stubEnv(ID, 'STS.id');
    vi.stubEnv(SECRET, 'secret');
    vi.stubEnv(TOKEN, 'token');
    await expect(credentialChain()()).resolves.toEqual({
      accessKeyId: 'STS.id',
      accessKeySecret: 'secret',
      securityToken: 'token',
    });
  });

  it('detects a changed key', async () => {
    vi.stubEnv(ID, 'first');
    vi.stubEnv(SECRET, 'secret');
    const get = credentialChain();
    expect((await get()).accessKeyId).toBe('first');
    vi.stubEnv(ID, 'second');
    expect((await get()).accessKeyId).toBe('second');
  });

  it('reads a credentials file', async () => {
    const file = join(home, 'credentials.ini');
    writeFileSync(
      file,
      '[default]\nenable = true\ntype = access_key\naccess_key_id = file-id\naccess_key_secret = file-secret\n',
    );
    vi.stubEnv(FILE, file);
    await expect(credentialChain()()).resolves.toMatchObject({
      accessKeyId: 'file-id',
      accessKeySecret: 'file-secret',
    });
  });

  it('prefers the environment to files', async () => {
    vi.stubEnv(ID, 'id');
    vi.stubEnv(SECRET, 'secret');
    vi.stubEnv(FILE, join(home, 'missing'));
    expect((await credentialChain()()).accessKeyId).toBe('id');
  });
});

describe('a lookup', () => {
  const temporary = json(200, {
    Code: 'Success',
    AccessKeyId: 'uri-id',
    AccessKeySecret: 'uri-secret',
    SecurityToken: 'uri-token',
    Expiration: '2126-01-01T00:00:00Z',
  });
  const broken: Reply = (response) => response.writeHead(500).end();

  it('is shared by concurrent calls', async () => {
    const { origin, requests } = await scriptedServer([temporary]);
    vi.stubEnv(URI, origin);
    const get = credentialChain();
    const all = await Promise.all(Array.from({ length: 20 }, get));
    expect(requests).toHaveLength(1);
    expect(new Set(all.map(({ securityToken }) => securityToken))).toEqual(new Set(['uri-token']));
  });

  it('that fails, fails for all calls that share it; the next one starts over', async () => {
    const { origin, requests } = await scriptedServer([broken, temporary]);
    vi.stubEnv(URI, origin);
    const get = credentialChain();
    const failed = await Promise.allSettled([get(), get(), get()]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(requests).toHaveLength(1);
    await expect(get()).resolves.toMatchObject({ accessKeyId: 'uri-id' });
  });

  it('after a failure finds a source that is earlier in the chain', async () => {
    const get = credentialChain();
    await expect(get()).rejects.toThrow('unable to get credentials from any of the providers');
    vi.stubEnv(ID, 'id');
    vi.stubEnv(SECRET, 'secret');
    await expect(get()).resolves.toMatchObject({ accessKeyId: 'id' });
  });
});
