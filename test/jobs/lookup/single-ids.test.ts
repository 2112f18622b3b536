import { describe, expect, it } from 'vitest';
import { OverBudgetError, RejectedError } from '../../../src/rpc/errors.ts';
import { ids, job, runningLookup, settled } from './running-lookup.ts';

const rejected = () => new RejectedError({ action: 'ListAIJob', code: 'InternalFailure', status: 400 });

describe('an action that takes one id a call', () => {
  it('gets a call for each id, at once', async () => {
    const { lookup, calls } = runningLookup({ maxIds: 1 });
    void lookup.load(ids(12));
    void lookup.load(ids(3));
    await settled();
    expect(calls.map((call) => call.ids)).toEqual(ids(12).map((id) => [id]));
  });

  it('fails for a bad id only, which gets no further call', async () => {
    const { lookup, calls } = runningLookup({ maxIds: 1 });
    const outcomes = lookup.load(['good', 'bad', 'unknown']);
    await settled();
    calls[0]?.respond(new Map([['good', job('good', 'SUCCESS')]]));
    calls[1]?.fail(rejected());
    calls[2]?.respond(new Map());
    expect(await outcomes).toEqual([
      expect.objectContaining({ id: 'good' }),
      expect.any(RejectedError),
      undefined,
    ]);
    expect(calls).toHaveLength(3);
  });

  it('takes one call from the budget for each id', async () => {
    const { lookup, calls } = runningLookup({ maxIds: 1 });
    let left = 2;
    const budget = { takeCalls: () => left-- > 0, holdBytes: () => true, turn: () => undefined };
    const outcomes = lookup.load(ids(4), { budget });
    await settled();
    for (const call of calls) call.respond();
    const kinds = (await outcomes).map((outcome) => outcome instanceof OverBudgetError);
    expect(kinds).toEqual([false, false, true, true]);
    expect(calls).toHaveLength(2);
  });
});
