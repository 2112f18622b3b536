import { expect, it } from 'vitest';
import type { JobRecord } from '../../src/ledger/ledger.ts';
import type { NewPlace } from './place.ts';
import { HOUR, intent, job, NOON } from './records.ts';

export function jobsSuite(newPlace: NewPlace): void {
  it('returns each job once, and none of the other kind', async () => {
    const ledger = await (await newPlace()).open();
    const jobs = [job('a'), job('b'), job('a', { kind: 'IMAGE', videoId: undefined })];
    await ledger.record(jobs, { addUnknown: true });

    expect(await ledger.jobs('AI', ['b', 'a', 'c', 'a'])).toEqual([job('a'), job('b')]);
    expect(await ledger.jobs('IMAGE', ['a', 'b'])).toEqual([jobs[2]]);
    expect(await ledger.jobs('AI', [])).toEqual([]);
  });

  it('an unknown job is added only with addUnknown', async () => {
    const ledger = await (await newPlace()).open();
    await ledger.record([job('known')], { addUnknown: true });

    const updates = ['known', 'unknown'].map((id) => job(id, { status: 'PROCESSING', state: '{}' }));
    await ledger.record(updates, { addUnknown: false });

    expect(await ledger.jobs('AI', ['known', 'unknown'])).toEqual([updates[0]]);
  });

  it('a job keeps its submission, time, video and type', async () => {
    const ledger = await (await newPlace()).open();
    const { id } = intent();
    await ledger.begin(intent({ id }));
    const first = job('job', { type: 'VIDEO_TAG' });
    await ledger.finish(id, { state: 'MADE', requestId: undefined, jobs: [first] });

    const update = job('job', {
      submittedAt: NOON + HOUR,
      videoId: 'another',
      type: 'MEDIA_DNA',
      submissionId: 'another',
      status: 'PROCESSING',
      state: '{"read":1}',
    });
    await ledger.record([update], { addUnknown: true });

    expect(await ledger.jobs('AI', ['job'])).toEqual([
      { ...first, submissionId: id, status: 'PROCESSING', state: '{"read":1}' },
    ]);
  });

  it('a job gets its video and type from a later update', async () => {
    const ledger = await (await newPlace()).open();
    const bare = { videoId: undefined, status: undefined };
    await ledger.record([job('job', bare)], { addUnknown: true });
    const update = job('job', { type: 'VIDEO_TAG', state: '{}', status: undefined });

    await ledger.record([update], { addUnknown: false });

    expect(await ledger.jobs('AI', ['job'])).toEqual([update]);
  });

  const update = (status: JobRecord['status'], state?: string) => job('job', { status, state });
  it.each([
    [
      'a final state never changes',
      [update('SUCCESS', '1'), update('FAIL', '2'), update('INIT', '3')],
      ['SUCCESS', '1'],
    ],
    [
      'a final state does not change with the same status',
      [update('FAIL', '1'), update('FAIL', '2')],
      ['FAIL', '1'],
    ],
    [
      'a final status without a state gets one',
      [update('SUCCESS'), update('FAIL', '2'), update('SUCCESS', '3')],
      ['SUCCESS', '3'],
    ],
    [
      'a late update with an earlier status changes nothing',
      [update('PROCESSING', '1'), update('INIT', '2')],
      ['PROCESSING', '1'],
    ],
    ['an update without a state keeps the last state', [update('INIT', '1'), update('INIT')], ['INIT', '1']],
    [
      'a new status without a state removes the state of the earlier status',
      [update('INIT', '1'), update('PROCESSING')],
      ['PROCESSING', undefined],
    ],
    [
      'a newer state with the same status is stored',
      [update('PROCESSING', '1'), update('PROCESSING', '2')],
      ['PROCESSING', '2'],
    ],
    [
      'an unknown status is earlier than every other',
      [update('INIT', '1'), update(undefined, '2')],
      ['INIT', '1'],
    ],
    [
      'the last state is stored if no status is known',
      [update(undefined, '1'), update(undefined, '2')],
      [undefined, '2'],
    ],
  ] as const)('%s', async (_, updates, [status, state]) => {
    const place = await newPlace();
    const ledger = await place.open();

    for (const update of updates) await ledger.record([update], { addUnknown: true });
    expect(await ledger.jobs('AI', ['job'])).toEqual([update(status, state)]);

    // The same updates in one call.
    const again = (update: JobRecord) => ({ ...update, id: 'again' });
    await ledger.record(updates.map(again), { addUnknown: true });
    expect(await ledger.jobs('AI', ['again'])).toEqual([again(update(status, state))]);
  });

  it('two ledgers can write the same jobs concurrently', async () => {
    const place = await newPlace();
    const ledgers = [await place.open(), await place.open()] as const;
    const jobs = Array.from({ length: 450 }, (_, index) => job(`job-${index}`));

    await Promise.all(
      [0, 1, 2, 3].flatMap(() => [
        ledgers[0].record(jobs, { addUnknown: true }),
        ledgers[1].record(jobs.toReversed(), { addUnknown: true }),
      ]),
    );

    const ids = jobs.map(({ id }) => id);
    expect(await ledgers[0].jobs('AI', ids)).toHaveLength(450);
    expect(
      await ledgers[1].countVideoJobs([{ kind: 'AI', videoId: 'video', limit: 1, order: 'newest' }]),
    ).toEqual([450]);
  });

  it('deletes the oldest rows first, up to the limit', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    const day = 24 * HOUR;
    const ages = [5, 4, 3, 2, 1];
    for (const age of ages) {
      const { id } = intent();
      const submittedAt = clock.now() - age * day;
      await ledger.begin(intent({ id, submittedAt }));
      await ledger.finish(id, {
        state: 'MADE',
        requestId: undefined,
        jobs: [job(`${age}`, { submittedAt })],
      });
    }
    const left = async () => (await ledger.jobs('AI', ages.map(String))).map(({ id }) => Number(id)).sort();
    const limit = clock.now() - 1.5 * day;

    expect(await ledger.deleteOlderThan(limit, 2)).toBe(4);
    expect(await left()).toEqual([1, 2, 3]);
    expect(await ledger.countSubmissions()).toBe(3);
    expect(await ledger.deleteOlderThan(limit, 3)).toBe(4);
    expect(await ledger.deleteOlderThan(limit, 3)).toBe(0);
    expect(await left()).toEqual([1]);
    expect(await ledger.countSubmissions()).toBe(1);
  });

  it('keeps every submission for at least 24 hours', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    const old = intent({ idempotencyKey: 'old', submittedAt: clock.now() - 24 * HOUR - 1 });
    const young = intent({ idempotencyKey: 'young', submittedAt: clock.now() - 24 * HOUR });
    await ledger.begin(old);
    await ledger.begin(young);
    await ledger.finish(young.id, { state: 'FAILED' });

    expect(await ledger.deleteOlderThan(clock.now(), 10)).toBe(1);

    expect(await ledger.submission(old.id)).toBeUndefined();
    expect(await ledger.submission(young.id)).toMatchObject({ state: 'FAILED' });
  });

  it('exports all submissions and jobs, oldest first', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    const intents = Array.from({ length: 230 }, (_, index) => intent({ submittedAt: NOON + (index >> 3) }));
    for (const each of intents) await ledger.begin(each);
    const jobs = Array.from({ length: 230 }, (_, index) =>
      job(`job-${String(index >> 1).padStart(3, '0')}`, {
        submittedAt: NOON + (index >> 3),
        kind: index % 2 === 0 ? 'AI' : 'IMAGE',
      }),
    );
    await ledger.record(jobs, { addUnknown: true });

    const exported: unknown[] = [];
    for await (const row of ledger.export()) exported.push(row);

    const pending = { state: 'PENDING', hasResponse: false, requestId: undefined, userErrors: undefined };
    const byTimeAndKind = jobs.toSorted(
      (a, b) => a.submittedAt - b.submittedAt || a.kind.localeCompare(b.kind),
    );
    expect(exported).toEqual([
      ...intents.map(({ leaseMs, ...each }) => ({
        table: 'submissions',
        row: { ...each, idempotencyKey: undefined, leaseUntil: clock.now() + leaseMs, ...pending },
      })),
      ...byTimeAndKind.map((row) => ({ table: 'jobs', row })),
    ]);
  });
}
