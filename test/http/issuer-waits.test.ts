import { expect, it } from 'vitest';
import { post } from '../security/every-transport.ts';
import { closedGateway, keys } from '../support/closed-gateway.ts';
import { listening } from '../support/listening.ts';

const operation = { query: '{ __typename }' };

it('API keys get through while the key set of the issuer hangs and tokens with unknown keys flood in', async () => {
  const { app, issuer } = await closedGateway({ limits: { maxConcurrentRequests: 4 } });
  const url = `${await listening(app.listener)}/graphql`;
  const known = { authorization: `Bearer ${await issuer.token()}` };
  expect((await post(url, operation, known)).status).toBe(200);
  const release = issuer.hold();
  const tokens = await Promise.all(
    Array.from({ length: 50 }, (_, index) => issuer.token({}, { kid: `made-up-${index}` })),
  );
  let answered = 0;
  // Within the cooldown, the flood is refused at once. After it, one token causes a read.
  const flood = Promise.all(
    tokens.map(async (token) => {
      const { status } = await post(url, operation, { authorization: `Bearer ${token}` });
      answered++;
      return status;
    }),
  );
  expect(new Set(await flood)).toEqual(new Set([401]));
  expect([answered, issuer.asked]).toEqual([50, 1]);
  release();
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
  expect(statuses.slice(0, -1)).toEqual(tokens.map(() => 401));
  expect(statuses.at(-1)).toBe(200);
  expect(issuer.asked).toBe(1);
});
