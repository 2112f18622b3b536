import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { chown, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/server.ts';
import { freePort } from '../support/listening.ts';
import { command, copies, environment, image, instruction, isInContext, stages } from './dockerfile.ts';
import { repositoryFile } from './repository.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
/** Who runs it here: anybody but root. */
const UID = 65_534;
const KEY = 'a-key-that-nobody-else-has';

/** What the image holds, in a folder of its own; made once, since copying takes seconds. */
let root: string;
let app: string;
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
  root = mkdtempSync(join(tmpdir(), 'image-'));
  chmodSync(root, 0o755);
  app = join(root, 'app');
  mkdirSync(app);
  mkdirSync(join(root, 'bin'));
  for (const { from, source, target } of copies()) {
    if (from === 'dependencies') await copyProductionPackages(join(app, 'node_modules'));
    else copyFromContext(source, join(app, target.endsWith('/') ? join(target, source) : target));
  }
  // The image has a Node.js of its own, the same one; the repository's may be where nobody else can look.
  copyFileSync(process.execPath, join(root, 'bin', 'node'));
  await writeFile(join(root, 'api-keys.json'), JSON.stringify([apiKey()]));
  await run('chmod', ['-R', 'a+rX,a-w', app]);
}, 60_000);
afterAll(async () => {
  await run('chmod', ['-R', 'u+w', root]);
  rmSync(root, { recursive: true });
  await emulator.close();
});

type Running = ChildProcessByStdio<null, Readable, Readable>;

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

function apiKey() {
  return {
    name: 'test',
    sha256: createHash('sha256').update(KEY).digest('hex'),
    scopes: ['jobs:read', 'jobs:submit'],
  };
}

/** The packages that `npm install --omit=dev` installs, as the lockfile has them, from the ones that are here. */
async function copyProductionPackages(target: string): Promise<void> {
  const { packages }: Lockfile = JSON.parse(await readFile(repositoryFile('package-lock.json'), 'utf8'));
  for (const [path, { dev = false }] of Object.entries(packages)) {
    const isTopLevel = /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path);
    // What is nested comes with what it is nested in; optional packages of other platforms are not here.
    if (dev || !isTopLevel || !existsSync(repositoryFile(path))) continue;
    cpSync(repositoryFile(path), join(target, relative('node_modules', path)), { recursive: true });
  }
}

function copyFromContext(source: string, target: string): void {
  cpSync(repositoryFile(source), target, {
    recursive: true,
    filter: (path) => isInContext(relative(repositoryFile('.'), path)),
  });
}

/** A folder that the gateway may write to; it ends with the test. */
async function writableFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'image-data-'));
  if (isRoot) await chown(folder, UID, UID);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Runs a command of the image with its environment, in its folder, by a user who owns nothing of it. */
function inImage(words: readonly string[], env: Readonly<Record<string, string>>): Running {
  const [name = '', ...rest] = words;
  const child = spawn(join(root, 'bin', name), rest, {
    cwd: app,
    env: { ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot && { uid: UID, gid: UID }),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

describe('the Dockerfile', () => {
  it('has nothing that a linter objects to', async () => {
    expect(validate(await readFile(repositoryFile('Dockerfile'), 'utf8'))).toEqual([]);
  });

  it('takes the release of Node.js that package.json pins, in every stage', async () => {
    const { devDependencies } = JSON.parse(await readFile(repositoryFile('package.json'), 'utf8'));
    for (const [from] of stages()) {
      expect(from?.rest).toMatch(new RegExp(`^node:${devDependencies.node.replaceAll('.', '\\.')}-`));
    }
  });

  it('carries the version of the package', async () => {
    const { version } = JSON.parse(await readFile(repositoryFile('package.json'), 'utf8'));
    expect(instruction('LABEL')).toContain(`org.opencontainers.image.version="${version}"`);
  });

  it('ends as a user with a number, not root, with Node.js as the first process', () => {
    expect(instruction('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(command(instruction('ENTRYPOINT'))).toEqual(['node', 'src/main.ts']);
    expect(image().some(({ word }) => word === 'CMD')).toBe(false);
    expect(environment()).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0', DATA_DIR: '/data' });
    expect(instruction('EXPOSE')).toBe(environment().PORT);
  });
});

describe('what the image holds', () => {
  it('is what runs, and nothing that is private or for development', () => {
    expect(readdirSync(app).sort()).toEqual(['node_modules', 'package.json', 'schema', 'src']);
    for (const path of globSync('schema/**/*.ts', { cwd: app })) expect(path).toBe('none of these');
    for (const name of ['vitest', 'typescript', 'node', 'fast-check']) {
      expect(readdirSync(join(app, 'node_modules'))).not.toContain(name);
    }
    for (const path of [
      '.env',
      '.git/config',
      'data/ledger.sqlite',
      'deploy/.env',
      'test/config/config.test.ts',
    ]) {
      expect([path, isInContext(path)]).toEqual([path, false]);
    }
  });

  it('does not start on all addresses without saying who may call', async () => {
    const gateway = inImage(command(instruction('ENTRYPOINT')), { HOME: root });
    const stderr = text(gateway.stderr);
    expect(await once(gateway, 'exit')).toEqual([1, null]);
    expect(await stderr).toMatch(/^API_KEYS_FILE: expected who may call/);
  });

  it('serves from a read-only folder as nobody in particular, is healthy, and ends on SIGTERM', async () => {
    const dataDir = await writableFolder();
    const port = String(await freePort());
    const env = {
      HOST: '127.0.0.1',
      PORT: port,
      HOME: dataDir,
      DATA_DIR: dataDir,
      API_KEYS_FILE: join(root, 'api-keys.json'),
      VOD_ENDPOINT: emulator.origin,
      ALIBABA_CLOUD_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: emulator.credentials.accessKeySecret,
    };
    const health = () => once(inImage(command(instruction('HEALTHCHECK')), env), 'exit');
    expect(await health()).toEqual([1, null]);

    const gateway = inImage(command(instruction('ENTRYPOINT')), env);
    const exited = once(gateway, 'exit');
    const stderr = text(gateway.stderr);
    await Promise.race([
      once(gateway.stdout, 'data'),
      exited.then(async () => Promise.reject(new Error(await stderr))),
    ]);

    expect(await health()).toEqual([0, null]);
    expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);
    const submitted = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': KEY },
      body: JSON.stringify({
        query: 'mutation { submitAIJob(input: { mediaId: "video", types: [VIDEO_TAG] }) { jobs { id } } }',
      }),
    });
    expect(await submitted.json()).toEqual({
      data: { submitAIJob: { jobs: [{ id: emulator.jobs.submittedAIJobs[0]?.jobId }] } },
    });
    expect(readdirSync(dataDir)).toContain('ledger.sqlite');

    gateway.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(await stderr).not.toMatch(/EACCES|EROFS/);
  }, 20_000);

  it('serves the embedded emulator where /tmp alone can be written', async () => {
    const port = String(await freePort());
    const gateway = inImage(command(instruction('ENTRYPOINT')), {
      HOST: '127.0.0.1',
      PORT: port,
      HOME: root,
      TMPDIR: await writableFolder(),
      DATA_DIR: join(root, 'nowhere'),
    });
    const exited = once(gateway, 'exit');
    await Promise.race([once(gateway.stdout, 'data'), exited]);
    expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);
    gateway.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  }, 20_000);
});
