import { describe, expect, it } from 'vitest';
import type { AIJob } from '../../../src/domain/job.ts';
import {
  CircuitOpenError,
  InvalidResponseError,
  RejectedError,
  type RpcError,
  ThrottledError,
  TimeoutError,
  UnavailableError,
} from '../../../src/rpc/errors.ts';
import type { JobOrError } from '../../../src/vod/job-reader.ts';
import { ids, job, type ReceivedCall, runningLookup, settled } from './running-lookup.ts';

const action = 'ListAIJob';
const rejected = (requestId?: string) =>
  new RejectedError({ action, code: 'InvalidParameter', status: 400, requestId });

/** Responds to calls as they come: those with the bad id fail. Returns the ids of all calls. */
async function respondExcept(bad: string, calls: readonly ReceivedCall[], error: () => Error) {
  for (let next = 0; next < calls.length; ) {
    const call = calls[next++];
    if (call?.ids.includes(bad)) call.fail(error());
    else call?.respond();
    await settled();
  }
  return calls.map((call) => call.ids);
}

describe('a call that fails because of one id', () => {
  const errors: [string, () => RpcError][] = [
    ['is refused', () => rejected()],
    ['ends in 500', () => new UnavailableError('HTTP 500', { action, mayHaveRun: true, status: 500 })],
    ['has an undecodable response', () => new InvalidResponseError('HTML', { action })],
    ['times out', () => new TimeoutError(10_000, { action, mayHaveRun: true })],
  ];

  it.each(errors)('%s: is divided until the id is alone, in seven further calls', async (_, error) => {
    const { lookup, calls } = runningLookup();
    const loads = ids(10).map((id) => lookup.load([id]));
    await settled();

    const sent = await respondExcept('job-3', calls, error);

    const pairs = [0, 2, 4, 6, 8].map((first) => [`job-${first}`, `job-${first + 1}`]);
    expect(sent).toEqual([ids(10), ...pairs, ['job-2'], ['job-3']]);
    const outcomes = (await Promise.all(loads)).flat();
    expect(outcomes.filter((outcome) => outcome instanceof Error)).toEqual([outcomes[3]]);
    expect(outcomes.map((outcome) => outcome && 'id' in outcome && outcome.id)).toEqual(
      ids(10).map((id) => id !== 'job-3' && id),
    );
    expect(calls.map(({ options }) => options.isSuspect)).toEqual([false, ...Array(7).fill(true)]);
  });

  it('tells only the requests of the id, with the code and RequestId of its own call', async () => {
    const { lookup, calls } = runningLookup();
    const loads = [lookup.load(['bad']), lookup.load(['bad', 'good']), lookup.load(['good'])];
    await settled();
    let call = 0;

    await respondExcept('bad', calls, () => rejected(`request-${call++}`));

    const own = expect.objectContaining({ code: 'InvalidParameter', requestId: 'request-1' });
    const good = expect.objectContaining({ id: 'good' });
    expect(await Promise.all(loads)).toEqual([[own], [own, good], [good]]);
  });

  it('is not divided if the error has nothing to do with its ids', async () => {
    const others = [
      new RejectedError({ action, code: 'InvalidAccessKeyId.NotFound', status: 404 }),
      new ThrottledError({ action, status: 400 }),
      new CircuitOpenError({ action }),
    ];
    for (const error of others) {
      const { lookup, calls } = runningLookup();
      const load = lookup.load(ids(10));
      await settled();
      calls[0]?.fail(error);
      expect(await load).toEqual(Array(10).fill(error));
      expect(calls).toHaveLength(1);
    }
  });

  it('is divided within a budget, so that an outage does not multiply the calls', async () => {
    const { lookup, calls } = runningLookup();
    const load = lookup.load(ids(500));
    for (let answered = 0; ; ) {
      await settled();
      if (answered === calls.length) break;
      while (answered < calls.length) calls[answered++]?.fail(rejected());
    }
    expect((await load).every((outcome) => outcome instanceof RejectedError)).toBe(true);
    expect(calls.length).toBeLessThanOrEqual(150);
  });

  it('is divided if one of its jobs has no id, so that ids without a job are known', async () => {
    const { lookup, calls } = runningLookup();
    const load = lookup.load(['a', 'unknown', 'bad']);
    await settled();
    const error = new InvalidResponseError('1 of the jobs have no JobId', { action });
    calls[0]?.respond(
      new Map<string, JobOrError<AIJob>>([
        ['a', job('a')],
        ['unknown', error],
        ['bad', error],
      ]),
    );
    await settled();
    expect(calls.slice(1).map((call) => call.ids)).toEqual([['unknown'], ['bad']]);
    calls[1]?.respond(new Map());
    calls[2]?.respond(new Map([['bad', error]]));
    expect(await load).toEqual([expect.objectContaining({ id: 'a' }), undefined, error]);
  });

  it('tells a part that fails at once, and not after further attempts', async () => {
    const { lookup, calls } = runningLookup();
    const load = lookup.load(['bad', 'good']);
    await settled();
    const error = new UnavailableError('HTTP 500', { action, mayHaveRun: true, status: 500 });
    calls[0]?.fail(error);
    await settled();
    calls[1]?.options.onFailedAttempt?.(error);
    calls[2]?.respond();
    expect(await load).toEqual([error, expect.objectContaining({ id: 'good' })]);
    expect(calls[1]?.signal?.aborted).toBe(true);
  });
});

