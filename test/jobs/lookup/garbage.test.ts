import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it('leaves garbage that collections of the young generation free', async () => {
  const script = join(import.meta.dirname, 'leave-garbage.ts');

  const leave = async () => {
    const { stdout } = await run(process.execPath, ['--expose-gc', script]);
    return JSON.parse(stdout) as { lookedUp: number; garbage: number };
  };

  // One run of twenty leaves a third of the jobs, on the same code.
  const runs = [await leave(), await leave(), await leave()];

  expect(runs.map(({ lookedUp }) => lookedUp)).toEqual(Array(3).fill(20_000_000));
  expect(Math.min(...runs.map(({ garbage }) => garbage))).toBeLessThan(20_000_000 / 8);
});
