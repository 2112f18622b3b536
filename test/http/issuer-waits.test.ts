import { expect, it } from 'vitest';
import { post } from '../security/every-transport.ts';
import { closedGateway, keys } from '../support/closed-gateway.ts';
import { listening } from '../support/listening.ts';

const operation = { query: '{ __typename }' };

it('API keys and known tokens get through while the key set hangs and tokens with unknown keys flood in', async () => {
  const { app, issuer, clock } = await closedGateway({ limits: { maxConcurrentRequests: 4 } });
  const url = `${await listening(app.listener)}/graphql`;
  const known = { authorization: `Bearer ${await issuer.token()}` };
  expect((await post(url, operation, known)).status).toBe(200);
  const tokens = await Promise.all(
    Array.from({ length: 50 }, (_, index) => issuer.token({}, { kid: `made-up-${index}` })),
  );
  const statusOf = async (token = '') =>
    (await post(url, operation, { authorization: `Bearer ${token}` })).status;
  // Too soon after the last read: the unknown key is refused without one.
  expect(await statusOf(tokens[0])).toBe(401);
  clock.advance(31_000);
  const release = issuer.hold();
  const flood = Promise.all(tokens.map(statusOf));
  await expect.poll(() => issuer.asked).toBe(2);

  for (let count = 0; count < 5; count++) {
    expect((await post(url, operation, { 'x-api-key': keys.all })).status).toBe(200);
    expect((await post(url, operation, known)).status).toBe(200);
  }

  release();
  await flood;
  expect(await Promise.all(tokens.map(statusOf))).not.toContain(200);
  expect(issuer.asked).toBe(2);
});

it('a request that waits for the key set holds no slot', async () => {
  const { app, issuer } = await closedGateway({ limits: { maxConcurrentRequests: 4 } });
  const url = `${await listening(app.listener)}/graphql`;
  const release = issuer.hold();
  const tokens = await Promise.all(
    Array.from({ length: 50 }, (_, index) => issuer.token({}, { kid: `made-up-${index}` })),
  );
  const valid = await issuer.token();
  const flood: Promise<number>[] = [];
  // One at a time, so that it is not the number of slots for new requests that is met.
  for (const token of [...tokens, valid]) {
    flood.push(post(url, operation, { authorization: `Bearer ${token}` }).then(({ status }) => status));
    const { status } = await post(url, operation, { 'x-api-key': keys.all });
    expect(status).toBe(200);
  }
  await expect.poll(() => issuer.asked).toBe(1);
  release();
  const statuses = await Promise.all(flood);
  // One address may be wrong ten times a minute.
  expect(statuses.slice(0, -1).toSorted()).toEqual(tokens.map((_, index) => (index < 10 ? 401 : 429)));
  expect(statuses.at(-1)).toBe(200);
  expect(issuer.asked).toBe(1);
});
