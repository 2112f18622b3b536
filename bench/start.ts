import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { checkoutAt } from './lookups/contestants.ts';
import { median } from './lookups/table.ts';
import { freePort, residentMiB } from './processes.ts';

/**
 * The time from the start of the gateway to its first response, and the memory that it holds when it is idle after that:
 * `npm run bench:start`, with the environment of `npm start`. With `--against <commit>`, another version is measured as well,
 * interleaved. The first start of a version fills its compile cache and is not measured.
 */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, against: { type: 'string' } },
});
const IDLE_MS = 4_000;

interface Start {
  readonly firstResponseMs: number;
  readonly idleMiB: number;
}

async function start(root: string): Promise<Start> {
  const port = await freePort();
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  // What `npm start` sets.
  const [, compileCache] = /NODE_COMPILE_CACHE=(\S+)/.exec(scripts.start ?? '') ?? [];
  const dataDir = mkdtempSync(join(tmpdir(), 'vod-gateway-start-'));
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: root,
    env: {
      PATH: '/usr/bin:/bin',
      NODE_ENV: 'production',
      PORT: String(port),
      VOD_ENDPOINT: 'http://127.0.0.1:9',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'bench',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'bench',
      AUTH_DISABLED: 'true',
      SUBMIT_LIMIT_PER_DAY: '0',
      LOG_LEVEL: 'error',
      DATA_DIR: dataDir,
      ...(compileCache !== undefined && { NODE_COMPILE_CACHE: join(root, compileCache) }),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    while (!(await responds(port))) {
      if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}`);
      await sleep(5);
    }
    const firstResponseMs = performance.now() - startedAt;
    await sleep(IDLE_MS);
    return { firstResponseMs, idleMiB: residentMiB(child.pid ?? 0) };
  } finally {
    child.kill('SIGKILL');
    await exited;
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function responds(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    });
    return response.ok;
  } catch {
    return false;
  }
}

const versions: [string, string][] = [['this gateway', join(import.meta.dirname, '..')]];
if (values.against !== undefined) versions.push([values.against, checkoutAt(values.against)]);
const measured = new Map<string, Start[]>(versions.map(([name]) => [name, []]));
for (const [, root] of versions) await start(root);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, root] of versions) measured.get(name)?.push(await start(root));
}
process.stdout.write('| version | first response, ms | idle memory, MiB |\n|---|---|---|\n');
for (const [name, starts] of measured) {
  const firstResponse = median(starts.map(({ firstResponseMs }) => firstResponseMs));
  const idle = median(starts.map(({ idleMiB }) => idleMiB));
  process.stdout.write(`| ${name} | ${firstResponse.toFixed(0)} | ${idle.toFixed(0)} |\n`);
}
