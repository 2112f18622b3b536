import { describe, expect, it } from 'vitest';
import type { AIJob } from '../../../src/domain/job.ts';
import { JobFeed } from '../../../src/jobs/live/feed.ts';
import { JobWaits } from '../../../src/jobs/live/waits.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { settled } from '../lookup/running-lookup.ts';

function gathering() {
  const clock = new ManualClock();
  const feed = new JobFeed<AIJob>({ clock, load: async () => [], onFollowed: () => {} });
  const waits = new JobWaits(feed, 10, clock);
  const read: string[] = [];
  const gather = (name: string, ids: number) => void waits.gather(ids).then(() => read.push(name));
  return { clock, read, gather };
}

describe('the first read of a wait', () => {
  it('is delayed until the ids fill a call', async () => {
    const { clock, read, gather } = gathering();
    gather('a', 4);
    gather('b', 5);
    await settled();
    expect(read).toEqual([]);
    gather('c', 1);
    await settled();
    expect(read).toEqual(['a', 'b', 'c']);
    expect(clock.pending).toBe(0);
    gather('d', 100);
    await settled();
    expect(read).toContain('d');
  });

  it('is delayed for at most a tenth of a second', async () => {
    const { clock, read, gather } = gathering();
    gather('a', 1);
    clock.advance(60);
    gather('b', 1);
    clock.advance(40);
    await settled();
    expect(read).toEqual(['a', 'b']);
    gather('c', 1);
    await settled();
    expect(read).not.toContain('c');
    clock.advance(100);
    await settled();
    expect(read).toContain('c');
  });
});
