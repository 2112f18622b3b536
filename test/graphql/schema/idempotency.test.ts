import { describe, expect, it, vi } from 'vitest';
import { SubmitAIImageJobDocument, SubmitAIJobDocument } from '../../../schema/generated/graphql.ts';
import { LedgerError } from '../../../src/ledger/ledger.ts';
import { submissionOf } from '../../ledger/records.ts';
import { listening } from '../../support/listening.ts';
import { runningGateway } from '../../support/running-gateway.ts';

const input = { mediaId: 'video-1', types: ['VIDEO_TAG' as const], idempotencyKey: 'key-1' };

describe('one idempotency key', () => {
  it('makes one submission, however often it is sent, and gives its outcome again', async () => {
    const { query, emulator } = await runningGateway();

    const first = await query(SubmitAIJobDocument, { input });
    const again = await query(SubmitAIJobDocument, { input: { ...input, userData: null } });

    expect(again).toEqual(first);
    expect(first.data.submitAIJob.jobs).toHaveLength(1);
    expect(emulator.jobs.submittedAIJobs).toHaveLength(1);
  });

  it('makes one submission of a hundred at once', async () => {
    const { query, emulator } = await runningGateway();

    const answers = await Promise.all(
      Array.from({ length: 100 }, () => query(SubmitAIJobDocument, { input })),
    );

    expect(emulator.jobs.submittedAIJobs).toHaveLength(1);
    const id = emulator.jobs.submittedAIJobs[0]?.jobId;
    expect(new Set(answers.map(({ data }) => data.submitAIJob.jobs?.[0]?.id))).toEqual(new Set([id]));
  });

  it('of an image job gives all that is known of it again, the caller’s own data untouched', async () => {
    const { query, emulator } = await runningGateway();
    const document = `mutation ($input: SubmitAIImageJobInput!) {
      submitAIImageJob(input: $input) { job { id status templateId userData video { id } } userErrors { code } requestId }
    }`;
    const variables = {
      input: { videoId: 'v', templateId: 't', userData: { extend: { mine: 1 } }, idempotencyKey: 'key' },
    };

    const first = await query(document, variables);
    const again = await query(document, variables);

    expect(again).toEqual(first);
    expect(first.data.submitAIImageJob.job).toMatchObject({
      templateId: 't',
      userData: { Extend: { mine: 1 } },
    });
    expect(emulator.jobs.submittedAIImageJobs).toHaveLength(1);
    const read = await query('query ($id: ID!) { aiImageJob(id: $id) { userData } }', {
      id: first.data.submitAIImageJob.job.id,
    });
    expect(read.data.aiImageJob.userData).toEqual({ Extend: { mine: 1 } });
  });

  it('with another input is refused, and nothing is sent', async () => {
    const { query, emulator } = await runningGateway();
    await query(SubmitAIJobDocument, { input });

    const other = await query(SubmitAIJobDocument, { input: { ...input, mediaId: 'video-2' } });
    const image = await query(SubmitAIImageJobDocument, {
      input: { videoId: 'video-1', templateId: 't', idempotencyKey: 'key-1' },
    });

    expect(other.data.submitAIJob.userErrors.map(({ code, field }) => [code, field])).toEqual([
      ['IDEMPOTENCY_KEY_REUSED', ['idempotencyKey']],
    ]);
    expect(image.data.submitAIImageJob.userErrors[0]?.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(emulator.calls).toHaveLength(1);
  });

  it('gives a refusal again, without asking VOD again', async () => {
    const { query, emulator } = await runningGateway();
    const missing = { ...input, mediaId: 'missing' };

    const first = await query(SubmitAIJobDocument, { input: missing });
    const again = await query(SubmitAIJobDocument, { input: missing });

    expect(first.data.submitAIJob.userErrors[0]?.code).toBe('REJECTED_BY_VOD');
    expect(again).toEqual(first);
    expect(emulator.calls).toHaveLength(1);
  });

  it('can be sent again where it was certainly not run', async () => {
    const { query, emulator, clock } = await runningGateway();
    emulator.faults.add({ kind: 'throttle' });
    const throttled = await query(SubmitAIJobDocument, { input });
    expect(throttled.errors?.[0]?.extensions.code).toBe('UPSTREAM_THROTTLED');
    emulator.faults.clear();
    clock.advance(60_000);

    const again = await query(SubmitAIJobDocument, { input });

    expect(again.data.submitAIJob.jobs).toHaveLength(1);
    expect(emulator.jobs.submittedAIJobs).toHaveLength(1);
  });

  it('whose outcome is unknown is never sent again', async () => {
    const { query, emulator } = await runningGateway();
    emulator.faults.add({ kind: 'resetAfterRunning', times: 1 });

    for (let time = 0; time < 3; time++) {
      const { errors } = await query(SubmitAIJobDocument, { input });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['SUBMISSION_OUTCOME_UNKNOWN']);
    }

    expect(emulator.calls).toHaveLength(1);
    expect(emulator.jobs.submittedAIJobs).toHaveLength(1);
  });

  it('whose outcome was unknown gives its job once a reading has shown it', async () => {
    const { query, emulator, ledger } = await runningGateway();
    emulator.faults.add({ kind: 'resetAfterRunning', times: 1 });
    const lost = { videoId: 'v', templateId: 't', idempotencyKey: 'lost' };
    const unknown = await query(SubmitAIImageJobDocument, { input: lost });
    expect(unknown.errors?.[0]?.extensions.code).toBe('SUBMISSION_OUTCOME_UNKNOWN');
    const id = emulator.jobs.submittedAIImageJobs[0]?.jobId ?? '';

    const { data } = await query('query ($id: ID!) { aiImageJob(id: $id) { id userData } }', { id });
    expect(data.aiImageJob).toEqual({ id, userData: null });
    await expect.poll(async () => (await submissionOf(ledger, 'lost'))?.state).toBe('MADE');

    const again = await query(SubmitAIImageJobDocument, { input: lost });
    expect(again.data.submitAIImageJob.job?.id).toBe(id);
    expect(emulator.jobs.submittedAIImageJobs).toHaveLength(1);
  });

  it('whose lost job could not be written down at once gives it all the same', async () => {
    const { query, emulator, ledger, clock } = await runningGateway();
    emulator.faults.add({ kind: 'resetAfterRunning', times: 1 });
    const lost = { videoId: 'v', templateId: 't', idempotencyKey: 'lost' };
    await query(SubmitAIImageJobDocument, { input: lost });
    clock.advance(60_000);
    const id = emulator.jobs.submittedAIImageJobs[0]?.jobId ?? '';
    const resolve = vi.spyOn(ledger, 'resolve').mockRejectedValueOnce(new LedgerError('killed'));

    // Final from the first reading on: nothing will read it again.
    await query('query ($id: ID!) { aiImageJob(id: $id) { status } }', { id });
    await expect.poll(() => resolve.mock.calls.length).toBe(1);
    expect(await ledger.jobs('IMAGE', [id])).toEqual([]);
    clock.advance(5_000);

    await expect.poll(async () => (await submissionOf(ledger, 'lost'))?.state).toBe('MADE');
    const again = await query(SubmitAIImageJobDocument, { input: lost });
    expect(again.data.submitAIImageJob.job?.id).toBe(id);
  });

  it('that is still under way elsewhere is waited for, and then reported', async () => {
    const { query, emulator, ledger, clock } = await runningGateway();
    await ledger.begin({
      id: 'elsewhere',
      kind: 'AI',
      idempotencyKey: 'key-1',
      fingerprint: (await fingerprintOf(input)) ?? '',
      videoId: 'video-1',
      input: '{}',
      submittedAt: clock.now(),
      leaseUntil: clock.now() + 15_000,
    });

    const waiting = await query(SubmitAIJobDocument, { input });
    expect(waiting.data.submitAIJob.userErrors[0]?.code).toBe('SUBMISSION_IN_PROGRESS');

    // Its process has died: nobody knows what became of it.
    clock.advance(15_000);
    const died = await query(SubmitAIJobDocument, { input });
    expect(died.errors?.[0]?.extensions.code).toBe('SUBMISSION_OUTCOME_UNKNOWN');
    expect(emulator.calls).toHaveLength(0);
  });

  it.each(['', ' ', 'a\nb', 'x'.repeat(256)])(
    'has to be visible and short: %j is not',
    async (idempotencyKey) => {
      const { query, emulator } = await runningGateway();
      const { data } = await query(SubmitAIJobDocument, { input: { ...input, idempotencyKey } });
      expect(data.submitAIJob.userErrors.map(({ field }) => field)).toEqual([['idempotencyKey']]);
      expect(emulator.calls).toHaveLength(0);
    },
  );
});

