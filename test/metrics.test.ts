import { expect, it } from 'vitest';
import { AIJobsDocument } from '../schema/generated/graphql.ts';
import { listening } from './listening.ts';
import { finishedJobs, runningGateway } from './running-gateway.ts';

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
