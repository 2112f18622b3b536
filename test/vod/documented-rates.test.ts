import { expect, it } from 'vitest';
import { documentedRates } from '../../src/vod/documented-rates.ts';
import { runningGateway } from '../support/running-gateway.ts';

const rates = async (callsPerSecond: number | undefined) => {
  const { app } = await runningGateway({ callsPerSecond });
  const { body } = await app.metrics.text();
  return Object.fromEntries(
    [...body.matchAll(/^vod_rate_calls_per_second\{action="(\w+)"\} (\d+)$/gm)].map(([, action, rate]) => [
      action,
      Number(rate),
    ]),
  );
};

it('are the rates at which a gateway starts, where VOD documents one', async () => {
  expect(await rates(undefined)).toEqual({
    ListAIJob: 10_000,
    GetAIImageJobs: 30,
    GetAIMediaAuditJob: 10_000,
  });
  expect(documentedRates.GetAIImageJobs).toBe(30);
});

it('do not apply to a gateway whose rate is configured', async () => {
  expect(await rates(50)).toEqual({ ListAIJob: 50, GetAIImageJobs: 50, GetAIMediaAuditJob: 50 });
});