it('a submission without a key is in the ledger all the same', async () => {
  const { query } = await runningGateway();
  await query(SubmitAIJobDocument, { input: { mediaId: 'v', types: ['VIDEO_TAG'] } });

  const { data } = await query(`{
    submissions(first: 5) {
      totalCount
      edges { node { kind state idempotencyKey video { id } aiJobs { type status } } }
    }
  }`);
  expect(data.submissions).toEqual({
    totalCount: 1,
    edges: [
      {
        node: {
          kind: 'AI',
          state: 'MADE',
          idempotencyKey: null,
          video: { id: 'v' },
          aiJobs: [{ type: 'VIDEO_TAG', status: 'INIT' }],
        },
      },
    ],
  });
});

it('nothing is sent where nothing can be written down', async () => {
  const { app, query, emulator, ledger } = await runningGateway();
  await ledger.close();

  const { errors } = await query(SubmitAIJobDocument, { input });

  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['LEDGER_UNAVAILABLE']);
  expect(emulator.calls).toHaveLength(0);
  const read = await query('{ aiJob(id: "a") { id } }');
  expect(read).toEqual({ data: { aiJob: null } });
  expect((await fetch(`${await listening(app.listener)}/ready`)).status).toBe(503);
});

async function fingerprintOf({ idempotencyKey: _, ...submission }: typeof input): Promise<string> {
  const { fingerprint } = await import('../../../src/jobs/submit/fingerprint.ts');
  return fingerprint('AI', submission);
}
