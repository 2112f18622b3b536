import { describe, expect, it } from 'vitest';
import { closedGateway, entriesOf, keys } from '../../support/closed-gateway.ts';
import { streaming, transports } from './streaming.ts';

/** The lifetime of a token. */
const HOUR_MS = 3_600_000;

async function closed() {
  const gateway = await closedGateway();
  gateway.emulator.jobs.addAIJob({ jobId: 'job', createdAt: gateway.clock.now() });
  const active = async () =>
    /subscriptions_active (\d+)/.exec((await gateway.app.metrics.text()).body)?.[1] ?? 'none';
  return { ...gateway, lookups: gateway.lookups, active };
}

describe.each(transports)('over %s', (transport) => {
  it('ends a subscription with an error when its token expires', async () => {
    const gateway = await closed();
    const authorization = `Bearer ${await gateway.issuer.token()}`;
    const subscriber = (await streaming(gateway, { authorization })).over(transport)(['job']);
    await expect.poll(() => subscriber.seen).toEqual(['job INIT']);
    gateway.clock.advance(HOUR_MS / 2);
    expect(subscriber.errors).toEqual([]);

    gateway.clock.advance(HOUR_MS / 2);

    expect(await subscriber.end).toBe('complete');
    expect(subscriber.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    await expect.poll(gateway.active).toBe('0');
  });

  it('ends a subscription with an error when its key is revoked, and not those of other keys', async () => {
    const gateway = await closed();
    const subscribers = await Promise.all(
      [keys.reader, keys.all].map(async (key) =>
        (await streaming(gateway, { 'x-api-key': key })).over(transport)(['job']),
      ),
    );
    await expect.poll(() => subscribers.map(({ seen }) => seen)).toEqual([['job INIT'], ['job INIT']]);

    gateway.file.write(entriesOf(['all']));

    expect(await subscribers[0]?.end).toBe('complete');
    expect(subscribers[0]?.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    await expect.poll(gateway.active).toBe('1');
    expect(subscribers[1]?.errors).toEqual([]);
    gateway.clock.advance(60_000);
    expect(await subscribers[1]?.end).toBe('complete');
    expect(subscribers[1]?.seen.at(-1)).toBe('job SUCCESS');
  });

  it('reports no expiry after a subscription has completed', async () => {
    const gateway = await closed();
    const authorization = `Bearer ${await gateway.issuer.token()}`;
    const subscriber = (await streaming(gateway, { authorization })).over(transport)(['job']);
    await expect.poll(() => subscriber.seen).toEqual(['job INIT']);
    gateway.clock.advance(60_000);
    expect(await subscriber.end).toBe('complete');
    gateway.clock.advance(HOUR_MS);
    expect(subscriber.errors).toEqual([]);
    expect(subscriber.seen.at(-1)).toBe('job SUCCESS');
  });

  it('rejects a caller without the scope jobs:read', async () => {
    const gateway = await closed();
    const subscriber = (await streaming(gateway, { 'x-api-key': keys.submitter })).over(transport)(['job']);
    expect(await subscriber.end).toBe('complete');
    expect(subscriber.seen).toEqual([]);
    expect(subscriber.errors).toMatchObject([{ path: ['aiJobUpdated'], extensions: { code: 'FORBIDDEN' } }]);
    expect(gateway.emulator.calls).toEqual([]);
  });

  it('rejects a client without credentials', async () => {
    const gateway = await closed();
    const subscriber = (await streaming(gateway)).over(transport)(['job']);
    expect(await subscriber.end).toBe('lost');
    expect(subscriber.seen).toEqual([]);
    expect(gateway.emulator.calls).toEqual([]);
  });
});
