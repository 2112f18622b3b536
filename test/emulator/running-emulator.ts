import { onTestFinished } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/server.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** The time at which the clock of a {@link TestEmulator} starts. */
export const start = Date.UTC(2026, 0, 2, 3, 4, 5);

/** An emulator on a clock that only the test moves. */
export interface TestEmulator extends Emulator {
  readonly clock: ManualClock;
}

/** Starts an emulator without rate limits and closes it when the test ends. */
export async function runningEmulator(options: EmulatorOptions = {}): Promise<TestEmulator> {
  const clock = new ManualClock(start);
  const emulator = await startEmulator({
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    qps: {},
    ...options,
  });
  onTestFinished(() => emulator.close());
  return Object.assign(emulator, { clock });
}

/** Waits, without a timer, for a condition that depends on sockets. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
