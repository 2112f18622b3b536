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
/** The user that runs the image here: not root. */
const UID = 65_534;
const KEY = 'a-key-that-nobody-else-has';

/** A folder with the contents of the image. All tests share it. */
let root: string;
let app: string;
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ qps: {} });
  root = mkdtempSync(join(tmpdir(), 'image-'));
  chmodSync(root, 0o755);
  app = join(root, 'app');
  mkdirSync(app);
  mkdirSync(join(root, 'bin'));
  for (const { from, source, target } of copies()) {
    if (from === 'dependencies') await linkProductionPackages(app);
    else copyFromContext(source, join(app, target.endsWith('/') ? join(target, source) : target));
  }
  // Other users may not be able to read the repository's Node.js.
  copyFileSync(process.execPath, join(root, 'bin', 'node'));
  await writeFile(join(root, 'api-keys.json'), JSON.stringify([apiKey()]));
  // Hard links share their modes with the installed packages, which must not change.
  const isLinked = ['-type', 'f', '-path', '*/node_modules/*'];
  await run('find', [app, '!', '(', ...isLinked, ')', '-exec', 'chmod', 'a+rX,a-w', '{}', '+']);
}, 60_000);
afterAll(async () => {
  await run('find', [root, '-type', 'd', '-exec', 'chmod', 'u+w', '{}', '+']);
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

/** Adds the installed packages that `npm install --omit=dev` would install, according to the lockfile. */
async function linkProductionPackages(target: string): Promise<void> {
  const { packages }: Lockfile = JSON.parse(await readFile(repositoryFile('package-lock.json'), 'utf8'));
  // Nested packages come with the package around them. Optional packages for other platforms are not installed.
  const paths = Object.keys(packages).filter(
    (path) =>
      !packages[path]?.dev &&
      /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) &&
      existsSync(repositoryFile(path)),
  );
  const copy = (mode: string) =>
    run('cp', [mode, '--parents', ...paths, target], { cwd: repositoryFile('.') });
  // Hard links take half a second, copies take twelve. Another file system needs copies.
  await copy('-rl').catch(() => copy('-r'));
}

function copyFromContext(source: string, target: string): void {
  cpSync(repositoryFile(source), target, {
    recursive: true,
    filter: (path) => isInContext(relative(repositoryFile('.'), path)),
  });
}

/** A folder that the gateway may write to. It is deleted after the test. */
async function writableFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'image-data-'));
  if (isRoot) await chown(folder, UID, UID);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Runs a command of the image with its environment and working directory, as a user who owns none of its files. */
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
  it('passes a linter', async () => {
    expect(validate(await readFile(repositoryFile('Dockerfile'), 'utf8'))).toEqual([]);
  });

  it('uses the Node.js release of package.json in every stage', async () => {
    const { devDependencies } = JSON.parse(await readFile(repositoryFile('package.json'), 'utf8'));
    for (const [from] of stages()) {
      expect(from?.rest).toMatch(new RegExp(`^node:${devDependencies.node.replaceAll('.', '\\.')}-`));
    }
  });

  it('has the version of package.json', async () => {
    const { version } = JSON.parse(await readFile(repositoryFile('package.json'), 'utf8'));
    expect(instruction('LABEL')).toContain(`org.opencontainers.image.version="${version}"`);
  });

  it('runs Node.js as its first process and as a numeric user other than root', () => {
    expect(instruction('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(command(instruction('ENTRYPOINT'))).toEqual(['node', 'src/main.ts']);
    expect(image().some(({ word }) => word === 'CMD')).toBe(false);
    expect(environment()).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0', DATA_DIR: '/data' });
    expect(instruction('EXPOSE')).toBe(environment().PORT);
  });
});

describe('the contents of the image', () => {
  it('is what the gateway needs, without private and development files', () => {
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

  it('does not start on all addresses until callers are configured', async () => {
    const gateway = inImage(command(instruction('ENTRYPOINT')), { HOME: root });
    const stderr = text(gateway.stderr);
    expect(await once(gateway, 'exit')).toEqual([1, null]);
    expect(await stderr).toMatch(/^API_KEYS_FILE: expected [^;]+; got nothing\n$/);
  });

  it('serves from a read-only folder as an unprivileged user, is healthy, and stops on SIGTERM', async () => {
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
      SUBMIT_LIMIT_PER_DAY: '100',
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
        query: 'mutation { submitAIJob(input: { videoId: "video", types: [VIDEO_TAG] }) { jobs { id } } }',
      }),
    });
    expect(await submitted.json()).toEqual({
      data: { submitAIJob: { jobs: [{ id: emulator.jobs.submittedAIJobs[0]?.jobId }] } },
    });
    expect(readdirSync(dataDir)).toContain('ledger.sqlite');

    gateway.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(await stderr).not.toMatch(/EACCES|EROFS/);
  });

  it('serves the embedded emulator if only /tmp is writable', async () => {
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
  });
});
