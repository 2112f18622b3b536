import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { getHeapSpaceStatistics } from 'node:v8';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { oldGenerationLimit, releaseLoadingMemory, whenFirstIdle } from '../../src/config/heap.ts';

const MIB = 1024 * 1024;

describe('the limit of the old generation', () => {
  it.each([
    ['the last option', { NODE_OPTIONS: '--max-old-space-size=300' }, ['--max_old_space_size=400'], 400],
    ['NODE_OPTIONS', { NODE_OPTIONS: '--no-warnings --max-old-space-size=300' }, [], 300],
    ['the sum, without the young generation', {}, ['--max-old-space-size-percentage=50'], 400],
    ['the sum, without an option', {}, [], 592],
  ])('is that of %s', (_name, env, args, expected) => {
    expect(oldGenerationLimit(env, args, 592 * MIB)).toBe(expected * MIB);
  });
});

/** The size that V8 allows the old generation before the next collection, divided by what survived the last. */
function growthOf(setUp: string): number {
  const code = `
    ${setUp};
    globalThis.held = Array.from({ length: 200_000 }, (_, index) => ({ index, a: 1, b: 2, c: 3 }));
    gc();
    gc();
  `;
  const v8 = ['--optimize-for-size', '--max-old-space-size=2048', '--expose-gc', '--trace-gc-verbose'];
  const args = [...v8, '--input-type=module', '--eval', code];
  const output = execFileSync(process.execPath, args, { encoding: 'utf8' });
  const limits = [...output.matchAll(/HeapController. Limit: old size: (\d+) KB, new limit: (\d+) KB/g)];
  const [, survived, limit] = limits.at(-1) ?? [];
  return Number(limit) / Number(survived);
}

it('lets the old generation double, even if V8 saves memory', () => {
  const heap = JSON.stringify(join(import.meta.dirname, '../../src/config/heap.ts'));
  const setUp = (limit: number) => `(await import(${heap})).setHeapGrowth(${limit})`;
  expect(growthOf(setUp(2048 * MIB))).toBeGreaterThanOrEqual(2);
  // A small heap is kept small.
  expect(growthOf(setUp(512 * MIB))).toBeLessThan(2);
});

it('lets no code allocate in the old generation because its objects survived', () => {
  const heap = JSON.stringify(join(import.meta.dirname, '../../src/config/heap.ts'));
  const code = `
    (await import(${heap})).setHeapGrowth(${2048 * MIB});
    class Waiting { constructor(x) { this.waiters = [{ x }]; } }
    let young = 0;
    for (let round = 0; round < 20; round++) {
      const held = [];
      for (let index = 0; index < 300_000; index++) held.push(new Waiting(index));
      if (%InYoungGeneration(new Waiting(0).waiters)) young++;
    }
    process.stdout.write(String(young));
  `;
  const args = ['--allow-natives-syntax', '--input-type=module', '--eval', code];
  // By default, most rounds after the second allocate in the old generation.
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('20');
});

describe('the first idle second after the start', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['at once', [5], 1],
    ['after some requests', [90, 340, 5], 1],
    ['never, after steady load of less than half of a processor', [400, 400, 400, 5, 5, 5], 0],
    ['never, after load in the first second', [900, 5, 5, 5, 5, 5], 0],
    ['never, after five busy seconds', [50, 50, 50, 50, 50, 5, 5], 0],
    ['once', [5, 5, 5, 5, 5], 1],
  ])('releases memory %s', (_name, seconds, expected) => {
    let cpuMs = 800;
    let released = 0;
    whenFirstIdle(
      () => void released++,
      () => cpuMs,
    );
    for (const ms of seconds) {
      cpuMs += ms;
      vi.advanceTimersByTime(1_000);
    }
    expect(released).toBe(expected);
  });

  it('does not come after a stop', () => {
    let released = 0;
    const stop = whenFirstIdle(
      () => void released++,
      () => 800,
    );
    stop();
    vi.advanceTimersByTime(10_000);
    expect(released).toBe(0);
  });
});

it('releases the memory of the loading', async () => {
  const young = () =>
    getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
  // What survives makes the young generation grow. How much of it that takes depends on the tests before this one.
  const grown: object[] = Array.from({ length: 200_000 }, (_, index) => ({ index }));
  while (young() <= 8 * MIB && grown.length < 5_000_000) grown.push({ index: grown.length });
  expect(young()).toBeGreaterThan(8 * MIB);

  await releaseLoadingMemory();

  expect(young()).toBeLessThan(4 * MIB);
  expect(grown.length).toBeGreaterThanOrEqual(200_000);
});
