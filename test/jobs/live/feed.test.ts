import { describe, expect, it } from 'vitest';
import { Undecodable } from '../../../src/domain/decoded.ts';
import type { AIJob, AIJobStatus } from '../../../src/domain/job.ts';
import { JobFeed, UnknownJobsError } from '../../../src/jobs/live/feed.ts';
import type { JobOutcome } from '../../../src/jobs/lookup/pending-ids.ts';
import { UnavailableError } from '../../../src/rpc/errors.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { job, settled } from '../lookup/running-lookup.ts';

/** A feed over a VOD with these results by id. */
function runningFeed(vod: Record<string, JobOutcome<AIJob>>) {
  const clock = new ManualClock();
  const loaded: (readonly string[])[] = [];
  const watched: string[] = [];
  const feed = new JobFeed<AIJob>({
    clock,
    async load(ids) {
      if (ids.length > 0) loaded.push(ids);
      await settled();
      return ids.map((id) => vod[id]);
    },
    onFollowed: ({ id }) => void watched.push(id),
  });
  return { feed, clock, loaded, watched, vod };
}

/** Collects the states as `id STATUS`, and `done` at the end. */
function collect(subscription: AsyncIterable<AIJob>) {
  const seen: string[] = [];
  void (async () => {
    for await (const { id, status } of subscription) seen.push(`${id} ${String(status)}`);
    seen.push('done');
  })();
  return seen;
}

describe('a feed', () => {
  it('sends the present states in order, then each change once, and ends when all jobs are final', async () => {
    const { feed } = runningFeed({ a: job('a', 'INIT'), b: job('b', 'SUCCESS'), c: job('c') });
    const seen = collect(await feed.follow(['c', 'a', 'b', 'a']));
    await settled();
    expect(seen).toEqual(['c PROCESSING', 'a INIT', 'b SUCCESS']);

    for (const status of ['PROCESSING', 'PROCESSING', 'INIT', 'SUCCESS', 'SUCCESS', 'FAIL'] as const) {
      feed.publish(job('a', status));
    }
    await settled();
    expect(seen.slice(3)).toEqual(['a PROCESSING', 'a SUCCESS']);
    feed.publish(job('c', 'FAIL'));
    await settled();
    expect(seen.slice(5)).toEqual(['c FAIL', 'done']);
    expect(feed.size).toBe(0);
    expect(feed.unfinishedIds).toEqual([]);
  });

  it('sends changes of visible fields, but not of the wire format', async () => {
    const { feed } = runningFeed({ a: job('a') });
    const seen = collect(await feed.follow(['a']));
    feed.publish({ ...job('a'), wire: { Status: 'Processing' }, requestId: 'other' });
    feed.publish({ ...job('a'), videoId: 'now known' });
    await settled();
    expect(seen).toEqual(['a PROCESSING', 'a PROCESSING']);
  });

  it('sends a change that arrives while the present states are read', async () => {
    const { feed } = runningFeed({ a: job('a', 'INIT') });
    const subscription = feed.follow(['a']);
    feed.publish(job('a', 'SUCCESS'));
    const seen = collect(await subscription);
    await settled();
    expect(seen).toEqual(['a SUCCESS', 'done']);
  });

  it('sends the same states to all subscribers, from the time of subscription', async () => {
    const { feed, loaded, clock } = runningFeed({ a: job('a', 'INIT') });
    const first = collect(await feed.follow(['a']));
    const second = collect(await feed.follow(['a']));
    // The state was read just now, so it is not read again.
    expect(loaded).toEqual([['a']]);
    feed.publish(job('a', 'PROCESSING'));
    clock.advance(10_000);
    const third = collect(await feed.follow(['a']));
    expect(loaded).toEqual([['a'], ['a']]);
    feed.publish(job('a', 'SUCCESS'));
    await settled();
    expect(first).toEqual(['a INIT', 'a PROCESSING', 'a SUCCESS', 'done']);
    expect(second).toEqual(first);
    expect(third).toEqual(['a PROCESSING', 'a SUCCESS', 'done']);
  });

  it('rejects with the unknown ids, and holds nothing', async () => {
    const { feed } = runningFeed({ a: job('a') });
    const error: unknown = await feed.follow(['a', 'b', 'c']).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnknownJobsError);
    expect(error).toMatchObject({ indexes: [1, 2] });
    expect(feed.unfinishedIds).toEqual([]);
  });

  it('rejects with the error of a failed read, unless the job was read before', async () => {
    const failure = new UnavailableError('down', { action: 'ListAIJob', mayHaveRun: true });
    const { feed, clock, vod } = runningFeed({ a: job('a') });
    collect(await feed.follow(['a']));
    clock.advance(10_000);
    vod.a = failure;
    const seen = collect(await feed.follow(['a']));
    await settled();
    expect(seen).toEqual(['a PROCESSING']);
    vod.b = failure;
    await expect(feed.follow(['b'])).rejects.toBe(failure);
    expect(feed.unfinishedIds).toEqual(['a']);
  });

  it('calls onFollowed once for each job, with its first subscription', async () => {
    const { feed, watched } = runningFeed({ a: job('a'), b: job('b', 'SUCCESS') });
    const one = await feed.follow(['a', 'b']);
    await feed.follow(['a']);
    expect(watched).toEqual(['a']);
    await one.return?.();
    expect(feed.unfinishedIds).toEqual(['a']);
  });

  it('releases everything when a subscriber leaves at any time', async () => {
    const { feed } = runningFeed({ a: job('a') });
    const subscription = await feed.follow(['a']);
    const next = subscription.next().then(() => subscription.next());
    await subscription.return?.();
    expect(await next).toEqual({ done: true, value: undefined });

    const early = new AbortController();
    const pending = feed.follow(['a'], { signal: early.signal });
    early.abort();
    await pending;
    const late = new AbortController();
    await feed.follow(['a'], { signal: late.signal });
    late.abort();
    await feed.follow(['a'], { signal: AbortSignal.abort() });
    expect(feed.size).toBe(0);
    expect(feed.isUnfinished('a')).toBe(false);
  });

  it('ends all subscriptions when it closes', async () => {
    const { feed } = runningFeed({ a: job('a') });
    const seen = collect(await feed.follow(['a']));
    feed.close();
    await settled();
    expect(seen).toEqual(['a PROCESSING', 'done']);
  });

  it('ends at once without ids', async () => {
    const { feed } = runningFeed({});
    expect(await (await feed.follow([])).next()).toEqual({ done: true, value: undefined });
    expect(feed.size).toBe(0);
  });

  it('does not treat an unknown status as progress or as final', async () => {
    const { feed } = runningFeed({ a: job('a', 'INIT') });
    const seen = collect(await feed.follow(['a']));
    const unknown = new Undecodable('Status', 'a documented status', 'paused') as unknown as AIJobStatus;
    feed.publish({ ...job('a'), status: unknown });
    feed.publish(job('a', 'SUCCESS'));
    await settled();
    expect(seen).toEqual(['a INIT', 'a SUCCESS', 'done']);
  });
});

