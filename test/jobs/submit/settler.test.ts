import { expect, it } from 'vitest';
import { AISubmissionDocument, SubmitAIJobDocument } from '../../../schema/generated/graphql.ts';
import { type RunningGateway, runningGateway } from '../../support/running-gateway.ts';

const settleDelayMs = 20 * 60_000;
const input = { videoId: 'v', types: ['VIDEO_TAG'] as const, idempotencyKey: 'key' };

/** A gateway with one submission under `key` whose response was lost. */
async function withLostSubmission(kind: 'reset' | 'resetAfterRunning'): Promise<RunningGateway> {
  const gateway = await runningGateway({ events: { settleDelayMs } });
  gateway.emulator.faults.add({ kind, times: 1 });
  const { errors } = await submit(gateway);
  expect(errors?.[0]?.extensions.code).toBe('SUBMISSION_OUTCOME_UNKNOWN');
  return gateway;
}

const submit = ({ query }: RunningGateway) =>
  query(SubmitAIJobDocument, { input: { ...input, types: [...input.types] } });

async function submission({ query }: RunningGateway) {
  const { data } = await query(AISubmissionDocument, { by: { idempotencyKey: 'key' } });
  return data.aiSubmission;
}

/** Lets time pass until the submission is as expected. */
async function passTime(gateway: RunningGateway, expected: object): Promise<void> {
  let isFirst = true;
  await expect
    .poll(
      () => {
        // The answer to a call arrives between two steps: a step is longer than its deadline.
        if (!isFirst) gateway.clock.advance(25 * 60_000);
        isFirst = false;
        return submission(gateway);
      },
      { interval: 100, timeout: 4_500 },
    )
    .toMatchObject(expected);
}

const lookedAt = ({ emulator }: RunningGateway) =>
  emulator.calls.filter(({ action, outcome }) => action === 'ListJobInfo' && outcome === 'ok').length;

it('a lost submission that made a job becomes MADE, and its key returns the job', async () => {
  const gateway = await withLostSubmission('resetAfterRunning');
  const [made] = gateway.emulator.jobs.submittedAIJobs;
  await passTime(gateway, { state: 'UNKNOWN', resolvedBy: null, candidates: [{ id: made?.jobId }] });

  await passTime(gateway, {
    state: 'MADE',
    resolvedBy: 'LISTING',
    aiJobs: [{ id: made?.jobId }],
    candidates: null,
  });
  expect(lookedAt(gateway)).toBeGreaterThanOrEqual(2);
  expect((await submit(gateway)).data.submitAIJob.jobs).toMatchObject([{ id: made?.jobId }]);
  expect(gateway.emulator.jobs.submittedAIJobs).toHaveLength(1);
});

it('a lost submission that made no job becomes FAILED after the delay, and its key is sent again', async () => {
  const gateway = await withLostSubmission('reset');
  await passTime(gateway, { state: 'UNKNOWN', candidates: [] });
  await passTime(gateway, { state: 'FAILED', resolvedBy: 'LISTING' });
  expect(lookedAt(gateway)).toBeGreaterThanOrEqual(2);

  expect((await submit(gateway)).data.submitAIJob.jobs).toHaveLength(1);
  expect(gateway.emulator.jobs.submittedAIJobs).toHaveLength(1);
});

it('a lost submission with two candidates stays UNKNOWN, with both', async () => {
  const gateway = await withLostSubmission('resetAfterRunning');
  gateway.emulator.jobs.addAIJob({ jobId: 'console', mediaId: 'v' });

  await passTime(gateway, { state: 'UNKNOWN', candidates: [{ type: 'VIDEO_TAG' }, { type: 'VIDEO_TAG' }] });
  gateway.clock.advance(25 * 60_000);
  await expect.poll(() => lookedAt(gateway)).toBeGreaterThanOrEqual(2);
  expect(await submission(gateway)).toMatchObject({ state: 'UNKNOWN', resolvedBy: null, aiJobs: [] });
});

it('asks nothing if the response arrived', async () => {
  const gateway = await runningGateway({ events: { settleDelayMs } });
  await submit(gateway);
  gateway.clock.advance(3 * settleDelayMs);
  expect(gateway.emulator.calls.map(({ action }) => action)).not.toContain('ListJobInfo');
});
