import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { JobEvent } from '../../../src/emulator/events/event.ts';
import { listening } from '../../support/listening.ts';

/** A request to the receiver's URL. */
export interface ReceivedEvent {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly event: JobEvent;
}

/** A server that receives events until the test ends. */
export interface EventReceiver {
  readonly url: string;
  readonly received: readonly ReceivedEvent[];
  /** Responds to each request. The default responds with 200. */
  respond: (response: ServerResponse) => void;
}

export async function eventReceiver(): Promise<EventReceiver> {
  const received: ReceivedEvent[] = [];
  const receiver = { url: '', received, respond: (response: ServerResponse) => void response.end('{}') };
  const origin = await listening(async (message, response) => {
    let text = '';
    for await (const chunk of message) text += String(chunk);
    const { method, url: path, headers } = message;
    received.push({ method, path, headers, text, event: JSON.parse(text) as JobEvent });
    receiver.respond(response);
  });
  return Object.assign(receiver, { url: `${origin}/callbacks/vod` });
}

/** `UserData` of a job with its own callback URL. */
export function userDataTo(url: string): string {
  return JSON.stringify({ MessageCallback: { CallbackURL: url, CallbackType: 'http' } });
}
