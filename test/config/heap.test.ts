import { getHeapSpaceStatistics } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { oldGenerationLimit, releaseLoadingMemory } from '../../src/config/heap.ts';

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

it('releases the memory of the loading', async () => {
  await releaseLoadingMemory();

  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  expect(young?.physical_space_size).toBeLessThan(4 * 1024 * 1024);
});
