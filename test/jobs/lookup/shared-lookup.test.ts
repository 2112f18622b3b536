import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { releaseLoadingMemory } from '../../../src/config/heap.ts';
import { SharedLookup } from '../../../src/jobs/lookup/shared-lookup.ts';
import { CancelledError, OverBudgetError, ThrottledError } from '../../../src/rpc/errors.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** A load that a lookup started. The test responds to it. */
interface StartedFetch {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly respond: (value: string | undefined) => void;
  readonly fail: (error: Error) => void;
}

function runningLookup({ freshnessMs = 5_000, maxEntries = 100 } = {}) {
  const clock = new ManualClock();
  const fetches: StartedFetch[] = [];
  const lookup = new SharedLookup<string | undefined>({
    action: 'GetAITemplate',
    load: (key, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
        fetches.push({ key, signal, respond: resolve, fail: reject });
      }),
    freshnessMs,
    maxEntries,
    clock,
  });
  const fetchAt = (index: number): StartedFetch => {
    const started = fetches[index];
    if (!started) throw new Error(`expected ${index + 1} fetches; got ${fetches.length}`);
    return started;
  };
  return { lookup, clock, fetches, fetchAt };
}

/** A lookup on the clock of the system. */
function lookupOf(load: (key: string) => Promise<object>, freshnessMs: number): SharedLookup<object> {
  return new SharedLookup({
    action: 'GetAITemplate',
    load,
    freshnessMs,
    maxEntries: 100,
    clock: systemClock,
  });
}

