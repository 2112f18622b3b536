import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import type { JobEvent } from '../../src/emulator/events/event.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/server.ts';
import { listening } from '../support/listening.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** A request that came to the receiver's URL. */
export interface ReceivedEvent {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly event: JobEvent;
}

/** Somebody who listens for events until the test ends. */
export interface EventReceiver {
  readonly url: string;
  readonly received: readonly ReceivedEvent[];
  /** How requests are answered from now on; at first with 200. */
  answer: (response: ServerResponse) => void;
}

export async function eventReceiver(): Promise<EventReceiver> {
  const received: ReceivedEvent[] = [];
  const receiver = { url: '', received, answer: (response: ServerResponse) => void response.end('{}') };
  const origin = await listening(async (message, response) => {
    let text = '';
    for await (const chunk of message) text += String(chunk);
    const { method, url: path, headers } = message;
    received.push({ method, path, headers, text, event: JSON.parse(text) as JobEvent });
    receiver.answer(response);
  });
  return Object.assign(receiver, { url: `${origin}/callbacks/vod` });
}

/** An emulator all of whose time the test moves by hand; ends with the test. */
export async function emulatorOnManualClock(
  options: EmulatorOptions = {},
): Promise<{ emulator: Emulator; clock: ManualClock }> {
  const clock = new ManualClock();
  const emulator = await startEmulator({
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    ...options,
  });
  onTestFinished(() => emulator.close());
  return { emulator, clock };
}

/** `UserData` of a job whose event goes to an URL of its own. */
export function userDataTo(url: string, extend?: unknown): string {
  return JSON.stringify({ MessageCallback: { CallbackURL: url, CallbackType: 'http' }, Extend: extend });
}

/** Waits, without a timer, until something shows that happens over sockets. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
