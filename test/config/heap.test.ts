import { getHeapSpaceStatistics } from 'node:v8';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { oldGenerationLimit, releaseLoadingMemory, whenFirstIdle } from '../../src/config/heap.ts';
import { callOf, runScript } from './run-script.ts';

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
function growthOf(limit: number): number {
  const code = `
    ${callOf('heap.ts', 'setHeapGrowth', limit)}
    globalThis.held = Array.from({ length: 200_000 }, (_, index) => ({ index, a: 1, b: 2, c: 3 }));
    gc();
    gc();
  `;
  const flags = ['--optimize-for-size', '--max-old-space-size=2048', '--expose-gc', '--trace-gc-verbose'];
  const output = runScript(flags, code);
  const limits = [...output.matchAll(/HeapController. Limit: old size: (\d+) KB, new limit: (\d+) KB/g)];
  const [, survived, allowed] = limits.at(-1) ?? [];
  return Number(allowed) / Number(survived);
}

it('lets the old generation double, even if V8 saves memory', () => {
  expect(growthOf(2048 * MIB)).toBeGreaterThanOrEqual(2);
  // A small heap is kept small.
  expect(growthOf(512 * MIB)).toBeLessThan(2);
});

it('keeps V8 from pretenuring', () => {
  const code = `
    ${callOf('heap.ts', 'setHeapGrowth', 2048 * MIB)}
    class Waiting { constructor(x) { this.waiters = [{ x }]; } }
    let young = 0;
    for (let round = 0; round < 20; round++) {
      const held = [];
      for (let index = 0; index < 300_000; index++) held.push(new Waiting(index));
      if (%InYoungGeneration(new Waiting(0).waiters)) young++;
    }
    process.stdout.write(String(young));
  `;
  // By default, V8 allocates in the old generation in most rounds after the second.
  expect(runScript(['--allow-natives-syntax'], code)).toBe('20');
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
