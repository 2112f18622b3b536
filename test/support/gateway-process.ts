import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Emulator } from '../../src/emulator/server.ts';
import { collect, keepSecretsOf } from './collected-logs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Environment = Readonly<Record<string, string>>;

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A gateway in a process of its own, with only the given environment. */
export class GatewayProcess {
  /** Everything that the process has written so far. */
  stdout = '';
  stderr = '';
  /** Resolves when the process has ended and its output is complete. */
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #home = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-'));

  /** @param command `npm start` takes half a second of CPU time more than `node src/main.ts` */
  constructor(env: Environment, command: readonly string[] = [process.execPath, 'src/main.ts']) {
    const [file = '', ...args] = command;
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const child = spawn(file, args, {
      cwd: root,
      env: {
        PATH,
        NODE_COMPILE_CACHE,
        HOME: this.#home,
        DATA_DIR: join(this.#home, 'data'),
        PORT: '0',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // In a process group of its own, so that a signal reaches npm and the gateway, as in a terminal.
      detached: true,
    });
    keepSecretsOf(env);
    child.stdout.on('data', (chunk: Buffer) => {
      this.stdout += chunk;
      collect(String(chunk));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk;
      collect(String(chunk));
    });
    this.#child = child;
    this.exited = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  /** The id of the started process. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits for the banner and gives the origin in it. Rejects if the process ends first. */
  async origin(): Promise<string> {
    for (;;) {
      const [, origin] = /GraphiQL\s+(http:\/\/[^/]+)\/graphql[\s\S]+callers .*\n/.exec(this.stdout) ?? [];
      if (origin) return origin;
      const ended = await Promise.race([
        this.exited,
        once(this.#child.stdout as NodeJS.ReadableStream, 'data').then(() => undefined),
      ]);
      if (ended) throw new Error(`the gateway ended with ${ended.code ?? ended.signal}: ${this.stderr}`);
    }
  }

  /** Sends a signal to the process and its children. */
  signal(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
  }

  /** Kills the process if it still runs, and deletes its home. */
  async end(): Promise<void> {
    if (this.isRunning) this.signal('SIGKILL');
    await this.exited;
    rmSync(this.#home, { recursive: true });
  }
}

/** Starts a gateway that is killed when the test ends. */
export function startGateway(env: Environment = {}, command?: readonly string[]): GatewayProcess {
  const gateway = new GatewayProcess(env, command);
  onTestFinished(() => gateway.end());
  return gateway;
}

/** The settings of a gateway that is open to everybody and calls an emulator. */
export function upstreamSettings({ origin, credentials }: Emulator) {
  return {
    VOD_ENDPOINT: origin,
    ALIBABA_CLOUD_ACCESS_KEY_ID: credentials.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: credentials.accessKeySecret,
    AUTH_DISABLED: 'true',
    SUBMIT_LIMIT_PER_DAY: '0',
    // The emulator of a test has no rate limits.
    VOD_QPS: '10000',
  };
}
