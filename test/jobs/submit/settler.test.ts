import { expect, it } from 'vitest';
import { AISubmissionDocument, SubmitAIJobDocument } from '../../../schema/generated/graphql.ts';
import { type RunningGateway, runningGateway } from '../../support/running-gateway.ts';

const settleDelayMs = 3_600_000;
const input = { videoId: 'v', types: ['VIDEO_TAG'] as const, idempotencyKey: 'key' };

/** A gateway with one submission under `key` whose response was lost. */
async function withLostSubmission(kind: 'reset' | 'resetAfterRunning'): Promise<RunningGateway> {
  const gateway = await runningGateway({ events: { settleDelayMs } });
  const fault = gateway.emulator.faults.add({ kind, times: 1 });
  const { errors } = await submit(gateway);
  expect(fault).toBeDefined();
  expect(errors?.[0]?.extensions.code).toBe('SUBMISSION_OUTCOME_UNKNOWN');
  return gateway;
}

const submit = ({ query }: RunningGateway) =>
  query(SubmitAIJobDocument, { input: { ...input, types: [...input.types] } });

async function submission({ query }: RunningGateway) {
  const { data } = await query(AISubmissionDocument, { by: { idempotencyKey: 'key' } });
  return data.aiSubmission;
}

/** Lets hours pass, a quarter at a time, until the submission has been compared `looks` times with VOD's list. */
async function looked(gateway: RunningGateway, looks: number): Promise<void> {
  const lists = () => gateway.emulator.calls.filter(({ action }) => action === 'ListJobInfo').length;
  await expect
    .poll(
      () => {
        if (lists() < looks) gateway.clock.advance(15 * 60_000);
        return lists();
      },
      { timeout: 4_000 },
    )
    .toBe(looks);
}

it('a lost submission that made a job becomes MADE, and its key returns the job', async () => {
  const gateway = await withLostSubmission('resetAfterRunning');
  await looked(gateway, 1);
  await expect.poll(async () => (await submission(gateway))?.candidates).toHaveLength(1);
  expect(await submission(gateway)).toMatchObject({ state: 'UNKNOWN', resolvedBy: null });

  await looked(gateway, 2);

  const [made] = gateway.emulator.jobs.submittedAIJobs;
  await expect
    .poll(() => submission(gateway))
    .toMatchObject({ state: 'MADE', resolvedBy: 'LISTING', aiJobs: [{ id: made?.jobId }], candidates: null });
  expect((await submit(gateway)).data.submitAIJob.jobs).toMatchObject([{ id: made?.jobId }]);
  expect(gateway.emulator.jobs.submittedAIJobs).toHaveLength(1);
});

it('a lost submission that made no job becomes FAILED after the delay, and its key is sent again', async () => {
  const gateway = await withLostSubmission('reset');
  await looked(gateway, 1);
  expect(await submission(gateway)).toMatchObject({ state: 'UNKNOWN' });
  await looked(gateway, 2);
  await expect.poll(() => submission(gateway)).toMatchObject({ state: 'FAILED', resolvedBy: 'LISTING' });

  expect((await submit(gateway)).data.submitAIJob.jobs).toHaveLength(1);
  expect(gateway.emulator.jobs.submittedAIJobs).toHaveLength(1);
});

it('a lost submission with two candidates stays UNKNOWN, with both', async () => {
  const gateway = await withLostSubmission('resetAfterRunning');
  gateway.emulator.jobs.addAIJob({ jobId: 'console', mediaId: 'v' });
  await looked(gateway, 2);

  await expect.poll(async () => (await submission(gateway))?.candidates).toHaveLength(2);
  expect(await submission(gateway)).toMatchObject({ state: 'UNKNOWN', resolvedBy: null, aiJobs: [] });
});

it('asks nothing if the response arrived', async () => {
  const gateway = await runningGateway({ events: { settleDelayMs } });
  await submit(gateway);
  gateway.clock.advance(3 * settleDelayMs);
  expect(gateway.emulator.calls.map(({ action }) => action)).not.toContain('ListJobInfo');
});
