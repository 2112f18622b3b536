import { expect, it } from 'vitest';
import { AIJobsDocument, SubmitAIJobDocument } from '../../schema/generated/graphql.ts';
import { listening } from '../support/listening.ts';
import { finishedJobs, runningGateway } from '../support/running-gateway.ts';

it('/metrics tells what lookups cost, and what they did not', async () => {
  const { app, query, emulator } = await runningGateway();
  const ids = finishedJobs(emulator, 12);
  emulator.faults.add({ kind: 'throttle', times: 1 });
  await query(AIJobsDocument, { ids });
  await query(AIJobsDocument, { ids: [...ids, 'no-such-job'] });

  const response = await fetch(`${await listening(app.listener)}/metrics`);
  const text = await response.text();

  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const value = (name: string) =>
    Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1]);
  expect(value('job_lookups_total{action="ListAIJob"}')).toBe(25);
  expect(value('job_lookup_cache_hits_total{action="ListAIJob"}')).toBe(12);
  expect(value('job_lookup_joined_total{action="ListAIJob"}')).toBe(0);
  expect(value('job_lookup_calls_total{action="ListAIJob"}')).toBe(3);
  expect(value('job_lookup_ids_per_call_sum{action="ListAIJob"}')).toBe(13);
  expect(value('job_lookup_ids_per_call_bucket{le="9",action="ListAIJob"}')).toBe(2);
  expect(value('job_lookup_wait_seconds_count{action="ListAIJob"}')).toBe(3);
  expect(value('job_lookup_queue_ids{action="ListAIJob"}')).toBe(0);
  expect(value('vod_attempts_total{action="ListAIJob",outcome="ok"}')).toBe(3);
  expect(value('vod_throttles_total{action="ListAIJob"}')).toBe(1);
  expect(value('vod_retries_total{action="ListAIJob"}')).toBe(1);
  expect(value('vod_rate_calls_per_second{action="GetAIImageJobs"}')).toBe(1_000);
  expect(value('vod_rate_calls_per_second{action="ListAIJob"}')).toBeLessThan(1_000);
});

it('/metrics tells what operations came to, and what their clients made up is no label', async () => {
  const { app, query, emulator } = await runningGateway();
  const ids = finishedJobs(emulator, 1);
  await query(AIJobsDocument, { ids });
  emulator.faults.add({ kind: 'html', status: 200, times: 1 });
  await query('query MadeUpName { aiJob(id: "made-up-id") { status } }');
  await query('{ madeUpField }');
  emulator.faults.add({ kind: 'resetAfterRunning', times: 1 });
  await query(SubmitAIJobDocument, { input: { videoId: 'v' } });

  const { body } = await app.metrics.text();
  for (const line of [
    'graphql_requests_total{type="query",outcome="ok"} 1',
    'graphql_requests_total{type="query",outcome="errors"} 1',
    'graphql_requests_total{type="unknown",outcome="refused"} 1',
    'graphql_request_duration_seconds_count{type="query"} 2',
    'graphql_errors_total{code="UPSTREAM_INVALID_RESPONSE"} 1',
    'graphql_errors_total{code="BAD_USER_INPUT"} 1',
    'graphql_errors_total{code="SUBMISSION_OUTCOME_UNKNOWN"} 1',
    'requests_refused_total{reason="overload"} 0',
    'vod_events_total{outcome="not_recorded"} 0',
    'submissions_settled_total{outcome="refuted"} 0',
    'vod_circuit_open 0',
    'ledger_up 1',
    'gateway_ready 1',
  ]) {
    expect(body.split('\n')).toContain(line);
  }
  expect(body).not.toMatch(/MadeUp|made-up/i);
});

it('/metrics tells who was refused, and why', async () => {
  const { app, query } = await runningGateway({
    limits: { operationsPerMinute: 1, maxConcurrentRequests: 1 },
  });
  const origin = await listening(app.listener);
  await query('{ __typename }');
  await query('{ __typename }');
  // The first has not sent all of its body: it is unfinished.
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{')),
  });
  const leaving = new AbortController();
  const unfinished = fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    duplex: 'half',
    signal: leaving.signal,
  } as RequestInit).catch(() => {});
  await expect.poll(async () => (await fetch(`${origin}/graphql?query={__typename}`)).status).toBe(503);
  leaving.abort();
  await unfinished;

  const { body: text } = await app.metrics.text();
  expect(text).toContain('requests_refused_total{reason="rate_limit"} 1\n');
  expect(text).toMatch(/requests_refused_total\{reason="overload"\} [1-9]/);
});

it('/metrics tells what the ledger did, and that it is out of reach', async () => {
  const { app, query, ledger } = await runningGateway();
  const origin = await listening(app.listener);
  const lines = async () => (await app.metrics.text()).body.split('\n');
  expect((await fetch(`${origin}/ready`)).status).toBe(200);
  expect(await lines()).toContain('ledger_duration_seconds_count{method="check"} 1');

  await ledger.close();
  await query(SubmitAIJobDocument, { input: { videoId: 'v' } });
  expect(await lines()).toContain('ledger_errors_total{method="begin"} 1');
  expect((await fetch(`${origin}/ready`)).status).toBe(503);

  expect(await lines()).toEqual(expect.arrayContaining(['ledger_up 0', 'gateway_ready 0']));
});
