import { onTestFinished } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/server.ts';
import { callV3, start } from './signed-call.ts';

/** A clock that only moves when it is told to. */
export interface Clock {
  /** Unix ms. */
  at: number;
}

/** Starts an emulator with a clock of its own for the test that is running, and closes it when the test ends. */
export async function runningEmulator(options: EmulatorOptions = {}): Promise<Emulator & { clock: Clock }> {
  const clock = { at: start };
  const emulator = await startEmulator({ now: () => clock.at, ...options });
  onTestFinished(() => emulator.close());
  return Object.assign(emulator, { clock });
}

/** Submits a job and gives its id. */
export async function submitted(emulator: Emulator, parameters: Record<string, string>): Promise<string> {
  const { body } = await callV3(emulator, 'SubmitAIJob', { Types: 'AIVideoTag', ...parameters });
  const { AIJob } = body.AIJobList as { AIJob: { JobId: string }[] };
  const jobId = AIJob[0]?.JobId;
  if (jobId === undefined) throw new Error(`expected a job, got ${JSON.stringify(body)}`);
  return jobId;
}

/** The one job that ListAIJob tells of. */
export async function listed(
  emulator: Emulator & { clock: Clock },
  jobId: string,
): Promise<Record<string, string>> {
  const { body } = await callV3(emulator, 'ListAIJob', { JobIds: jobId }, { at: emulator.clock.at });
  const { AIJob } = body.AIJobList as { AIJob: Record<string, string>[] };
  const job = AIJob[0];
  if (job === undefined) throw new Error(`expected a job, got ${JSON.stringify(body)}`);
  return job;
}