describe('a wait', () => {
  it('reads nothing, and returns the last states when all jobs are final', async () => {
    const { feed, loaded, watched } = runningFeed({});
    const wait = feed.wait([job('a', 'INIT'), job('b', 'PROCESSING')], 1_000);
    expect(watched).toEqual(['a', 'b']);
    feed.publish(job('a', 'PROCESSING'));
    feed.publish(job('b', 'FAIL'));
    feed.publish(job('a', 'SUCCESS'));
    expect([...(await wait).values()].map(({ id, status }) => `${id} ${String(status)}`)).toEqual([
      'a SUCCESS',
      'b FAIL',
    ]);
    expect(loaded).toEqual([]);
    expect(feed.size).toBe(0);
  });

  it('returns the last state of a job that no longer exists at the end of the time', async () => {
    const { feed, clock } = runningFeed({});
    const wait = feed.wait([job('a', 'INIT')], 1_000);
    feed.publish(job('a', 'PROCESSING'));
    clock.advance(1_000);
    expect((await wait).get('a')?.status).toBe('PROCESSING');
    expect(feed.unfinishedIds).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('does not start for a requester that has disconnected, and ends when one disconnects', async () => {
    const { feed, watched, clock } = runningFeed({});
    const leaving = new AbortController();
    const wait = feed.wait([job('a')], 1_000, { signal: leaving.signal });
    leaving.abort();
    expect((await wait).size).toBe(1);
    await feed.wait([job('b')], 1_000, { signal: leaving.signal });
    expect(watched).toEqual(['a']);
    expect(feed.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('ends with the known state at the end of all waits, which leaves subscriptions open', async () => {
    const { feed } = runningFeed({ a: job('a') });
    const seen = collect(await feed.follow(['a']));
    const wait = feed.wait([job('a', 'INIT')], 1_000);
    feed.endWaits();
    // The subscription has a newer state than the request that waits.
    expect((await wait).get('a')?.status).toBe('PROCESSING');
    feed.publish(job('a', 'SUCCESS'));
    await settled();
    expect(seen).toEqual(['a PROCESSING', 'a SUCCESS', 'done']);
    expect(feed.size).toBe(0);
  });
});
