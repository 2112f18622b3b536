import { describe, expect, it } from 'vitest';
import { Undecodable } from '../../../src/domain/decoded.ts';
import type { AIJob, AIJobStatus } from '../../../src/domain/job.ts';
import { JobFeed, UnknownJobsError } from '../../../src/jobs/live/feed.ts';
import type { JobOutcome } from '../../../src/jobs/lookup/pending-ids.ts';
import { UnavailableError } from '../../../src/rpc/errors.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { job, settled } from '../lookup/running-lookup.ts';

/** A feed over what VOD has: jobs by id, or why they cannot be told. */
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

/** Collects what comes, `id STATUS` each; `done` once it has ended. */
function collect(following: AsyncIterable<AIJob>) {
  const seen: string[] = [];
  void (async () => {
    for await (const { id, status } of following) seen.push(`${id} ${String(status)}`);
    seen.push('done');
  })();
  return seen;
}

describe('a feed', () => {
  it('tells the present states in order, then each change once, and ends when all are final', async () => {
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

  it('tells a change of what a reader can see, and none of how VOD spells it', async () => {
    const { feed } = runningFeed({ a: job('a') });
    const seen = collect(await feed.follow(['a']));
    feed.publish({ ...job('a'), wire: { Status: 'Processing' }, requestId: 'other' });
    feed.publish({ ...job('a'), videoId: 'now known' });
    await settled();
    expect(seen).toEqual(['a PROCESSING', 'a PROCESSING']);
  });

  it('misses nothing that happens while the present states are read', async () => {
    const { feed } = runningFeed({ a: job('a', 'INIT') });
    const following = feed.follow(['a']);
    feed.publish(job('a', 'SUCCESS'));
    const seen = collect(await following);
    await settled();
    expect(seen).toEqual(['a SUCCESS', 'done']);
  });

  it('gives everybody the same, also who comes later', async () => {
    const { feed, loaded, clock } = runningFeed({ a: job('a', 'INIT') });
    const first = collect(await feed.follow(['a']));
    const second = collect(await feed.follow(['a']));
    // Read just now: not again.
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

  it('names the ids that VOD does not know, and holds nothing', async () => {
    const { feed } = runningFeed({ a: job('a') });
    const error: unknown = await feed.follow(['a', 'b', 'c']).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnknownJobsError);
    expect(error).toMatchObject({ indexes: [1, 2] });
    expect(feed.unfinishedIds).toEqual([]);
  });

  it('rejects with the reason where a present state cannot be told, unless one was read before', async () => {
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

  it('has each job watched once, from its first follower on', async () => {
    const { feed, watched } = runningFeed({ a: job('a'), b: job('b', 'SUCCESS') });
    const one = await feed.follow(['a', 'b']);
    await feed.follow(['a']);
    expect(watched).toEqual(['a']);
    await one.return?.();
    expect(feed.unfinishedIds).toEqual(['a']);
  });

  it('lets go of all that a follower held who goes away, whenever that is', async () => {
    const { feed } = runningFeed({ a: job('a') });
    const following = await feed.follow(['a']);
    const waiting = following.next().then(() => following.next());
    await following.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });

    const gone = new AbortController();
    const early = feed.follow(['a'], gone.signal);
    gone.abort();
    await early;
    const late = new AbortController();
    await feed.follow(['a'], late.signal);
    late.abort();
    await feed.follow(['a'], AbortSignal.abort());
    expect(feed.size).toBe(0);
    expect(feed.isUnfinished('a')).toBe(false);
  });

  it('ends everybody when it closes', async () => {
    const { feed } = runningFeed({ a: job('a') });
    const seen = collect(await feed.follow(['a']));
    feed.close();
    await settled();
    expect(seen).toEqual(['a PROCESSING', 'done']);
  });

  it('follows nothing where nothing is asked for', async () => {
    const { feed } = runningFeed({});
    expect(await (await feed.follow([])).next()).toEqual({ done: true, value: undefined });
    expect(feed.size).toBe(0);
  });

  it('does not take a state that nobody knows for progress or its end', async () => {
    const { feed } = runningFeed({ a: job('a', 'INIT') });
    const seen = collect(await feed.follow(['a']));
    const unknown = new Undecodable('Status', 'a documented status', 'paused') as unknown as AIJobStatus;
    feed.publish({ ...job('a'), status: unknown });
    feed.publish(job('a', 'SUCCESS'));
    await settled();
    expect(seen).toEqual(['a INIT', 'a SUCCESS', 'done']);
  });
});
