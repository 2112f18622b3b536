import { expect, it } from 'vitest';
import { AISubmissionDocument, SubmitAIJobDocument } from '../../../schema/generated/graphql.ts';
import { type RunningGateway, runningGateway } from '../../support/running-gateway.ts';

const settleDelayMs = 116_000;
/** The interval of the settler: a quarter of the delay. No other timer has this duration. */
const intervalMs = 29_000;
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

/**
 * Lets more time pass than the delay, in two rounds of the settler: the first one begins early in it. The clock does not move
 * during a round, so that none of its calls reaches its deadline, however slow this machine is.
 */
async function passDelay({ clock }: RunningGateway): Promise<void> {
  const roundsBegun = () => clock.waits.filter((ms) => ms === intervalMs).length;
  for (const ms of [25 * 60_000, intervalMs]) {
    const before = roundsBegun();
    clock.advance(ms);
    await expect.poll(roundsBegun, { timeout: 4_500 }).toBe(before + 1);
  }
}

const lookedAt = ({ emulator }: RunningGateway) =>
  emulator.calls.filter(({ action, outcome }) => action === 'ListJobInfo' && outcome === 'ok').length;

/** The settled submissions by outcome, as the metrics show them. */
async function settled({ app }: RunningGateway): Promise<Record<string, number>> {
  const { body } = await app.metrics.text();
  const series = body.matchAll(/^submissions_settled_total\{outcome="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...series].map(([, outcome, count]) => [outcome, Number(count)]));
}

it('a lost submission that made a job becomes MADE, and its key returns the job', async () => {
  const gateway = await withLostSubmission('resetAfterRunning');
  const [made] = gateway.emulator.jobs.submittedAIJobs;
  await passDelay(gateway);
  expect(await submission(gateway)).toMatchObject({
    state: 'UNKNOWN',
    resolvedBy: null,
    candidates: [{ id: made?.jobId }],
  });

  await passDelay(gateway);
  expect(await submission(gateway)).toMatchObject({
    state: 'MADE',
    resolvedBy: 'LISTING',
    aiJobs: [{ id: made?.jobId }],
    candidates: null,
  });
  await passDelay(gateway);
  expect(lookedAt(gateway)).toBe(2);
  expect(await settled(gateway)).toEqual({ made: 1, failed: 0, refuted: 0 });
  expect((await submit(gateway)).data.submitAIJob.jobs).toMatchObject([{ id: made?.jobId }]);
  expect(gateway.emulator.jobs.submittedAIJobs).toHaveLength(1);
});

it('a lost submission that made no job becomes FAILED after the delay, and its key is sent again', async () => {
  const gateway = await withLostSubmission('reset');
  await passDelay(gateway);
  expect(await submission(gateway)).toMatchObject({ state: 'UNKNOWN', candidates: [] });
  await passDelay(gateway);
  expect(await submission(gateway)).toMatchObject({ state: 'FAILED', resolvedBy: 'LISTING' });
  await passDelay(gateway);
  expect(lookedAt(gateway)).toBe(2);
  expect(await settled(gateway)).toEqual({ made: 0, failed: 1, refuted: 0 });

  expect((await submit(gateway)).data.submitAIJob.jobs).toHaveLength(1);
  expect(gateway.emulator.jobs.submittedAIJobs).toHaveLength(1);
});

it('a lost submission with two candidates stays UNKNOWN, with both', async () => {
  const gateway = await withLostSubmission('resetAfterRunning');
  gateway.emulator.jobs.addAIJob({ jobId: 'console', mediaId: 'v' });

  await passDelay(gateway);
  await passDelay(gateway);
  expect(lookedAt(gateway)).toBe(2);
  expect(await submission(gateway)).toMatchObject({
    state: 'UNKNOWN',
    resolvedBy: null,
    aiJobs: [],
    candidates: [{ type: 'VIDEO_TAG' }, { type: 'VIDEO_TAG' }],
  });
  expect(await settled(gateway)).toEqual({ made: 0, failed: 0, refuted: 0 });
});

it('asks nothing if the response arrived', async () => {
  const gateway = await runningGateway({ events: { settleDelayMs } });
  await submit(gateway);
  await passDelay(gateway);
  expect(gateway.emulator.calls.map(({ action }) => action)).not.toContain('ListJobInfo');
});
