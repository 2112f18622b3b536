import { Subscribers } from './clients.ts';
import { type GatewayState, LiveGateway, until } from './gateway.ts';
import { OLD_MS } from './latency.ts';

/** Clients that come and go, over and over, while the jobs that they follow stay under way. */

export const WARM_UP_CYCLES = 2_000;
export const CYCLES = 10_000;
const JOBS = 200;

export interface Cycles {
  readonly before: GatewayState;
  readonly after: GatewayState;
  readonly seconds: number;
  readonly problems: readonly string[];
}

export async function runCycles(): Promise<Cycles> {
  const live = await LiveGateway.start();
  const subscribers = new Subscribers();
  try {
    // The same jobs all the time: what is remembered of jobs, within its bounds, is no growth.
    const ids = live.addJobs(JOBS, OLD_MS);
    const problems = [...(await subscribers.cycle(live.url, ids, WARM_UP_CYCLES))];
    const before = await live.settledState();
    const startedAt = performance.now();
    problems.push(...(await subscribers.cycle(live.url, ids, CYCLES)));
    const seconds = (performance.now() - startedAt) / 1_000;
    await until(async () => (await live.state()).streams === 0, 10_000, 'no stream is open').catch(() => {});
    return { before, after: await live.settledState(), seconds, problems };
  } finally {
    subscribers.close();
    await live.close();
  }
}
