import { describe, expect, it, onTestFinished } from 'vitest';
import { createRateCounter } from '../../../src/auth/rate-limits.ts';
import { startIssuer } from '../../auth/issuer.ts';
import { keyFile } from '../../auth/key-file.ts';
import { everyTransport, post, transports } from '../../security/every-transport.ts';
import { entriesOf, keys } from '../../support/closed-gateway.ts';
import { collectedLog, keepSecret } from '../../support/collected-logs.ts';
import { listening } from '../../support/listening.ts';
import { createDatabase } from '../../support/postgres.ts';
import { type ResponseError, runningGateway } from '../../support/running-gateway.ts';

const submit = (alias: string) =>
  `${alias}: submitAIJob(input: { videoId: "v", types: [VIDEO_TAG] }) { jobs { id } }`;

describe.each(transports)('over %s', (transport) => {
  it('rejects operations beyond the limit before a call to VOD', async () => {
    const gateway = await runningGateway({ limits: { operationsPerMinute: 2 } });
    const { ask } = await everyTransport(gateway);
    const query = '{ aiJob(id: "a") { id } }';
    expect((await ask[transport]({ query })).errors).toBeUndefined();
    expect((await ask[transport]({ query })).errors).toBeUndefined();
    const { length } = gateway.emulator.calls;

    const { data, errors = [] } = await ask[transport]({ query });

    expect(data ?? null).toBeNull();
    expect(errors[0]?.message).toBe('expected at most 2 operations a minute; got one more');
    expect(errors[0]?.extensions).toEqual({
      code: 'RATE_LIMITED',
      limit: { name: 'operationsPerMinute', value: 2 },
      retryAfterMs: expect.any(Number),
    });
    expect(gateway.emulator.calls.length).toBe(length);
  });

  it('counts a subscription as an operation', async () => {
    const { ask } = await everyTransport(await runningGateway({ limits: { operationsPerMinute: 1 } }));
    await ask[transport]({ query: '{ __typename }' });
    const { errors } = await ask[transport]({ query: 'subscription { aiJobUpdated(ids: ["a"]) { id } }' });
    expect(errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
  });
});

describe.each(transports)('over %s, refused operations count, too:', (transport) => {
  it.each([
    ['a document that cannot be parsed', '{'],
    ['an invalid document', '{ nothing }'],
    ['a document beyond a limit', `{ ${'a: __typename '.repeat(101)} }`],
  ])('%s', async (_, query) => {
    const { ask } = await everyTransport(await runningGateway({ limits: { operationsPerMinute: 1 } }));
    expect((await ask[transport]({ query })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    for (const next of [query, '{ __typename }']) {
      expect((await ask[transport]({ query: next })).errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
    }
  });
});

it('counts requests for unknown documents', async () => {
  const { url } = await everyTransport(await runningGateway({ limits: { operationsPerMinute: 2 } }));
  const codes: unknown[] = [];
  for (const body of [
    { documentId: 'unknown' },
    { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } },
    { documentId: 'unknown' },
  ]) {
    const { errors } = (await (await post(url, body)).json()) as { errors: ResponseError[] };
    codes.push(errors[0]?.extensions.code);
  }
  expect(codes).toEqual(['PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_FOUND', 'RATE_LIMITED']);
});

it.each([
  ['a batch', '[{"query":"{ __typename }"}]'],
  ['a text that is not JSON', '{'],
  ['a number', '1'],
  ['an object without a document', '{}'],
  ['an unknown parameter', '{"query":"{ __typename }","other":1}'],
])('counts %s, which is no operation', async (_, body) => {
  const { url } = await everyTransport(await runningGateway({ limits: { operationsPerMinute: 1 } }));
  const send = async (text: string) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: text });
    const { errors } = (await response.json()) as { errors: ResponseError[] };
    return errors[0]?.extensions.code;
  };
  expect(await send(body)).toBe('BAD_USER_INPUT');
  expect(await send('{"query":"{ __typename }"}')).toBe('RATE_LIMITED');
  expect(await send(body)).toBe('RATE_LIMITED');
});

