import { expect } from 'vitest';
import { listening } from './listening.ts';
import type { RunningGatewayOptions } from './running-gateway.ts';
import { runningGateway } from './running-gateway.ts';

/** A response without the headers that depend on its framing and its time. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const framing = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding']);
/** Ids that VOD and the ledger make up. Calls that run at the same time get theirs in any order. */
const madeUp =
  /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|\b0[0-9a-z]{8}[0-9a-f]{18}\b/gi;
/** The cursors of lists hold such ids: they are JSON arrays of a time and an id, in base64. */
const cursors = /\bWzE[\w-]{30,}/g;

/**
 * Two equal gateways. The first gets each request at `/graphql`, where a POST of JSON goes straight to the engine; the second
 * gets it at `/graphql/`, which Yoga handles. Returns a `fetch` that fails unless both send the same status, headers and body.
 */
export async function bothWays(options: RunningGatewayOptions = {}) {
  const startOne = async (path: string) => {
    const { app, emulator, clock } = await runningGateway({ ...options, emulator: { random: () => 0.5 } });
    return { emulator, clock, url: `${await listening(app.listener)}${path}` };
  };
  const gateways = await Promise.all(['/graphql', '/graphql/'].map(startOne));
  return {
    emulators: gateways.map(({ emulator }) => emulator),
    async fetch(init?: RequestInit, search = ''): Promise<Response> {
      // What has the same time is listed by its id, which is random.
      for (const { clock } of gateways) clock.advance(1_000);
      const [response, other] = await Promise.all(
        gateways.map(async ({ url }) => fetch(`${url}${search}`, init)),
      );
      if (!response || !other) throw new Error('expected two gateways');
      const answer = await answerOf(response.clone());
      expect(answer).toEqual(await answerOf(other));
      return response;
    },
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !framing.has(name)));
  const body = (await response.text())
    .replaceAll(cursors, (cursor) => Buffer.from(cursor, 'base64').toString())
    // Each emulator has an address of its own, which its pictures name.
    .replaceAll(/127\.0\.0\.1:\d+/g, '(emulator)')
    .replaceAll(madeUp, '(id)');
  return { status: response.status, headers, body };
}
