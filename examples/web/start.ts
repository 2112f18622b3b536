import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startEmbeddedEmulator } from '../../src/emulator/embedded.ts';

/**
 * Starts the emulator, the gateway and the app, and prints the app's address. Ctrl-C ends all of them. With
 * `API_KEYS_FILE`, the gateway accepts only callers with a key of that file.
 */
const folder = import.meta.dirname;
const root = join(folder, '../..');
const host = '127.0.0.1';
const dataDir = mkdtempSync(join(tmpdir(), 'vod-ai-example-'));
const children: ChildProcess[] = [];
let isEnding = false;
/** Never resolves. Code awaits it when the example is ending, so that it starts nothing more. */
const never = new Promise<never>(() => {});

process.on('SIGINT', () => void end(0)).on('SIGTERM', () => void end(0));
try {
  if (!existsSync(join(folder, 'node_modules'))) {
    process.stdout.write('Installing the packages of the app…\n');
    await run('npm', ['install'], folder);
  }
  await run(
    process.execPath,
    [bin('@graphql-codegen/cli', 'cjs/bin.js'), '--config', 'codegen.ts', '--silent'],
    folder,
  );
  await start();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await end(1);
}

async function start(): Promise<void> {
  const [appPort, gatewayPort] = await Promise.all([freePort(5173), freePort(4000)]);
  const gateway = `http://${host}:${gatewayPort}`;
  const callbackKey = randomUUID();
  const { emulator } = await startEmbeddedEmulator('cn-shanghai', callbackKey);

  service(process.execPath, ['src/main.ts'], root, {
    HOST: host,
    PORT: String(gatewayPort),
    // The emulator forgets its jobs, so their records are also temporary.
    DATA_DIR: dataDir,
    CORS_ORIGINS: `http://${host}:${appPort},http://localhost:${appPort}`,
    VOD_ENDPOINT: emulator.origin,
    VOD_CALLBACK_URL: `${gateway}/callbacks/vod`,
    VOD_CALLBACK_KEYS: callbackKey,
    ALIBABA_CLOUD_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: emulator.credentials.accessKeySecret,
    SUBMIT_LIMIT_PER_DAY: '0',
    ...(process.env.API_KEYS_FILE === undefined && { AUTH_DISABLED: 'true' }),
  });
  await responds(`${gateway}/ready`);
  service(
    process.execPath,
    [bin('vite', 'bin/vite.js'), '--port', String(appPort), '--strictPort', '--clearScreen', 'false'],
    folder,
    { VITE_GATEWAY_URL: `${gateway}/graphql`, VITE_MEDIA_BASE: emulator.origin },
  );
  await responds(`http://${host}:${appPort}`);
  process.stdout.write(`
  Video analysis   http://${host}:${appPort}
  GraphiQL         ${gateway}/graphql
  VOD emulator     ${emulator.origin}

  Jobs are free, and are forgotten when you press Ctrl-C. Results to look at: http://${host}:${appPort}/#/videos/example-video-0
`);
}

/** A command of a package of the app. npm links the commands in `.bin`, but not on Windows. */
function bin(name: string, file: string): string {
  return join(folder, 'node_modules', name, file);
}

/** Runs a command to its end. */
async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { cwd, stdio: 'inherit' });
  children.push(child);
  const [code] = await once(child, 'exit');
  if (isEnding) await never;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}

/** Starts a process that runs until the end. The example ends if it does. */
function service(command: string, args: readonly string[], cwd: string, env: Record<string, string>): void {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  child.once('exit', (code) => {
    if (isEnding) return;
    process.stderr.write(`${args[0]} ended with ${code}\n`);
    void end(1);
  });
}

/** Waits until an address responds. Ports are free before the processes start, so nothing else answers there. */
async function responds(address: string): Promise<void> {
  while (!isEnding) {
    try {
      const { ok, body } = await fetch(address);
      await body?.cancel();
      if (ok) return;
    } catch {
      // Nothing listens yet. A process that cannot listen ends, and ends the example with its own message.
    }
    await setTimeout(50);
  }
  await never;
}

/** The wanted port, or a free one if another process uses it. */
async function freePort(wanted: number): Promise<number> {
  for (const port of [wanted, 0]) {
    const server = createServer();
    const isListening = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, host, () => resolve(true));
    });
    if (!isListening) continue;
    const { port: free } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return free;
  }
  throw new Error('expected a free port; got none');
}

async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGINT');
      await exited;
    }),
  );
  rmSync(dataDir, { recursive: true, force: true });
  process.exit(code);
}
