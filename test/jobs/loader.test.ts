import { describe, expect, it } from 'vitest';
import { createJobLoader, type ReadJobs } from '../../src/jobs/loader.ts';
import { InvalidResponseError, ThrottledError } from '../../src/rpc/errors.ts';

interface Job {
  readonly id: string;
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);
const job = (id: string): Job => ({ id });

/** Reads every job there is, and notes what was asked for in each call. */
function recording(read?: ReadJobs<Job>) {
  const batches: (readonly string[])[] = [];
  const recorded: ReadJobs<Job> = (ids, signal) => {
    batches.push(ids);
    return read ? read(ids, signal) : Promise.resolve(new Map(ids.map((id) => [id, job(id)])));
  };
  return { batches, read: recorded };
}

describe('the loader', () => {
  it('reads in full tens what is asked for in one tick', async () => {
    const { batches, read } = recording();
    const all = ids(25);
    const loader = createJobLoader(read);
    expect(await loader.loadMany(all)).toEqual(all.map(job));
    expect(batches).toEqual([all.slice(0, 10), all.slice(10, 20), all.slice(20)]);
  });

  it.each([
    [1, 1],
    [10, 1],
    [11, 2],
    [20, 2],
    [100, 10],
  ])('reads %i ids in %i calls', async (count, calls) => {
    const { batches, read } = recording();
    const loader = createJobLoader(read);
    await Promise.all(ids(count).map((id) => loader.load(id)));
    expect(batches).toHaveLength(calls);
  });

  it('reads each id once, and fills every slot that asks for it', async () => {
    const { batches, read } = recording();
    const loader = createJobLoader(read);
    const [slots, again] = await Promise.all([
      loader.loadMany(['b', 'a', 'b', 'c', 'a']),
      loader.loadMany(['c', 'b']),
    ]);
    expect(slots).toEqual(['b', 'a', 'b', 'c', 'a'].map(job));
    expect(again).toEqual(['c', 'b'].map(job));
    expect(batches).toEqual([['b', 'a', 'c']]);
  });

  it('reads nothing again in a later tick', async () => {
    const { batches, read } = recording();
    const loader = createJobLoader(read);
    await loader.loadMany(['a', 'b']);
    expect(await loader.loadMany(['b', 'c'])).toEqual(['b', 'c'].map(job));
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });

  it('shares nothing with the loader of another request', async () => {
    const { batches, read } = recording();
    await createJobLoader(read).load('a');
    await createJobLoader(read).load('a');
    expect(batches).toEqual([['a'], ['a']]);
  });

  it('gives undefined for an id of no job, in its own slot', async () => {
    // In an order of its own, and with a job nobody asked for.
    const { read } = recording(async () => new Map(['z', 'c', 'a'].map((id) => [id, job(id)])));
    expect(await createJobLoader(read).loadMany(['a', 'b', 'c', 'd'])).toEqual([
      { id: 'a' },
      undefined,
      { id: 'c' },
      undefined,
    ]);
  });

  it('lets a call that fails take its own ids along, and no others', async () => {
    const error = new ThrottledError({ action: 'ListAIJob' });
    const { batches, read } = recording(async (ids) => {
      if (ids.includes('id-12')) throw error;
      return new Map(ids.map((id) => [id, job(id)]));
    });
    const all = ids(25);
    const slots = await createJobLoader(read).loadMany(all);
    expect(slots).toEqual(all.map((id, index) => (index >= 10 && index < 20 ? error : job(id))));
    expect(batches).toHaveLength(3);
  });

  it('lets a job that cannot be told fail alone', async () => {
    const error = new InvalidResponseError('no such thing', { action: 'ListAIJob' });
    const { read } = recording(async (ids) => new Map(ids.map((id) => [id, id === 'b' ? error : job(id)])));
    expect(await createJobLoader(read).loadMany(['a', 'b', 'c'])).toEqual([job('a'), error, job('c')]);
  });

  it('rejects with what was thrown, be it an error of the gateway itself', async () => {
    const mistake = new TypeError('a mistake of ours');
    const { read } = recording(() => Promise.reject(mistake));
    await expect(createJobLoader(read).load('a')).rejects.toBe(mistake);
  });

  it("hands the request's signal to every call", async () => {
    const { signal } = new AbortController();
    const signals: unknown[] = [];
    const { read } = recording(async (_, given) => {
      signals.push(given);
      return new Map();
    });
    await createJobLoader(read, signal).loadMany(ids(11));
    expect(signals).toEqual([signal, signal]);
  });
});
