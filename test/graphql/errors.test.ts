import { describe, expect, it } from 'vitest';
import { AIJobDocument } from '../../schema/generated/graphql.ts';
import { collectedLog } from '../support/collected-logs.ts';
import { finishedJobs, runningGateway } from '../support/running-gateway.ts';

const id = 'job-0';

describe('an error of VOD', () => {
  it.each([
    ['throttle', 'UPSTREAM_THROTTLED', 'Throttling.User'],
    ['unavailable', 'UPSTREAM_UNAVAILABLE', 'ServiceUnavailable'],
    ['internalError', 'UPSTREAM_UNAVAILABLE', 'InternalError'],
    ['reset', 'UPSTREAM_UNAVAILABLE', null],
    ['emptyBody', 'UPSTREAM_INVALID_RESPONSE', null],
    ['wrongShape', 'UPSTREAM_INVALID_RESPONSE', null],
  ] as const)('%s is %s', async (kind, code, upstreamCode) => {
    const { query, emulator } = await runningGateway();
    emulator.faults.add({ kind });

    const { data, errors } = await query(AIJobDocument, { id });

    expect(data).toEqual({ aiJob: null });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.path).toEqual(['aiJob']);
    expect(errors?.[0]?.extensions).toEqual({
      code,
      ...(kind === 'throttle' && { retryAfterMs: expect.any(Number) }),
      upstream: {
        action: 'ListAIJob',
        code: upstreamCode,
        requestId: kind === 'reset' ? null : emulator.calls.at(-1)?.requestId,
      },
    });
  });

  it('does not quote a proxy’s HTML page', async () => {
    const { query, emulator } = await runningGateway();
    emulator.faults.add({ kind: 'html', status: 200 });

    const { errors } = await query(AIJobDocument, { id });

    expect(errors?.[0]?.extensions.code).toBe('UPSTREAM_INVALID_RESPONSE');
    expect(JSON.stringify(errors)).not.toMatch(/<|proxy|nginx/i);
    expect(errors?.[0]?.message).toMatch(/HTTP 200 with a body of \d+ bytes of type text\/html/);
  });

  it('is UPSTREAM_TIMEOUT when VOD has not responded before the deadline', async () => {
    const { query, emulator, clock } = await runningGateway({ timeoutMs: 3_000 });
    emulator.faults.add({ kind: 'stall' });

    const answer = query(AIJobDocument, { id });
    await expect.poll(() => emulator.calls.length).toBe(1);
    clock.advance(3_000);

    const { errors } = await answer;
    expect(errors?.[0]?.message).toBe('VOD did not respond to ListAIJob within 3000 ms');
    expect(errors?.[0]?.extensions.code).toBe('UPSTREAM_TIMEOUT');
  });

  it('is hidden by a retry if it is temporary', async () => {
    const { query, emulator } = await runningGateway();
    finishedJobs(emulator, 1);
    emulator.faults.add({ kind: 'throttle', times: 1 });
    emulator.faults.add({ kind: 'reset', times: 1 });
    emulator.faults.add({ kind: 'html', status: 502, times: 1 });

    const { data, errors } = await query(AIJobDocument, { id });

    expect(errors).toBeUndefined();
    expect(data.aiJob?.status).toBe('SUCCESS');
    expect(emulator.calls).toHaveLength(4);
  });

  it('is hidden if it is about a wrong clock: signatures then use VOD’s time, and the log warns once', async () => {
    const warnings: unknown[] = [];
    const { query, emulator } = await runningGateway({
      log: collectedLog((line) => {
        const { level, msg, offsetMs } = JSON.parse(line);
        if (level === 40) warnings.push({ msg, offsetMs });
      }),
      emulator: { now: () => Date.parse('2026-01-01T00:40:00Z') },
    });
    finishedJobs(emulator, 1);

    const read = await query(AIJobDocument, { id });
    const submit = await query('mutation { submitAIJob(input: { videoId: "v" }) { requestId } }');

    expect([read.errors, submit.errors]).toEqual([undefined, undefined]);
    expect(emulator.calls.map(({ outcome }) => outcome)).toEqual(['InvalidTimeStamp.Expired', 'ok', 'ok']);
    expect(warnings).toEqual([
      { msg: "VOD refused this machine's clock: signatures now use VOD's time", offsetMs: 2_400_000 },
    ]);
  });

  it('is UPSTREAM_REJECTED without VOD’s message if it is about the account', async () => {
    const { query } = await runningGateway({ emulator: { now: () => 0 } });

    const read = await query(AIJobDocument, { id });
    const submit = await query('mutation { submitAIJob(input: { videoId: "v" }) { requestId } }');

    for (const { errors } of [read, submit]) {
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'UPSTREAM_REJECTED',
        upstream: { code: 'InvalidTimeStamp.Expired' },
      });
      expect(errors?.[0]?.message).toMatch(/^VOD rejected \w+: InvalidTimeStamp\.Expired$/);
    }
  });
});

describe('a job that cannot be decoded', () => {
  it('is an error of the field, and `data` still has its text', async () => {
    const { query, emulator } = await runningGateway();
    emulator.jobs.addAIJob({ jobId: 'bad-data', status: 'success', mediaId: 'v', data: '{"Person":' });
    emulator.jobs.addAIJob({ jobId: 'bad-status', status: 'paused', mediaId: 'v' } as never);

    const { data, errors = [] } = await query(
      '{ aiJobs(ids: ["bad-data", "bad-status"]) { id status video { id } result { __typename } data } }',
    );

    expect(data.aiJobs[0]).toEqual({
      id: 'bad-data',
      status: 'SUCCESS',
      video: { id: 'v' },
      result: null,
      data: '{"Person":',
    });
    expect(data.aiJobs[1]).toMatchObject({ id: 'bad-status', status: null, video: { id: 'v' } });
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['aiJobs', 0, 'result'], 'UPSTREAM_INVALID_RESPONSE'],
      [['aiJobs', 1, 'status'], 'UPSTREAM_INVALID_RESPONSE'],
    ]);
    expect(errors[0]?.message).toBe('Data of ListAIJob: expected JSON; got 10 characters that are not JSON');
    expect(errors[1]?.message).toBe(
      'Status of ListAIJob: expected init, processing, success or fail; got paused',
    );
    expect(errors[0]?.extensions.upstream).toEqual({
      action: 'ListAIJob',
      code: null,
      requestId: emulator.calls[0]?.requestId,
    });
  });
});

describe('an invalid request', () => {
  it.each([
    ['syntax', '{ aiJob(', {}],
    ['an unknown field', '{ nothing }', {}],
    ['a variable of the wrong type', 'query ($id: ID!) { aiJob(id: $id) { id } }', { id: {} }],
    ['a missing variable', 'query ($id: ID!) { aiJob(id: $id) { id } }', {}],
    [
      'a value that no enum has',
      'mutation { submitAIJob(input: { videoId: "v", types: [FACE] }) { requestId } }',
      {},
    ],
    ['no such operation', 'query A { aiJob(id: "a") { id } } query B { aiJob(id: "a") { id } }', {}],
  ])('%s is BAD_USER_INPUT', async (_name, document, variables) => {
    const { query, emulator } = await runningGateway();

    const { errors } = await query(document, variables);

    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(emulator.calls).toHaveLength(0);
  });
});
