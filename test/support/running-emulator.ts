import { onTestFinished } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/server.ts';

/** Starts an emulator with the machine's clock and without rate limits. It ends with the test. */
export async function runningEmulator(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await startEmulator({ qps: {}, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}
