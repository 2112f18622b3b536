import { expect, it } from 'vitest';
import type { SubmissionEnd } from '../../src/ledger/ledger.ts';
import type { NewPlace } from './place.ts';
import { HOUR, intent, job, NOON, submissionOf } from './records.ts';

const made = (...ids: string[]): SubmissionEnd => ({
  state: 'MADE',
  requestId: 'request',
  jobs: ids.map((id) => job(id)),
});

export function submissionsSuite(newPlace: NewPlace): void {
  it('stores a submission as PENDING', async () => {
    const ledger = await (await newPlace()).open();
    const first = intent({ idempotencyKey: 'key' });

    const { begun, submission } = await ledger.begin(first);

    const pending = {
      ...first,
      state: 'PENDING',
      hasResponse: false,
      requestId: undefined,
      userErrors: undefined,
      jobs: [],
    };
    expect({ begun, submission }).toEqual({ begun: true, submission: pending });
    expect(await ledger.submission(first.id)).toEqual(pending);
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
      expect(submission).toMatchObject({ ...first, state: 'MADE', requestId: 'request' });
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
    const ledger = await (await newPlace()).open();
    const first = intent({ idempotencyKey: 'key' });
    await ledger.begin(first);
    await ledger.finish(first.id, { state: 'FAILED', requestId: 'request' });
    const again = intent({ idempotencyKey: 'key', submittedAt: NOON + 1, leaseUntil: NOON + 2 });

    const { begun, submission } = await ledger.begin(again);

    const pending = {
      ...again,
      state: 'PENDING',
      hasResponse: false,
      requestId: undefined,
      userErrors: undefined,
      jobs: [],
    };
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
    expect(submission?.jobs).toEqual([
      { ...running, submissionId: first.id },
      { ...ready, submissionId: first.id },
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
      expect(submission).toMatchObject({ state: 'MADE', jobs: [job(`of-${id}`, { submissionId: id })] });
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
}