describe('calls to VOD', () => {
  const ids = (from: number, count: number) =>
    JSON.stringify(Array.from({ length: count }, (_, index) => `job-${from + index}`));

  it('count as operations, of which the first is the operation itself', async () => {
    const { query } = await runningGateway({ limits: { operationsPerMinute: 4 } });
    // Two calls, one call, one without a call.
    for (const document of [
      `{ aiJobs(ids: ${ids(0, 20)}) { id } }`,
      '{ aiJob(id: "x") { id } }',
      '{ __typename }',
    ]) {
      expect((await query(document)).errors).toBeUndefined();
    }
    expect((await query('{ __typename }')).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  });

  it('beyond the limit are not made: their fields name it, and others keep their data', async () => {
    const { query, emulator } = await runningGateway({ limits: { operationsPerMinute: 2 } });
    const { data, errors = [] } = await query(
      `{ first: aiJobs(ids: ${ids(0, 10)}) { id } second: aiJobs(ids: ${ids(10, 20)}) { id } kind: __typename }`,
    );
    expect(data.kind).toBe('Query');
    expect(errors.length).toBe(10);
    expect(errors[0]).toMatchObject({
      message: 'expected at most 2 operations a minute; got one more; each call to VOD counts',
      extensions: {
        code: 'RATE_LIMITED',
        limit: { name: 'operationsPerMinute', value: 2 },
        retryAfterMs: expect.any(Number),
      },
    });
    expect(emulator.calls).toHaveLength(2);
  });

  it('of mutations count, too', async () => {
    const { query, emulator } = await runningGateway({ limits: { operationsPerMinute: 2 } });
    const { errors } = await query(`mutation { ${submit('a')} ${submit('b')} ${submit('c')} }`);
    expect(errors).toMatchObject([{ path: ['c'], extensions: { code: 'RATE_LIMITED' } }]);
    expect(emulator.calls.filter(({ action }) => action === 'SubmitAIJob')).toHaveLength(2);
  });
});

it('a key and a token have limits of their own, which replace those of the gateway', async () => {
  const [reader, all] = entriesOf(['reader', 'all']);
  const file = keyFile([reader, { ...all, limits: { operationsPerMinute: 0, submissionsPerDay: 2 } }]);
  for (const key of Object.values(keys)) keepSecret(key);
  // The time at which the gateway's clock starts.
  const issuer = await startIssuer(() => Date.UTC(2026, 0, 1));
  const { app } = await runningGateway({
    limits: { operationsPerMinute: 3, submissionsPerDay: 1 },
    auth: { kind: 'closed', apiKeysFile: file.path, jwt: issuer },
  });
  const url = `${await listening(app.listener)}/graphql`;
  const codesOf = async (headers: Record<string, string>, query: string, count: number) => {
    const codes: unknown[] = [];
    for (let index = 0; index < count; index++) {
      const { errors } = (await (await post(url, { query }, headers)).json()) as { errors?: ResponseError[] };
      codes.push(errors?.[0]?.extensions.code ?? 'ok');
    }
    return codes;
  };
  const key = { 'x-api-key': keys.all };
  expect(await codesOf(key, '{ __typename }', 5)).not.toContain('RATE_LIMITED');
  expect(await codesOf({ 'x-api-key': keys.reader }, '{ __typename }', 4)).toEqual([
    'ok',
    'ok',
    'ok',
    'RATE_LIMITED',
  ]);
  const mutation = `mutation { ${submit('a')} }`;
  expect(await codesOf(key, mutation, 3)).toEqual(['ok', 'ok', 'RATE_LIMITED']);
  const limits = { operationsPerMinute: 2, submissionsPerMinute: 1 };
  const token = { authorization: `Bearer ${await issuer.token({ limits })}` };
  expect(await codesOf(token, mutation, 3)).toEqual(['ok', 'RATE_LIMITED', 'RATE_LIMITED']);
  const unlimited = { authorization: `Bearer ${await issuer.token({ sub: 'bob' })}` };
  expect(await codesOf(unlimited, mutation, 2)).toEqual(['ok', 'RATE_LIMITED']);
});

it('has the status 429 and Retry-After over HTTP', async () => {
  const { url } = await everyTransport(await runningGateway({ limits: { operationsPerMinute: 1 } }));
  await post(url, { query: '{ __typename }' });
  const { status, headers } = await post(url, { query: '{ __typename }' });
  expect(status).toBe(429);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
});

it('counts each submission field against a separate limit, and does not send those beyond it', async () => {
  const { query, emulator } = await runningGateway({ limits: { submissionsPerMinute: 2 } });

  const { errors } = await query(`mutation { ${submit('a')} ${submit('b')} ${submit('c')} }`);

  expect(errors?.map(({ path, message, extensions }) => [path, message, extensions])).toEqual([
    [
      ['c'],
      'expected at most 2 submissions a minute; got one more, which was not sent',
      {
        code: 'RATE_LIMITED',
        limit: { name: 'submissionsPerMinute', value: 2 },
        retryAfterMs: expect.any(Number),
      },
    ],
  ]);
  expect(emulator.calls.filter(({ action }) => action === 'SubmitAIJob')).toHaveLength(2);
  expect((await query('{ aiJob(id: "a") { id } }')).errors).toBeUndefined();
});

it('counts the deletion of a fingerprint as a submission, because only a paid job adds it again', async () => {
  const { query, emulator } = await runningGateway({ limits: { submissionsPerMinute: 2 } });
  const remove = (alias: string) => `${alias}: deleteMediaDNA(input: { videoId: "v" }) { videoId }`;

  const { errors } = await query(`mutation { ${remove('a')} ${remove('b')} ${remove('c')} ${submit('d')} }`);

  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
    [['c'], 'RATE_LIMITED'],
    [['d'], 'RATE_LIMITED'],
  ]);
  expect(emulator.calls.filter(({ action }) => action === 'SubmitMediaDNADeleteJob')).toHaveLength(2);
});

