import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it('leaves garbage that collections of the young generation free', async () => {
  const script = join(import.meta.dirname, 'leave-garbage.ts');

  const { stdout } = await run(process.execPath, ['--expose-gc', script]);

  const { lookedUp, garbage } = JSON.parse(stdout) as { lookedUp: number; garbage: number };
  expect(lookedUp).toBe(20_000_000);
  expect(garbage).toBeLessThan(lookedUp / 8);
});
