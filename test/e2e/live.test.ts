import { describe, expect, it } from 'vitest';
import { SubmitAIJobDocument } from '../../schema/generated/graphql.ts';
import { streamingAt, transports } from '../graphql/transports/streaming.ts';
import { startGateway, upstreamSettings } from '../support/gateway-process.ts';
import { createDatabase } from '../support/postgres.ts';
import { runningEmulator } from '../support/running-emulator.ts';
import { execute } from './client.ts';

const input = { videoId: 'video', types: ['VIDEO_TAG' as const] };

async function submit(origin: string): Promise<string> {
  const { data } = await execute(origin, SubmitAIJobDocument, { input });
  return data.submitAIJob.jobs?.[0]?.id ?? '';
}

describe('SIGTERM', () => {
  it('ends all streams at once, so that clients reconnect elsewhere, and exits with 0', async () => {
    const gateway = startGateway();
    const origin = await gateway.origin();
    const id = await submit(origin);
    const subscribers = transports.map((transport) => streamingAt(origin).over(transport)([id]));
    await expect.poll(() => subscribers.every(({ seen }) => seen.length > 0)).toBe(true);

    gateway.signal('SIGTERM');

    expect(await Promise.all(subscribers.map(({ end }) => end))).toEqual(transports.map(() => 'lost'));
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
  });
});

describe('two gateways on one Postgres', () => {
  it('send every final state to the subscribers of one gateway after the other was killed', {
    timeout: 60_000,
  }, async () => {
    const env = {
      ...upstreamSettings(await runningEmulator()),
      DATABASE_URL: await createDatabase(),
      // The jobs that the killed gateway has claimed are free again 5 seconds after this timeout.
      VOD_TIMEOUT_MS: '2000',
    };
    const [one, other] = [startGateway(env), startGateway(env)];
    const origins = await Promise.all([one.origin(), other.origin()]);
    const ids = await Promise.all(Array.from({ length: 20 }, () => submit(origins[0])));
    const subscriber = streamingAt(origins[1]).over('graphql-ws')(ids);
    await expect.poll(() => subscriber.seen.length).toBeGreaterThanOrEqual(ids.length);

    one.signal('SIGKILL');

    expect(await subscriber.end).toBe('complete');
    const ends = subscriber.seen.filter((line) => line.endsWith('SUCCESS'));
    expect(ends.toSorted()).toEqual(ids.map((id) => `${id} SUCCESS`).toSorted());
  });
});
