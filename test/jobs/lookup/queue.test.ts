import { describe, expect, it } from 'vitest';
import { releaseLoadingMemory } from '../../../src/config/heap.ts';
import { LookupRequest, PendingId } from '../../../src/jobs/lookup/pending-ids.ts';
import { FairQueue } from '../../../src/jobs/lookup/queue.ts';

const pendingId = (id: string) => new PendingId<object>(id, 0, new LookupRequest([id], 0), 0);

describe.each([
  ['one caller', ['a']],
  ['three callers', ['a', 'b', 'c']],
])('a queue of %s that is never empty', (_, callers) => {
  it('does not hold the ids that have left', async () => {
    const queue = new FairQueue<object>();
    let left: WeakRef<object>[] = [];
    for (let round = 0; round < 10_000; round++) {
      queue.add(pendingId(`${round}`), callers[round % callers.length]);
      // Dispatching asks for the oldest, and one id always waits.
      if (queue.oldest && round > callers.length)
        left.push(...queue.take(1).map((taken) => new WeakRef(taken)));
    }

    // A WeakRef holds its target until the end of the turn.
    await new Promise((resolve) => setImmediate(resolve));
    await releaseLoadingMemory();

    left = left.filter((reference) => reference.deref() !== undefined);
    expect(left.length).toBeLessThan(3_000);
    expect(queue.size).toBeGreaterThan(0);
  });
});