const error = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe('a load in flight', () => {
  it('is joined by other callers of the key', async () => {
    const { lookup, fetches, fetchAt } = runningLookup();
    const values = [lookup.get('a'), lookup.get('a'), lookup.get('b')];
    expect(fetches.map(({ key }) => key)).toEqual(['a', 'b']);
    fetchAt(0).respond('A');
    fetchAt(1).respond('B');
    expect(await Promise.all(values)).toEqual(['A', 'A', 'B']);
  });

  it('rejects for all its callers, and the next caller starts another', async () => {
    const { lookup, fetchAt } = runningLookup();
    const values = [error(lookup.get('a')), error(lookup.get('a'))];
    const reason = new Error('down');
    fetchAt(0).fail(reason);
    expect(await Promise.all(values)).toEqual([reason, reason]);
    const again = lookup.get('a');
    fetchAt(1).respond('A');
    expect(await again).toBe('A');
  });

  it('is not cancelled while a caller waits', async () => {
    const { lookup, fetchAt } = runningLookup();
    const abort = new AbortController();
    const [left, stayed] = [error(lookup.get('a', { signal: abort.signal })), lookup.get('a')];
    abort.abort();
    expect(await left).toBeInstanceOf(CancelledError);
    expect(fetchAt(0).signal.aborted).toBe(false);
    fetchAt(0).respond('A');
    expect(await stayed).toBe('A');
  });

  it('is cancelled with its last caller, and the next caller starts another', async () => {
    const { lookup, fetches, fetchAt } = runningLookup();
    const aborts = [new AbortController(), new AbortController()];
    const left = aborts.map(({ signal }) => error(lookup.get('a', { signal })));
    aborts[0]?.abort();
    expect(fetchAt(0).signal.aborted).toBe(false);
    aborts[1]?.abort();
    expect(fetchAt(0).signal.aborted).toBe(true);
    for (const reason of await Promise.all(left)) {
      expect(reason).toBeInstanceOf(CancelledError);
      expect(reason).toMatchObject({ action: 'GetAITemplate' });
    }
    const again = lookup.get('a');
    fetchAt(1).respond('A');
    expect(await again).toBe('A');
    expect(fetches).toHaveLength(2);
  });

  it('is joined once by a caller, who can ask for it thousands of times', async () => {
    const { lookup, fetchAt } = runningLookup();
    const { signal } = new AbortController();
    const values = Array.from({ length: 3 }, () => lookup.get('a', { signal }));
    // A signal compares each further listener with all that it has.
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    fetchAt(0).respond('A');
    expect(await Promise.all(values)).toEqual(['A', 'A', 'A']);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('is cancelled with a caller who has joined it several times', async () => {
    const { lookup, fetchAt } = runningLookup();
    const abort = new AbortController();
    const left = Array.from({ length: 3 }, () => error(lookup.get('a', { signal: abort.signal })));
    abort.abort();
    expect(fetchAt(0).signal.aborted).toBe(true);
    for (const reason of await Promise.all(left)) expect(reason).toBeInstanceOf(CancelledError);
  });

  it('is not started by a caller that has left', async () => {
    const { lookup, fetches } = runningLookup();
    expect(await error(lookup.get('a', { signal: AbortSignal.abort() }))).toBeInstanceOf(CancelledError);
    expect(fetches).toEqual([]);
  });

  it('is not started by an operation that may make no more calls, which gets one error for all its keys', async () => {
    const { lookup, fetches } = runningLookup();
    let left = 1;
    const budget = { takeCalls: () => left-- > 0, holdBytes: () => true, turn: () => undefined };
    const first = lookup.get('a', { budget });
    const [second, third] = ['b', 'c'].map((key) => error(lookup.get(key, { budget })));
    expect(await second).toBeInstanceOf(OverBudgetError);
    expect(await third).toBe(await second);
    expect(fetches.map(({ key }) => key)).toEqual(['a']);
    void error(first);
  });

  it('is limited to a thousand', async () => {
    const { lookup, fetches } = runningLookup();
    for (let key = 0; key < 1_000; key++) void lookup.get(String(key));
    expect(await error(lookup.get('one more'))).toBeInstanceOf(ThrottledError);
    expect(fetches).toHaveLength(1_000);
  });
});

describe('a value', () => {
  it.each(['A', undefined])('is cached for `freshnessMs`: %j', async (value) => {
    const { lookup, clock, fetches, fetchAt } = runningLookup({ freshnessMs: 5_000 });
    const first = lookup.get('a');
    fetchAt(0).respond(value);
    expect(await first).toBe(value);
    clock.advance(4_999);
    expect(await lookup.get('a')).toBe(value);
    expect(fetches).toHaveLength(1);
    clock.advance(2);
    const later = lookup.get('a');
    fetchAt(1).respond('later');
    expect(await later).toBe('later');
  });

  it('is not cached if `freshnessMs` is 0', async () => {
    const { lookup, fetches, fetchAt } = runningLookup({ freshnessMs: 0 });
    const first = lookup.get('a');
    fetchAt(0).respond('A');
    await first;
    void lookup.get('a');
    expect(fetches).toHaveLength(2);
  });

  it('is freed when it has expired, although nothing is looked up any more', async () => {
    const lookup = lookupOf(async () => ({}), 20);
    const value = new WeakRef(await lookup.get('a'));
    await vi.waitFor(async () => {
      await releaseLoadingMemory();
      // The error of an `expect` would keep the value.
      expect(value.deref() === undefined).toBe(true);
    });
    expect(await lookup.get('a')).toEqual({});
  });

  it('is cached unless the cached values would take more than 8 MiB', async () => {
    const keys: string[] = [];
    const lookup = lookupOf(async (key) => {
      keys.push(key);
      return { text: 'x'.repeat(Number(key)) };
    }, 60_000);
    for (const key of ['900000', '950000', '900000', '950000']) await lookup.get(key);
    expect(keys).toEqual(['900000', '950000']);
    for (const key of ['1000000', '950000', '900000']) await lookup.get(key);
    expect(keys).toEqual(['900000', '950000', '1000000', '900000']);
    for (const key of ['2100000', '2100000', '900000']) await lookup.get(key);
    expect(keys.slice(4)).toEqual(['2100000', '2100000']);
  });

  it('is evicted if it was not used for the longest time', async () => {
    const { lookup, fetches, fetchAt } = runningLookup({ maxEntries: 2 });
    for (const [index, key] of ['a', 'b'].entries()) {
      const value = lookup.get(key);
      fetchAt(index).respond(key);
      await value;
    }
    await lookup.get('a');
    const third = lookup.get('c');
    fetchAt(2).respond('c');
    await third;
    await lookup.get('a');
    expect(fetches).toHaveLength(3);
    void lookup.get('b');
    expect(fetches).toHaveLength(4);
  });
});

describe('a key that is dropped', () => {
  const drops: [string, (lookup: SharedLookup<string | undefined>) => void][] = [
    ['one key', (lookup) => lookup.drop('a')],
    ['all keys', (lookup) => lookup.dropAll()],
  ];

  it.each(drops)('is fetched again: %s', async (_, drop) => {
    const { lookup, fetchAt } = runningLookup();
    const first = lookup.get('a');
    fetchAt(0).respond('old');
    await first;
    drop(lookup);
    const second = lookup.get('a');
    fetchAt(1).respond('new');
    expect(await second).toBe('new');
  });

  it.each(drops)('does not cache the value of the load in flight: %s', async (_, drop) => {
    const { lookup, fetches, fetchAt } = runningLookup();
    const first = lookup.get('a');
    drop(lookup);
    const second = lookup.get('a');
    fetchAt(1).respond('new');
    fetchAt(0).respond('old');
    expect(await Promise.all([first, second])).toEqual(['old', 'new']);
    expect(await lookup.get('a')).toBe('new');
    expect(fetches).toHaveLength(2);
  });
});