describe('an id that failed alone', () => {
  /** A lookup in which the id has failed alone. */
  async function afterFailure(times: number) {
    const running = runningLookup();
    const { lookup, calls } = running;
    for (let failure = 0; failure < times; failure++) {
      running.clock.advance(4_000);
      const load = lookup.load(['bad']);
      await settled();
      calls.at(-1)?.fail(rejected());
      await load;
    }
    calls.length = 0;
    return running;
  }

  it('shares no call for seconds that double, and then shares one again', async () => {
    for (const [failures, ms] of [
      [1, 4_000],
      [2, 8_000],
      [3, 16_000],
      [20, 256_000],
    ] as const) {
      const { lookup, calls, clock } = await afterFailure(failures);
      clock.advance(ms - 1);
      void lookup.load(['bad', 'good']);
      await settled();
      expect(calls.map((call) => call.ids).toSorted()).toEqual([['bad'], ['good']]);

      const later = await afterFailure(failures);
      later.clock.advance(ms);
      void later.lookup.load(['bad', 'good']);
      await settled();
      expect(later.calls.map((call) => call.ids)).toEqual([['bad', 'good']]);
    }
  });

  it('shares calls again when it has succeeded', async () => {
    const { lookup, calls, clock } = await afterFailure(3);
    clock.advance(2_000);
    void lookup.load(['bad']);
    await settled();
    expect(calls[0]?.options.isSuspect).toBe(true);
    calls[0]?.respond();
    await settled();
    void lookup.load(['bad', 'good']);
    await settled();
    expect(calls[1]?.ids).toEqual(['bad', 'good']);
  });

  it('costs at most one call a second, however often it is requested', async () => {
    const { lookup, calls, clock } = await afterFailure(2);
    for (let request = 0; request < 200; request++) {
      clock.advance(50);
      const load = lookup.load(['bad']);
      await settled();
      calls.at(-1)?.fail(rejected());
      expect((await load)[0]).toBeInstanceOf(RejectedError);
    }
    expect(calls.length).toBeLessThanOrEqual(10);
  });

  it('does not delay others, however many there are', async () => {
    const { lookup, calls, clock } = runningLookup();
    for (const id of ids(30, 'bad-')) {
      const load = lookup.load([id]);
      await settled();
      calls.at(-1)?.fail(rejected());
      await load;
    }
    calls.length = 0;
    void lookup.load(ids(30, 'bad-'));
    await settled();
    const good = lookup.load(['good']);
    await settled();
    expect(calls).toHaveLength(17);
    calls.at(-1)?.respond();
    expect(await good).toMatchObject([{ id: 'good' }]);

    clock.advance(1_550);
    await settled();
    expect(calls.slice(0, 16).every(({ signal }) => signal?.aborted)).toBe(true);
    expect(calls).toHaveLength(31);
  });
});

describe('a call that hangs', () => {
  it('is repeated in parts, and cancelled when they have responded', async () => {
    const { lookup, calls, clock } = runningLookup();
    const loads = ids(10).map((id) => lookup.load([id]));
    await settled();
    clock.advance(1_550);
    await settled();
    expect(calls).toHaveLength(6);
    expect(calls[0]?.signal?.aborted).toBe(false);

    clock.advance(30);
    for (const call of calls.slice(2)) call.respond();
    await settled();
    // The last pair that has not responded is divided without another wait.
    expect(calls.slice(6).map((call) => call.ids)).toEqual([['job-0'], ['job-1']]);
    calls[7]?.respond();
    const innocent = await Promise.all(loads.slice(1));
    expect(innocent.flat()).toMatchObject(
      ids(10)
        .slice(1)
        .map((id) => ({ id })),
    );

    clock.advance(1_550);
    expect((await loads[0])?.[0]).toBeInstanceOf(TimeoutError);
    await settled();
    expect(calls.every(({ signal }, index) => signal?.aborted === [0, 1, 6].includes(index))).toBe(true);
  });

  it('is not needed any longer if it responds before its parts', async () => {
    const { lookup, calls, clock } = runningLookup();
    const load = lookup.load(ids(10));
    await settled();
    clock.advance(1_550);
    await settled();
    calls[0]?.respond();
    expect(await load).toHaveLength(10);
    expect(calls.slice(1).map(({ signal }) => signal?.aborted)).toEqual(Array(5).fill(true));
  });

  it('with a single id is told after 2.5 s', async () => {
    const { lookup, clock } = runningLookup();
    const load = lookup.load(['bad']);
    await settled();
    clock.advance(2_500);
    expect((await load)[0]).toBeInstanceOf(TimeoutError);
  });

  it('is not repeated if it waits for the quota', async () => {
    const { lookup, calls, clock } = runningLookup();
    void lookup.load(ids(10));
    await settled();
    calls[0]?.options.onFailedAttempt?.(new ThrottledError({ action, status: 400 }));
    clock.advance(9_000);
    await settled();
    expect(calls).toHaveLength(1);
  });

  it('is not repeated if all calls hang', async () => {
    const { lookup, calls, clock } = runningLookup();
    for (let load = 0; load < 10; load++) void lookup.load(ids(10, `${load}-`));
    for (let second = 0; second < 9; second++) {
      await settled();
      clock.advance(1_000);
    }
    await settled();
    expect(calls.length).toBeLessThanOrEqual(10 + 4 * 5 + 10);
  });

  it('does not make other ids wait longer for their batch', async () => {
    const { lookup, calls, clock } = runningLookup();
    void lookup.load(['hangs']);
    await settled();
    clock.advance(2_500);
    await settled();
    void lookup.load(['first']);
    await settled();
    const load = lookup.load(['second']);
    await settled();
    clock.advance(20);
    await settled();
    calls.at(-1)?.respond();
    expect(await load).toMatchObject([{ id: 'second' }]);
  });
});
