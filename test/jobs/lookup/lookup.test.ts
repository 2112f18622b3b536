import { describe, expect, it } from 'vitest';
import { MAX_CALLS } from '../../../src/jobs/lookup/lookup.ts';
import { CircuitOpenError, UnavailableError } from '../../../src/rpc/errors.ts';
import { ids, job, runningLookup, settled } from './running-lookup.ts';

describe('batches', () => {
  it('an idle lookup sends all ids of a tick at once', async () => {
    const { lookup, calls, clock } = runningLookup();

    void lookup.load(ids(25));
    await settled();

    expect(calls.map((call) => call.ids)).toEqual([
      ids(25).slice(0, 10),
      ids(25).slice(10, 20),
      ids(25).slice(20),
    ]);
    expect(clock.waits.filter((ms) => ms < 1_500)).toEqual([]);
  });

  it('while calls are in flight, ids queue and leave in full batches, oldest first', async () => {
    const { lookup, calls } = runningLookup();
    void lookup.load(['first']);
    await settled();

    for (const id of ids(23)) void lookup.load([id]);
    await settled();

    expect(calls.map((call) => call.ids)).toEqual([['first'], ids(23).slice(0, 10), ids(23).slice(10, 20)]);
  });

  it('a partial batch leaves when no call is in flight', async () => {
    const { lookup, calls } = runningLookup();
    void lookup.load(['first']);
    await settled();
    void lookup.load(['a']);
    void lookup.load(['b']);
    await settled();
    expect(calls).toHaveLength(1);

    calls[0]?.respond();
    await settled();

    expect(calls.map((call) => call.ids)).toEqual([['first'], ['a', 'b']]);
  });

  it('a stalled call delays other ids by three quarters of the average duration of a call', async () => {
    const { lookup, calls, clock } = runningLookup();
    void lookup.load(['stalled']);
    await settled();
    void lookup.load(['a']);
    await settled();
    clock.advance(14);
    await settled();
    expect(calls).toHaveLength(1);

    clock.advance(1);
    await settled();

    expect(calls.map((call) => call.ids)).toEqual([['stalled'], ['a']]);
  });

  it('calls in flight stay within the limit, and queued ids fill the next call', async () => {
    const { lookup, calls } = runningLookup();
    void lookup.load(ids(10 * MAX_CALLS + 10));
    await settled();
    expect(calls).toHaveLength(MAX_CALLS);

    calls[0]?.respond();
    await settled();

    expect(calls).toHaveLength(MAX_CALLS + 1);
    expect(calls.every((call) => call.ids.length === 10)).toBe(true);
  });

  it('a call takes its ids from the queue when the quota permits it', async () => {
    const { lookup, calls, clock } = runningLookup({ callsPerSecond: 1 });
    void lookup.load(['first']);
    await settled();
    calls[0]?.respond();
    await settled();
    void lookup.load(['a']);
    await settled();
    void lookup.load(ids(9));
    await settled();
    expect(calls).toHaveLength(1);

    clock.advance(1_000);
    await settled();

    expect(calls.map((call) => call.ids)).toEqual([['first'], ['a', ...ids(9)]]);
  });
});

describe('a thousand requests at once', () => {
  it('for a thousand ids make a hundred calls, with each id once and each result in order', async () => {
    const { lookup, calls } = runningLookup();
    const responded = new Set<unknown>();
    const respondToAll = () => {
      for (const call of calls.filter((call) => !responded.has(call))) {
        responded.add(call);
        call.respond();
      }
    };

    const loads = ids(1_000).map((id) => lookup.load([id]));
    for (let turn = 0; turn < 200; turn++) {
      await settled();
      respondToAll();
    }

    expect((await Promise.all(loads)).map(([found]) => (found && 'id' in found ? found.id : found))).toEqual(
      ids(1_000),
    );
    expect(calls).toHaveLength(100);
    expect(calls.flatMap((call) => call.ids).toSorted()).toEqual(ids(1_000).toSorted());
  });

  it('for one id make one call, and no call when the job is final', async () => {
    const { lookup, calls, observed } = runningLookup();

    const loads = Array.from({ length: 1_000 }, () => lookup.load(['same']));
    await settled();
    calls[0]?.respond(undefined, 'SUCCESS');
    const outcomes = await Promise.all(loads);

    expect(calls).toHaveLength(1);
    expect(observed).toEqual({ ids: 1_000, cached: 0, joined: 999, calls: 1 });
    expect(outcomes.every(([found]) => found && 'id' in found && found.id === 'same')).toBe(true);

    await Promise.all(Array.from({ length: 1_000 }, () => lookup.load(['same'])));
    expect(calls).toHaveLength(1);
    expect(observed).toEqual({ ids: 2_000, cached: 1_000, joined: 999, calls: 1 });
  });
});