it('has no limit by default', async () => {
  const { query } = await runningGateway();
  for (let count = 0; count < 200; count++) expect((await query('{ __typename }')).errors).toBeUndefined();
});

describe('callers', () => {
  const limits = { operationsPerMinute: 3, submissionsPerMinute: 0 };
  const countingLimit = (
    databaseUrl?: string,
    now: () => number = Date.now,
    log = collectedLog(),
    operationsPerMinute = limits.operationsPerMinute,
  ) => {
    const counting = createRateCounter({ limits: { ...limits, operationsPerMinute }, databaseUrl, log, now });
    onTestFinished(() => counting.close());
    return counting.limits.operations;
  };
  const counter = (...parameters: Parameters<typeof countingLimit>) => {
    const limit = countingLimit(...parameters);
    return async (caller: string) => (await limit.take(caller)) === undefined;
  };

  it('have limits of their own', async () => {
    const take = counter();
    for (let count = 0; count < 3; count++) expect(await take('a')).toBe(true);
    expect(await take('a')).toBe(false);
    expect(await take('b')).toBe(true);
  });

  it('share one limit over all gateways with one Postgres', async () => {
    const databaseUrl = await createDatabase();
    let now = Date.now();
    let failures = 0;
    const log = collectedLog(() => failures++);
    const [one, other] = [counter(databaseUrl, () => now, log), counter(databaseUrl, () => now, log)];
    // Opens all connections first. On a busy machine, that can exceed the timeout of a query, after which each gateway
    // counts in memory for five seconds.
    await expect
      .poll(async () => {
        failures = 0;
        now += 6_000;
        await Promise.all(['b', 'c', 'd'].flatMap((caller) => [one(caller + now), other(caller + now)]));
        return failures;
      })
      .toBe(0);
    const taken = await Promise.all([one('a'), other('a'), one('a'), other('a'), one('a'), other('a')]);
    expect(taken.filter(Boolean)).toHaveLength(3);
    expect(await other(`b${'x'.repeat(1_000)}`)).toBe(true);
  });

  it('take a hundredth of a limit from Postgres at once, and never more than the limit', async () => {
    const databaseUrl = await createDatabase();
    const [one, other] = [0, 1].map(() => countingLimit(databaseUrl, () => 0, collectedLog(), 250));
    let queries = 0;
    let within = 0;
    for (let count = 0; count < 300; count++) {
      for (const limit of [one, other]) {
        const taken = limit?.take('a');
        if (taken instanceof Promise) queries++;
        if ((await taken) === undefined) within++;
      }
    }
    expect(within).toBeGreaterThan(240);
    expect(within).toBeLessThanOrEqual(250);
    // Two of a hundredth, which is 2.
    expect(queries).toBeLessThan(150);
  });

  it('are counted by the process itself while Postgres is out of reach', async () => {
    let now = 0;
    const take = counter('postgres://nobody@127.0.0.1:1/nothing', () => now);
    for (let count = 0; count < 3; count++) expect(await take('a')).toBe(true);
    expect(await take('a')).toBe(false);
    now += 6_000;
    expect(await take('b')).toBe(true);
  });
});
