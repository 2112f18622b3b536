import { describe, expect, it } from 'vitest';
import type { Submission, SubmissionEnd, SubmissionIntent } from '../../src/ledger/ledger.ts';
import { type NewPlace, skewed } from './place.ts';
import { HOUR, intent, job, NOON, submissionOf } from './records.ts';

const FIVE_MINUTES = 5 * 60_000;

/** The submission of an intent that has begun at `begunAt` by the database's clock. */
const pendingOf = ({ leaseMs, ...first }: SubmissionIntent, begunAt: number): Submission => ({
  idempotencyKey: undefined,
  ...first,
  leaseUntil: begunAt + leaseMs,
  hasExpired: false,
  state: 'PENDING',
  hasResponse: false,
  requestId: undefined,
  userErrors: undefined,
  resolvedBy: undefined,
  listing: undefined,
  jobs: [],
});

const made = (...ids: string[]): SubmissionEnd => ({
  state: 'MADE',
  requestId: 'request',
  jobs: ids.map((id) => job(id)),
});

export function submissionsSuite(newPlace: NewPlace): void {
  it('stores a submission as PENDING', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    const first = intent({ idempotencyKey: 'key' });

    const { begun, submission } = await ledger.begin(first);

    const pending = pendingOf(first, clock.now());
    expect({ begun, submission }).toEqual({ begun: true, submission: pending });
    expect(await ledger.submission(first.id)).toEqual(pending);
    expect(await ledger.submissionWithKey(first.idempotencyKey ?? '')).toEqual(pending);
    expect(await ledger.submissionWithKey('another')).toBeUndefined();
    expect(await ledger.submission('another')).toBeUndefined();
  });

  it('returns the existing submission for a used idempotency key, and writes nothing', async () => {
    const ledger = await (await newPlace()).open();
    const first = intent({ idempotencyKey: 'key' });
    await ledger.begin(first);
    await ledger.finish(first.id, made('job-2', 'job-1'));

    for (const fingerprint of ['fingerprint', 'another']) {
      const second = intent({ idempotencyKey: 'key', fingerprint });
      const { begun, submission } = await ledger.begin(second);

      expect(begun).toBe(false);
      expect(submission).toMatchObject({ id: first.id, state: 'MADE', requestId: 'request' });
      expect(submission.jobs.map(({ id }) => id)).toEqual(['job-2', 'job-1']);
      expect(await ledger.submission(second.id)).toBeUndefined();
    }
  });

  it('submissions without an idempotency key are independent', async () => {
    const ledger = await (await newPlace()).open();
    expect((await ledger.begin(intent())).begun).toBe(true);
    expect((await ledger.begin(intent())).begun).toBe(true);
    expect(await ledger.countSubmissions()).toBe(2);
  });

  it('the same intent begins only once', async () => {
    const ledger = await (await newPlace()).open();
    const twice = intent();
    expect((await ledger.begin(twice)).begun).toBe(true);
    expect((await ledger.begin(twice)).begun).toBe(false);
  });

  it('a FAILED submission begins again, and its first attempt can no longer change it', async () => {
    const { open, clock } = await newPlace();
    const ledger = await open();
    const first = intent({ idempotencyKey: 'key' });
    await ledger.begin(first);
    await ledger.finish(first.id, { state: 'FAILED', requestId: 'request' });
    const again = intent({ idempotencyKey: 'key', submittedAt: NOON + 1, leaseMs: 2 });

    const { begun, submission } = await ledger.begin(again);

    const pending = pendingOf(again, clock.now());
    expect({ begun, submission }).toEqual({ begun: true, submission: pending });
    await ledger.finish(first.id, { state: 'FAILED' });
    expect(await submissionOf(ledger, 'key')).toEqual(pending);
    expect(await ledger.submission(first.id)).toBeUndefined();
  });

  it('a FAILED submission does not begin again with another input', async () => {
    const ledger = await (await newPlace()).open();
    const first = intent({ idempotencyKey: 'key' });
    await ledger.begin(first);
    await ledger.finish(first.id, { state: 'FAILED' });

    const { begun, submission } = await ledger.begin(
      intent({ idempotencyKey: 'key', fingerprint: 'another' }),
    );

    expect(begun).toBe(false);
    expect(submission).toMatchObject({ id: first.id, state: 'FAILED' });
  });

  it.each(['a new key', 'the key of a FAILED submission'])(
    'of 100 concurrent callers with %s, in two ledgers, one begins',
    async (key) => {
      const place = await newPlace();
      const ledgers = [await place.open(), await place.open()] as const;
      if (key !== 'a new key') {
        const failed = intent({ idempotencyKey: 'key' });
        await ledgers[0].begin(failed);
        await ledgers[0].finish(failed.id, { state: 'FAILED' });
      }

      const results = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          ledgers[index % 2 === 0 ? 0 : 1].begin(intent({ idempotencyKey: 'key' })),
        ),
      );

      const winners = results.filter(({ begun }) => begun);
      expect(winners).toHaveLength(1);
      expect(new Set(results.map(({ submission }) => submission.id)).size).toBe(1);
      expect(await submissionOf(ledgers[1], 'key')).toEqual(winners[0]?.submission);
      expect(await ledgers[0].countSubmissions()).toBe(1);
    },
  );

  it('a known result never changes', async () => {
    const ledger = await (await newPlace()).open();
    const ends: SubmissionEnd[] = [
      made('job'),
      { state: 'REFUSED', requestId: 'refusal', userErrors: '[{"code":"INVALID_INPUT"}]' },
      { state: 'FAILED', requestId: undefined },
    ];
    for (const end of ends) {
      const { id } = intent();
      await ledger.begin(intent({ id }));
      await ledger.finish(id, { state: 'UNKNOWN', requestId: 'lost' });
      expect(await ledger.submission(id)).toMatchObject({ state: 'UNKNOWN', requestId: 'lost' });
      await ledger.finish(id, end);
      const ended = await ledger.submission(id);
      expect(ended).toMatchObject({ state: end.state, requestId: end.requestId ?? 'lost' });
      expect(ended?.userErrors).toBe(end.state === 'REFUSED' ? end.userErrors : undefined);

      for (const other of [...ends, { state: 'UNKNOWN' } as const]) {
        if (other.state !== 'MADE') await ledger.finish(id, other);
      }

      expect(await ledger.submission(id)).toEqual(ended);
    }
  });

  it('jobs are stored whatever the state of their submission, and even without it', async () => {
    const ledger = await (await newPlace()).open();
    const first = intent();
    await ledger.begin(first);
    await ledger.finish(first.id, { state: 'FAILED' });

    await ledger.finish(first.id, made('late'));
    await ledger.finish('deleted', made('orphan'));

    expect(await ledger.submission(first.id)).toMatchObject({ state: 'FAILED', jobs: [{ id: 'late' }] });
    expect(await ledger.jobs('AI', ['orphan'])).toEqual([job('orphan', { submissionId: 'deleted' })]);
  });

  it('the response to a submission does not undo later updates of its jobs', async () => {
    const ledger = await (await newPlace()).open();
    const first = intent();
    await ledger.begin(first);
    const ready = job('ready', { status: 'SUCCESS', state: '{}', type: 'VIDEO_TAG', submittedAt: NOON + 5 });
    const running = job('running', { status: 'PROCESSING', state: '{}' });
    await ledger.record([ready, running], { addUnknown: true });

    await ledger.finish(first.id, made('running', 'ready'));

    const submission = await ledger.submission(first.id);
    expect(submission?.jobs.map(({ id }) => id)).toEqual(['running', 'ready']);
    expect(await ledger.jobs('AI', ['ready', 'running'])).toEqual([
      { ...ready, submissionId: first.id },
      { ...running, submissionId: first.id },
    ]);
  });

  it('a job with the marker of a submission sets it to MADE', async () => {
    const ledger = await (await newPlace()).open();
    for (const state of ['PENDING', 'UNKNOWN', 'FAILED'] as const) {
      const { id } = intent();
      await ledger.begin(intent({ id }));
      if (state !== 'PENDING') await ledger.finish(id, { state });

      await ledger.resolve(id, job(`of-${id}`));

      const submission = await ledger.submission(id);
      expect(submission).toMatchObject({ state: 'MADE', jobs: [{ id: `of-${id}`, submissionId: id }] });
    }
  });

  it('a submission resolved by one job accepts the other jobs of the response', async () => {
    const ledger = await (await newPlace()).open();
    const first = intent();
    await ledger.begin(first);
    await ledger.resolve(first.id, job('b', { status: 'PROCESSING' }));
    await ledger.finish(first.id, { state: 'UNKNOWN' });

    await ledger.finish(first.id, made('c', 'b', 'a'));
    await ledger.resolve(first.id, job('d'));

    const submission = await ledger.submission(first.id);
    expect(submission).toMatchObject({ state: 'MADE', requestId: 'request' });
    expect(submission?.jobs.map(({ id, status }) => [id, status])).toEqual([
      ['c', 'INIT'],
      ['b', 'PROCESSING'],
      ['a', 'INIT'],
      ['d', 'INIT'],
    ]);
  });

  it('a job with the marker of a REFUSED submission is assigned to it, and it stays REFUSED', async () => {
    const ledger = await (await newPlace()).open();
    const first = intent();
    await ledger.begin(first);
    await ledger.finish(first.id, { state: 'REFUSED', requestId: 'request', userErrors: '[]' });

    await ledger.resolve(first.id, job('job'));

    expect(await ledger.submission(first.id)).toMatchObject({ state: 'REFUSED', jobs: [{ id: 'job' }] });
  });

  it('a job with an unknown marker changes nothing', async () => {
    const ledger = await (await newPlace()).open();
    await ledger.resolve('unknown', job('job'));
    expect(await ledger.jobs('AI', ['job'])).toEqual([]);
  });

  it('lists submissions in pages, newest first, with their jobs', async () => {
    const ledger = await (await newPlace()).open();
    const intents = [0, 1, 1, 2, 3].map((hours) => intent({ submittedAt: NOON + hours * HOUR }));
    for (const each of intents) {
      await ledger.begin(each);
      await ledger.finish(each.id, made(`job-of-${each.id}`));
    }
    const seen: string[] = [];

    let page = await ledger.submissions({ limit: 2, order: 'newest' });
    while (page.length > 0) {
      expect(page.length).toBeLessThanOrEqual(2);
      for (const { id, jobs } of page) {
        seen.push(id);
        expect(jobs).toEqual([job(`job-of-${id}`, { submissionId: id })]);
      }
      const last = page.at(-1);
      if (!last) break;
      page = await ledger.submissions({
        limit: 2,
        order: 'newest',
        from: { at: last.submittedAt, id: last.id },
      });
    }

    expect(seen).toEqual(intents.map(({ id }) => id).reverse());
    expect(await ledger.countSubmissions()).toBe(5);
  });

  describe('a lease', () => {
    it("ends by the database's clock, whatever the clocks of the gateways show", async () => {
      const { open, clock } = await newPlace();
      const [behind, ahead] = [
        await open(skewed(clock, -FIVE_MINUTES)),
        await open(skewed(clock, FIVE_MINUTES)),
      ];
      for (const [writer, reader] of [
        [behind, ahead],
        [ahead, behind],
      ] as const) {
        const held = intent({ leaseMs: 15_000, idempotencyKey: writer === ahead ? 'a' : 'b' });
        expect((await writer.begin(held)).submission.hasExpired).toBe(false);
        const again = { ...held, id: `${held.id}-again` };

        clock.advance(14_999);
        expect(await reader.submission(held.id)).toMatchObject({ hasExpired: false });
        expect((await reader.begin(again)).submission).toMatchObject({ id: held.id, hasExpired: false });
        clock.advance(1);
        expect(await reader.submission(held.id)).toMatchObject({ hasExpired: true });
        expect((await reader.begin(again)).submission).toMatchObject({ id: held.id, hasExpired: true });
        expect((await reader.submissions({ limit: 1, order: 'newest' }))[0]).toMatchObject({
          hasExpired: true,
        });
      }
    });
  });

  describe('a cancelled intent', () => {
    it('is FAILED if it was written, and begins again under its key', async () => {
      const ledger = await (await newPlace()).open();
      for (const state of ['PENDING', 'UNKNOWN'] as const) {
        const lost = intent({ idempotencyKey: `key-${state}` });
        await ledger.begin(lost);
        if (state === 'UNKNOWN') await ledger.finish(lost.id, { state });

        await ledger.cancel(lost);

        expect(await ledger.submission(lost.id)).toMatchObject({ state: 'FAILED' });
        const again = intent({ idempotencyKey: `key-${state}` });
        expect((await ledger.begin(again)).begun).toBe(true);
      }
    });

    it('is FAILED if its statement arrives only afterwards', async () => {
      const { open, openDatabase } = await newPlace();
      const ledger = await open();
      const db = await openDatabase();
      const lost = intent({ idempotencyKey: 'key' });

      await ledger.cancel(lost);
      const row = await db.selectFrom('submissions').selectAll().executeTakeFirstOrThrow();
      await db
        .insertInto('submissions')
        .values({ ...row, state: 'PENDING' })
        .onConflict((conflict) => conflict.doNothing())
        .execute();

      expect(await ledger.submission(lost.id)).toMatchObject({ state: 'FAILED' });
      expect(await ledger.countSubmissions()).toBe(1);
    });

    it('does not replace a FAILED submission afterwards', async () => {
      const { open, openDatabase } = await newPlace();
      const ledger = await open();
      const db = await openDatabase();
      const failed = intent({ idempotencyKey: 'key' });
      await ledger.begin(failed);
      await ledger.finish(failed.id, { state: 'FAILED' });
      const lost = intent({ idempotencyKey: 'key' });

      await ledger.cancel(lost);
      const { numUpdatedRows } = await db
        .updateTable('submissions')
        .set({ id: lost.id, state: 'PENDING' })
        .where('id', '=', failed.id)
        .where('state', '=', 'FAILED')
        .executeTakeFirst();

      expect(numUpdatedRows).toBe(0n);
      expect(await submissionOf(ledger, 'key')).toMatchObject({ id: lost.id, state: 'FAILED' });
    });

    it('changes no other submission, and no known result', async () => {
      const ledger = await (await newPlace()).open();
      const theirs = intent({ idempotencyKey: 'key' });
      await ledger.begin(theirs);
      await ledger.cancel(intent({ idempotencyKey: 'key' }));
      expect(await submissionOf(ledger, 'key')).toMatchObject({ id: theirs.id, state: 'PENDING' });
      const other = intent({ idempotencyKey: 'other', fingerprint: 'another' });
      await ledger.begin(other);
      await ledger.finish(other.id, { state: 'FAILED' });
      await ledger.cancel(intent({ idempotencyKey: 'other' }));
      expect(await submissionOf(ledger, 'other')).toMatchObject({ id: other.id, fingerprint: 'another' });
      await ledger.finish(theirs.id, made('job'));
      await ledger.cancel(theirs);
      expect(await submissionOf(ledger, 'key')).toMatchObject({ state: 'MADE' });
    });
  });

  describe('an allowance', () => {
    const allowance = { caller: 'caller', day: 20_000, limit: 1 };

    it('is taken only by a submission that begins, and stores nothing when it is used up', async () => {
      const ledger = await (await newPlace()).open();
      const first = intent({ idempotencyKey: 'key' });
      expect(await ledger.beginWithin(first, allowance)).toMatchObject({ begun: true });
      await ledger.finish(first.id, made('job'));

      // The key is known, so nothing begins.
      expect(await ledger.beginWithin(intent({ idempotencyKey: 'key' }), allowance)).toMatchObject({
        begun: false,
        submission: { id: first.id },
      });
      const second = intent({ idempotencyKey: 'second' });
      expect(await ledger.beginWithin(second, allowance)).toBeUndefined();
      expect(await ledger.submission(second.id)).toBeUndefined();
      for (const other of [{ caller: 'other' }, { day: 20_001 }, { limit: 2 }]) {
        expect(await ledger.beginWithin(intent(), { ...allowance, ...other })).toMatchObject({ begun: true });
      }
    });

    it('is given back once by a submission that fails or is cancelled, and not by one without an outcome', async () => {
      const ledger = await (await newPlace()).open();
      const failed = intent({ idempotencyKey: 'key' });
      await ledger.beginWithin(failed, allowance);
      await ledger.finish(failed.id, { state: 'FAILED' });
      const again = intent({ idempotencyKey: 'key' });
      expect(await ledger.beginWithin(again, allowance)).toMatchObject({ begun: true });
      await ledger.finish(failed.id, { state: 'FAILED' });
      expect(await ledger.beginWithin(intent(), allowance)).toBeUndefined();

      await ledger.cancel(again);
      await ledger.cancel(again);
      const last = intent();
      expect(await ledger.beginWithin(last, allowance)).toMatchObject({ begun: true });
      await ledger.finish(last.id, { state: 'UNKNOWN' });
      expect(await ledger.beginWithin(intent(), allowance)).toBeUndefined();
    });

    it('is never exceeded by any number of concurrent submissions', async () => {
      const { open } = await newPlace();
      const ledgers = [await open(), await open()];
      const results = await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          ledgers[index % 2]?.beginWithin(intent(), { ...allowance, limit: 20 }),
        ),
      );
      expect(results.filter((result) => result?.begun)).toHaveLength(20);
    });

    it('of past days is deleted', async () => {
      const { open, openDatabase, clock } = await newPlace();
      const [ledger, db] = [await open(), await openDatabase()];
      const today = Math.floor(clock.now() / (24 * HOUR));
      for (const day of [today - 2, today - 1, today])
        await ledger.beginWithin(intent(), { ...allowance, day });
      await ledger.deleteOlderThan(0, 1);
      const rows = await db.selectFrom('allowances').select('day').orderBy('day').execute();
      expect(rows.map(({ day }) => Number(day))).toEqual([today - 1, today]);
    });
  });
}
