import { describe, expect, it, vi } from 'vitest';
import { SubmitAIImageJobDocument, SubmitAIJobDocument } from '../../../schema/generated/graphql.ts';
import { fingerprint } from '../../../src/jobs/submit/submissions.ts';
import { LedgerError } from '../../../src/ledger/ledger.ts';
import { listening } from '../../support/listening.ts';
import { type RunningGateway, runningGateway } from '../../support/running-gateway.ts';

const submission = { videoId: 'video-1', types: ['VIDEO_TAG' as const] };
const input = { ...submission, idempotencyKey: 'key-1' };

describe('one idempotency key', () => {
  it('makes one submission for repeated requests, and returns the same result to each', async () => {
    const { query, emulator } = await runningGateway();

    const first = await query(SubmitAIJobDocument, { input });
    const again = await query(SubmitAIJobDocument, { input: { ...input, userData: null } });

    expect(again).toEqual(first);
    expect(first.data.submitAIJob.jobs).toHaveLength(1);
    expect(emulator.jobs.submittedAIJobs).toHaveLength(1);
  });

  it('makes one submission of a hundred at once', async () => {
    const { query, emulator } = await runningGateway();

    const responses = await Promise.all(
      Array.from({ length: 100 }, () => query(SubmitAIJobDocument, { input })),
    );

    expect(emulator.jobs.submittedAIJobs).toHaveLength(1);
    const id = emulator.jobs.submittedAIJobs[0]?.jobId;
    expect(new Set(responses.map(({ data }) => data.submitAIJob.jobs?.[0]?.id))).toEqual(new Set([id]));
  });

  it('returns the same image job again, with the caller’s user data unchanged', async () => {
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

  it('is rejected with a different input, and nothing is sent', async () => {
    const { query, emulator } = await runningGateway();
    await query(SubmitAIJobDocument, { input });

    const other = await query(SubmitAIJobDocument, { input: { ...input, videoId: 'video-2' } });
    const image = await query(SubmitAIImageJobDocument, {
      input: { videoId: 'video-1', templateId: 't', idempotencyKey: 'key-1' },
    });

    expect(other.data.submitAIJob.userErrors.map(({ code, field }) => [code, field])).toEqual([
      ['IDEMPOTENCY_KEY_REUSED', ['idempotencyKey']],
    ]);
    expect(image.data.submitAIImageJob.userErrors[0]?.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(emulator.calls).toHaveLength(1);
  });

  it('returns VOD’s rejection again without another call', async () => {
    const { query, emulator } = await runningGateway();
    const missing = { ...input, videoId: 'missing' };

    const first = await query(SubmitAIJobDocument, { input: missing });
    const again = await query(SubmitAIJobDocument, { input: missing });

    expect(first.data.submitAIJob.userErrors[0]?.code).toBe('REJECTED_BY_VOD');
    expect(again).toEqual(first);
    expect(emulator.calls).toHaveLength(1);
  });

  it('can be used again if VOD did not run the submission', async () => {
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

  it('is not sent again if the outcome of its submission is unknown', async () => {
    const { query, emulator } = await runningGateway();
    emulator.faults.add({ kind: 'resetAfterRunning', times: 1 });

    for (let time = 0; time < 3; time++) {
      const { errors } = await query(SubmitAIJobDocument, { input });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['SUBMISSION_OUTCOME_UNKNOWN']);
    }

    expect(emulator.calls).toHaveLength(1);
    expect(emulator.jobs.submittedAIJobs).toHaveLength(1);
  });

  it('returns the job of a lost response once a lookup has found it', async () => {
    const { query, emulator } = await runningGateway();
    emulator.faults.add({ kind: 'resetAfterRunning', times: 1 });
    const lost = { videoId: 'v', templateId: 't', idempotencyKey: 'lost' };
    const unknown = await query(SubmitAIImageJobDocument, { input: lost });
    expect(unknown.errors?.[0]?.extensions.code).toBe('SUBMISSION_OUTCOME_UNKNOWN');
    const id = emulator.jobs.submittedAIImageJobs[0]?.jobId ?? '';

    const { data } = await query('query ($id: ID!) { aiImageJob(id: $id) { id userData } }', { id });
    expect(data.aiImageJob).toEqual({ id, userData: null });
    await expect.poll(() => lastState(query)).toBe('MADE');

    const again = await query(SubmitAIImageJobDocument, { input: lost });
    expect(again.data.submitAIImageJob.job?.id).toBe(id);
    expect(emulator.jobs.submittedAIImageJobs).toHaveLength(1);
  });

  it('returns the job of a lost response even if the ledger could not record it at first', async () => {
    const { query, emulator, ledger, clock } = await runningGateway();
    emulator.faults.add({ kind: 'resetAfterRunning', times: 1 });
    const lost = { videoId: 'v', templateId: 't', idempotencyKey: 'lost' };
    await query(SubmitAIImageJobDocument, { input: lost });
    clock.advance(60_000);
    const id = emulator.jobs.submittedAIImageJobs[0]?.jobId ?? '';
    const resolve = vi.spyOn(ledger, 'resolve').mockRejectedValueOnce(new LedgerError('killed'));

    // The job is final when first read, so nothing reads it again.
    await query('query ($id: ID!) { aiImageJob(id: $id) { status } }', { id });
    await expect.poll(() => resolve.mock.calls.length).toBe(1);
    expect(await ledger.jobs('IMAGE', [id])).toEqual([]);
    clock.advance(5_000);

    await expect.poll(() => lastState(query)).toBe('MADE');
    const again = await query(SubmitAIImageJobDocument, { input: lost });
    expect(again.data.submitAIImageJob.job?.id).toBe(id);
  });

  it('is a user error while another replica submits it, and an unknown outcome after that replica has died', async () => {
    const { query, emulator, ledger, clock } = await runningGateway();
    await ledger.begin({
      id: 'elsewhere',
      kind: 'AI',
      caller: 'anybody',
      idempotencyKey: 'key-1',
      fingerprint: fingerprint('AI', submission),
      videoId: 'video-1',
      input: '{}',
      submittedAt: clock.now(),
      leaseMs: 15_000,
    });

    const inProgress = await query(SubmitAIJobDocument, { input });
    expect(inProgress.data.submitAIJob.userErrors[0]?.code).toBe('SUBMISSION_IN_PROGRESS');

    // The lease of the other replica has expired.
    clock.advance(15_000);
    const died = await query(SubmitAIJobDocument, { input });
    expect(died.errors?.[0]?.extensions.code).toBe('SUBMISSION_OUTCOME_UNKNOWN');
    expect(emulator.calls).toHaveLength(0);
  });

  it.each(['', ' ', 'a\nb', 'x'.repeat(256)])(
    'must have 1 to 255 visible characters: rejects %j',
    async (idempotencyKey) => {
      const { query, emulator } = await runningGateway();
      const { data } = await query(SubmitAIJobDocument, { input: { ...input, idempotencyKey } });
      expect(data.submitAIJob.userErrors.map(({ field }) => field)).toEqual([['idempotencyKey']]);
      expect(emulator.calls).toHaveLength(0);
    },
  );
});

it('a submission without a key is recorded in the ledger', async () => {
  const { query } = await runningGateway();
  await query(SubmitAIJobDocument, { input: { videoId: 'v', types: ['VIDEO_TAG'] } });

  const { data } = await query(`{
    aiSubmissions(first: 5) {
      totalCount
      edges { node { kind state idempotencyKey video { id } aiJobs { type status } } }
    }
  }`);
  expect(data.aiSubmissions).toEqual({
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

describe('a submission', () => {
  const record = '{ id kind state idempotencyKey requestId aiJobs { id } }';
  const bySubmission = `query ($by: AISubmissionBy!) { aiSubmission(by: $by) ${record} }`;
  const submit = `mutation ($input: SubmitAIJobInput!) { submitAIJob(input: $input) {
    jobs { id } userErrors { code } requestId submission ${record}
  } }`;

  it('is in the payload, also if it is sent again, and can be read by its id and by its key', async () => {
    const { query } = await runningGateway();
    const { submitAIJob: first } = (await query(submit, { input })).data;
    const { submitAIJob: again } = (await query(submit, { input })).data;

    expect(first.submission).toEqual({
      id: expect.any(String),
      kind: 'AI',
      state: 'MADE',
      idempotencyKey: 'key-1',
      requestId: first.requestId,
      aiJobs: first.jobs,
    });
    expect(again.submission).toEqual(first.submission);
    for (const by of [{ id: first.submission.id }, { idempotencyKey: 'key-1' }]) {
      expect(await query(bySubmission, { by })).toEqual({ data: { aiSubmission: first.submission } });
    }
  });

  it('is in the payload if VOD rejected it, and not if its input is invalid', async () => {
    const { query } = await runningGateway();
    const rejected = await query(submit, { input: { videoId: 'missing', types: ['VIDEO_TAG'] } });
    const invalid = await query(submit, { input: { videoId: 'a,b' } });

    expect(rejected.data.submitAIJob).toMatchObject({
      jobs: null,
      userErrors: [{ code: 'REJECTED_BY_VOD' }],
      submission: { state: 'REFUSED', aiJobs: [] },
    });
    expect(invalid.data.submitAIJob).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT' }],
      submission: null,
    });
  });

  it('of an image job is in its payload', async () => {
    const { query } = await runningGateway();
    const { data } = await query(
      `mutation { submitAIImageJob(input: { videoId: "v", templateId: "t" }) {
        job { id } submission { kind aiImageJobs { id } }
      } }`,
    );
    const { job, submission } = data.submitAIImageJob;
    expect(submission).toEqual({ kind: 'IMAGE', aiImageJobs: [job] });
  });

  it('with an unknown outcome is found by the id in the error, each time it is sent', async () => {
    const { query, emulator } = await runningGateway();
    emulator.faults.add({ kind: 'resetAfterRunning', times: 1 });
    const lost = await query(submit, { input });
    const again = await query(submit, { input });
    const id = lost.errors?.[0]?.extensions.submissionId;

    expect(again.errors?.[0]?.extensions).toEqual({ code: 'SUBMISSION_OUTCOME_UNKNOWN', submissionId: id });
    const { data } = await query(bySubmission, { by: { id } });
    expect(data.aiSubmission).toMatchObject({ id, state: 'UNKNOWN', idempotencyKey: 'key-1' });
  });

  it.each([{ id: 'no-such-submission' }, { idempotencyKey: 'no-such-key' }])(
    'is null if there is none: %j',
    async (by) => {
      const { query } = await runningGateway();
      expect(await query(bySubmission, { by })).toEqual({ data: { aiSubmission: null } });
    },
  );

  it.each([{}, { id: 'a', idempotencyKey: 'b' }, { id: null }])('is not identified by %j', async (by) => {
    const { query } = await runningGateway();
    const { errors } = await query(bySubmission, { by });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

it('one failed submission does not hide the jobs of another in the same operation', async () => {
  const { query, emulator } = await runningGateway();
  emulator.faults.add({ kind: 'resetAfterRunning', when: 'second' });
  const { data, errors } = await query(`mutation {
    first: submitAIJob(input: { videoId: "first", types: [VIDEO_TAG] }) { jobs { id } }
    second: submitAIJob(input: { videoId: "second", types: [VIDEO_TAG] }) { jobs { id } }
  }`);

  expect(data).toEqual({ first: { jobs: [{ id: expect.any(String) }] }, second: null });
  expect(errors?.map(({ path }) => path)).toEqual([['second']]);
});

it('a submission is not sent if the ledger is unavailable', async () => {
  const { app, query, emulator, ledger } = await runningGateway();
  await ledger.close();

  const { errors } = await query(SubmitAIJobDocument, { input });

  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['LEDGER_UNAVAILABLE']);
  expect(emulator.calls).toHaveLength(0);
  const read = await query('{ aiJob(id: "a") { id } }');
  expect(read).toEqual({ data: { aiJob: null } });
  expect((await fetch(`${await listening(app.listener)}/ready`)).status).toBe(503);
});

/** The state of the last submission. */
async function lastState(query: RunningGateway['query']): Promise<string> {
  const { data } = await query('{ aiSubmissions(first: 1) { edges { node { state } } } }');
  return data.aiSubmissions.edges[0].node.state;
}
