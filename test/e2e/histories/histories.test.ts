import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { describeProblem } from './history.ts';
import { runHistory } from './run.ts';

const timeout = 120_000;

describe('two gateways on one Postgres', () => {
  // `npm run histories` sends 10,000 submits.
  it('keep every rule while processes, database, network, clocks and VOD fail', { timeout }, async () => {
    const seed = randomInt(2 ** 31);
    const { problems, counts } = await runHistory({ submits: 250, seed });

    expect(problems.map(describeProblem), `seed ${seed}`).toEqual([]);
    expect(counts.ok, `seed ${seed}`).toBeGreaterThan(20);
    expect(counts.skewedStarts).toBeGreaterThan(1);
  });

  it('are caught when their database forgets submissions, so that keys are sent twice', {
    timeout,
  }, async () => {
    const { problems } = await runHistory({ submits: 80, seed: 1, isDisturbed: false, sabotage: forget });

    const doubled = problems.find(({ rule }) => /: made \d+ submissions: /.test(rule));
    expect(doubled?.operations.length).toBeGreaterThan(1);
  });
});

/** Marks submissions with jobs as ones that VOD did not run, again and again. */
async function forget(databaseUrl: string, signal: AbortSignal): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  while (!signal.aborted) {
    await client.query(`update submissions set state = 'FAILED' where state = 'MADE'`);
    await sleep(20);
  }
  await client.end();
}
