import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Emulator } from '../../src/emulator/server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What one call to VOD may take, with all its retries. */
export const TIMEOUT_MS = 2_000;

/** What the process occupies, in bytes. */
export interface Memory {
  readonly rss: number;
  readonly heap: number;
}

/** A gateway's process in front of the emulator, with a ledger of its own. */
export interface LoadedGateway {
  readonly origin: string;
  /** What it has logged as an error or worse. */
  readonly errorLines: readonly string[];
  /** Whether it still runs. */
  readonly isAlive: boolean;
  memory(): Promise<Memory>;
  close(): Promise<void>;
}

/**
 * Starts one. Its cache is small: it is to be full long before memory is measured, and VOD is to be asked all the same.
 */
export async function startLoadedGateway(emulator: Emulator): Promise<LoadedGateway> {
  const home = await mkdtemp(join(tmpdir(), 'vod-ai-gateway-'));
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      HOME: home,
      DATA_DIR: join(home, 'data'),
      PORT: '0',
      AUTH_DISABLED: 'true',
      LOG_LEVEL: 'error',
      JOB_CACHE_ENTRIES: '100',
      VOD_TIMEOUT_MS: String(TIMEOUT_MS),
      VOD_ENDPOINT: emulator.origin,
      ALIBABA_CLOUD_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: emulator.credentials.accessKeySecret,
    },
  });
  const errorLines: string[] = [];
  const ended = new Promise((resolve) => child.once('close', resolve));
  const origin = await new Promise<string>((resolve, reject) => {
    let banner = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const text = String(chunk);
      banner += text;
      const [, found] = /GraphiQL\s+(http:\/\/[^/]+)\/graphql/.exec(banner) ?? [];
      if (found) resolve(found);
      errorLines.push(...text.split('\n').filter((line) => line.startsWith('{')));
    });
    child.stderr.on('data', (chunk: Buffer) => errorLines.push(String(chunk)));
    void ended.then(() => reject(new Error(`the gateway did not start: ${errorLines.join('\n')}`)));
  });
  return {
    origin,
    errorLines,
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
    async memory() {
      const text = await (await fetch(`${origin}/metrics`)).text();
      const read = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
      return { rss: read('process_resident_memory_bytes'), heap: read('nodejs_heap_size_used_bytes') };
    },
    async close() {
      child.kill('SIGKILL');
      await ended;
      await rm(home, { recursive: true });
    },
  };
}