describe('a failed call', () => {
  it('fails its own ten ids and no others', async () => {
    const { lookup, calls } = runningLookup();
    const error = new CircuitOpenError({ action: 'ListAIJob' });

    const load = lookup.load(ids(30));
    await settled();
    calls[0]?.respond();
    calls[1]?.fail(error);
    calls[2]?.respond();

    const outcomes = await load;
    expect(outcomes.map((outcome) => outcome === error)).toEqual(
      ids(30).map((_, index) => index >= 10 && index < 20),
    );
  });

  it('does not prevent the next request from reading its ids', async () => {
    const { lookup, calls } = runningLookup();
    const error = new UnavailableError('HTTP 503', { action: 'ListAIJob', mayHaveRun: true });
    const failed = lookup.load(['a']);
    await settled();
    calls[0]?.fail(error);
    expect(await failed).toEqual([error]);

    const again = lookup.load(['a']);
    await settled();
    calls[1]?.respond();
    expect(await again).toMatchObject([{ id: 'a' }]);
  });
});

describe('a request that is aborted', () => {
  it('removes its ids from the queue if no other request waits for them', async () => {
    const { lookup, calls } = runningLookup();
    void lookup.load(['first']);
    await settled();
    const aborted = new AbortController();
    void lookup.load(['mine', 'shared'], { signal: aborted.signal });
    const other = lookup.load(['shared']);

    aborted.abort();
    calls[0]?.respond();
    await settled();

    expect(calls.map((call) => call.ids)).toEqual([['first'], ['shared']]);
    calls[1]?.respond();
    expect(await other).toMatchObject([{ id: 'shared' }]);
  });

  it("cancels a call only if it was the last request for the call's ids", async () => {
    const { lookup, calls } = runningLookup();
    const [one, two] = [new AbortController(), new AbortController()];
    void lookup.load(['a'], { signal: one.signal });
    void lookup.load(['b'], { signal: two.signal });
    await settled();
    expect(calls.map((call) => call.ids)).toEqual([['a', 'b']]);

    one.abort();
    expect(calls[0]?.signal?.aborted).toBe(false);
    two.abort();
    expect(calls[0]?.signal?.aborted).toBe(true);

    const again = lookup.load(['a']);
    await settled();
    calls[1]?.respond();
    expect(await again).toMatchObject([{ id: 'a' }]);
  });

  it('before it starts sends nothing', async () => {
    const { lookup, calls } = runningLookup();
    await lookup.load(['a'], { signal: AbortSignal.abort() });
    await settled();
    expect(calls).toHaveLength(0);
  });
});

describe('the cache', () => {
  it('keeps final jobs, but not unfinished or unknown ones', async () => {
    const { lookup, calls } = runningLookup();
    const found = new Map([
      ['success', job('success', 'SUCCESS')],
      ['fail', job('fail', 'FAIL')],
      ['init', job('init', 'INIT')],
    ]);
    const all = ['success', 'fail', 'init', 'unknown'];
    void lookup.load(all);
    await settled();
    calls[0]?.respond(found);
    await settled();

    const again = lookup.load(all);
    await settled();

    expect(calls[1]?.ids).toEqual(['init', 'unknown']);
    calls[1]?.respond(found);
    expect(await again).toEqual([found.get('success'), found.get('fail'), found.get('init'), undefined]);
  });

  it('keeps unfinished and unknown jobs for `freshnessMs`', async () => {
    const { lookup, calls, clock } = runningLookup({ freshnessMs: 500 });
    void lookup.load(['a', 'unknown']);
    await settled();
    calls[0]?.respond(new Map([['a', job('a')]]));
    await settled();

    clock.advance(499);
    expect(await lookup.load(['a', 'unknown'])).toMatchObject([{ id: 'a' }, undefined]);
    expect(calls).toHaveLength(1);

    clock.advance(2);
    void lookup.load(['a', 'unknown']);
    await settled();
    expect(calls[1]?.ids).toEqual(['a', 'unknown']);
  });

  it('is limited to `maxJobs`', async () => {
    const { lookup, calls } = runningLookup({ maxJobs: 5 });
    for (const id of ids(10)) {
      const load = lookup.load([id]);
      await settled();
      calls.at(-1)?.respond(undefined, 'SUCCESS');
      await load;
    }

    await lookup.load(ids(10).slice(5));
    expect(calls).toHaveLength(10);
    void lookup.load(['job-0']);
    await settled();
    expect(calls).toHaveLength(11);
  });
});

describe('the archive', () => {
  it('returns its final jobs, and saves the jobs that calls return', async () => {
    const { lookup, calls, archived, saved } = runningLookup();
    archived.set('archived', job('archived', 'SUCCESS'));

    const load = lookup.load(['archived', 'new']);
    await settled();
    expect(calls.map((call) => call.ids)).toEqual([['new']]);
    calls[0]?.respond();

    expect(await load).toMatchObject([{ id: 'archived' }, { id: 'new' }]);
    expect(saved).toEqual(['new']);
    expect(await lookup.load(['archived'])).toMatchObject([{ id: 'archived' }]);
    expect(calls).toHaveLength(1);
  });
});

it('close() settles all requests with errors', async () => {
  const { lookup, calls } = runningLookup({ callsPerSecond: 1 });
  const loads = [lookup.load(['a'])];
  await settled();
  loads.push(lookup.load(['b']));
  await settled();

  lookup.close();

  for (const [outcome] of await Promise.all(loads)) expect(outcome).toBeInstanceOf(Error);
  expect(calls[0]?.signal?.aborted).toBe(true);
});
