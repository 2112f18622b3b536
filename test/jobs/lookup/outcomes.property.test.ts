import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  CancelledError,
  RejectedError,
  RpcError,
  ThrottledError,
  TimeoutError,
  UnavailableError,
} from '../../../src/rpc/errors.ts';
import { job, type ReceivedCall, runningLookup } from './running-lookup.ts';

const action = 'ListAIJob';
const allIds = Array.from({ length: 40 }, (_, index) => `id-${index}`);

/** How VOD responds to a call with this id: as to any other, with an error that names it, or not at all. */
type Behavior = 'good' | 'unknown' | 'refused' | 'fails' | 'hangs';

const behaviors = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<Behavior>('good') },
    { weight: 2, arbitrary: fc.constant<Behavior>('unknown') },
    { weight: 1, arbitrary: fc.constantFrom<Behavior>('refused', 'fails', 'hangs') },
  ),
  { minLength: allIds.length, maxLength: allIds.length },
);
const requests = fc.array(
  fc.record({
    ids: fc.uniqueArray(fc.constantFrom(...allIds), { minLength: 1, maxLength: 25 }),
    callerKey: fc.constantFrom(undefined, 'a', 'b', 'c'),
    waitMs: fc.constantFrom(0, 0, 5, 30, 300, 2_000),
    leavesAfterMs: fc.option(fc.constantFrom(0, 10, 1_600)),
  }),
  { minLength: 1, maxLength: 12 },
);

function respond(call: ReceivedCall, behaviorOf: (id: string) => Behavior): void {
  const bad = call.ids.find((id) => !['good', 'unknown'].includes(behaviorOf(id)));
  const details = { action, requestId: bad };
  if (bad === undefined) {
    call.respond(new Map(call.ids.filter((id) => behaviorOf(id) === 'good').map((id) => [id, job(id)])));
  } else if (behaviorOf(bad) === 'refused') {
    call.fail(new RejectedError({ ...details, code: 'InvalidParameter', status: 400 }));
  } else if (behaviorOf(bad) === 'fails') {
    const error = new UnavailableError('HTTP 500', { ...details, mayHaveRun: true });
    call.options.onFailedAttempt?.(error);
    call.fail(error);
  }
}

it('every id settles once, with its own outcome: no request gets the error of another id', async () => {
  await fc.assert(
    fc.asyncProperty(behaviors, requests, async (behaviorsOfIds, requested) => {
      const { lookup, calls, clock } = runningLookup();
      const behaviorOf = (id: string): Behavior => behaviorsOfIds[allIds.indexOf(id)] ?? 'good';
      let answered = 0;
      const pass = async (ms: number) => {
        for (let passed = 0; passed <= ms; passed += 10) {
          for (let turn = 0; turn < 3; turn++) await setImmediate();
          while (answered < calls.length) respond(calls[answered++] as ReceivedCall, behaviorOf);
          clock.advance(10);
        }
      };
      const loads = [];
      for (const { ids, callerKey, waitMs, leavesAfterMs } of requested) {
        const left = new AbortController();
        loads.push(lookup.load(ids, { callerKey, signal: left.signal }));
        if (leavesAfterMs !== null) clock.after(leavesAfterMs, () => left.abort());
        await pass(waitMs);
      }
      await pass(10_500);

      for (const [index, load] of loads.entries()) {
        const { ids = [], leavesAfterMs = null } = requested[index] ?? {};
        const outcomes = await load;
        expect(outcomes).toHaveLength(ids.length);
        for (const [slot, id] of ids.entries()) {
          const outcome = outcomes[slot];
          const hasLeft =
            leavesAfterMs !== null && (outcome instanceof ThrottledError || outcome instanceof TimeoutError);
          if (hasLeft) continue;
          const behavior = behaviorOf(id);
          if (behavior === 'good') expect(outcome).toMatchObject({ id });
          else if (behavior === 'unknown') expect(outcome).toBeUndefined();
          else if (behavior === 'hangs') expect(outcome).toBeInstanceOf(TimeoutError);
          else expect(outcome).toMatchObject({ requestId: id });
          if (outcome instanceof RpcError) expect(outcome).not.toBeInstanceOf(CancelledError);
        }
      }
      expect(lookup.queued).toBe(0);
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 40 },
  );
}, 60_000);
