import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { collect, keepSecretsOf } from '../support/collected-logs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface GatewayProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  /** All that it wrote, once it has ended. */
  readonly stdout: Promise<string>;
  readonly stderr: Promise<string>;
  /** Sends the signal to the process and its children, as a terminal does. */
  signal(signal: NodeJS.Signals): void;
}

/** Starts `npm start` with these settings alone, away from any credentials of the machine; it ends with the test. */
export function startGateway(env: Readonly<Record<string, string>> = {}): GatewayProcess {
  const home = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-'));
  const child = spawn('npm', ['--silent', 'start'], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: home, DATA_DIR: join(home, 'data'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that a signal reaches npm and the gateway alike.
    detached: true,
  });
  keepSecretsOf(env);
  for (const output of [child.stdout, child.stderr]) output.on('data', (chunk) => collect(String(chunk)));
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const signal = (name: NodeJS.Signals) => {
    if (child.pid !== undefined) process.kill(-child.pid, name);
  };
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) signal('SIGKILL');
    await exited;
    rmSync(home, { recursive: true });
  });
  return { child, exited, stdout: text(child.stdout), stderr: text(child.stderr), signal };
}

/** Waits for the banner and gives the origin in it. */
export async function listeningOrigin({ child, exited, stderr }: GatewayProcess): Promise<string> {
  const announced = new Promise<string>((resolve) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk;
      const match = /GraphiQL\s+(http:\/\/[^/]+)\/graphql/.exec(output);
      if (match?.[1] && output.includes('upstream')) resolve(match[1]);
    });
  });
  const ended = exited.then(async ({ code }) => {
    throw new Error(`the gateway ended with code ${code}: ${await stderr}`);
  });
  return Promise.race([announced, ended]);
}
