import { median, times } from '../lookups/table.ts';
import { Subscribers } from './clients.ts';
import { LiveGateway } from './gateway.ts';
import { OLD_MS } from './latency.ts';
import { inLanes, monotonicMs } from './messages.ts';

/** How many events a second one process can tell a thousand subscribers, each of whom follows all of the jobs. */

export const CROWD = 1_000;
const EVENTS = 50;
/** How many events are on their way at once. */
const EVENTS_AT_ONCE = 16;

export interface CrowdMeasurement {
  /** Events that all subscribers were told of, a second. */
  readonly eventsPerSecond: number;
  /** The gateway's processor time for one message to one subscriber. */
  readonly cpuMicros: number;
}

/** A gateway that is measured. */
export interface CrowdContestant {
  readonly title: string;
  /** The checkout to run; the present one if it is left out. */
  readonly root?: string;
}

async function measureCrowd(live: LiveGateway, subscribers: Subscribers): Promise<CrowdMeasurement> {
  const ids = live.addJobs(EVENTS, OLD_MS);
  const { ended } = await subscribers.gather(live.url, CROWD, ids);
  live.finish(ids);
  const cpuBefore = live.cpuMs;
  const startedAt = monotonicMs();
  await inLanes(EVENTS_AT_ONCE, ids, (id) => live.postEvent(id, () => {}));
  const { at, messages } = await ended;
  // The first state of each job, and then its final one.
  const expected = 2 * EVENTS * CROWD;
  if (messages !== expected) throw new Error(`expected ${expected} messages; got ${messages}`);
  return {
    eventsPerSecond: (1_000 * EVENTS) / (at - startedAt),
    cpuMicros: (1_000 * (live.cpuMs - cpuBefore)) / (EVENTS * CROWD),
  };
}

export type CrowdResult = ReadonlyMap<CrowdContestant, readonly CrowdMeasurement[]>;

/** Measures each gateway in each round, one after the other. The first round warms up and does not count. */
export async function runCrowd(
  contestants: readonly CrowdContestant[],
  rounds: number,
): Promise<CrowdResult> {
  const result = new Map<CrowdContestant, CrowdMeasurement[]>();
  const running: { live: LiveGateway; contestant: CrowdContestant; subscribers: Subscribers }[] = [];
  try {
    for (const contestant of contestants) {
      const live = await LiveGateway.start(contestant.root);
      running.push({ live, contestant, subscribers: new Subscribers() });
      result.set(contestant, []);
    }
    for (let round = 0; round <= rounds; round++) {
      for (const { live, contestant, subscribers } of running) {
        const measured = await measureCrowd(live, subscribers);
        if (round > 0) result.get(contestant)?.push(measured);
      }
    }
  } finally {
    for (const { live, subscribers } of running) {
      subscribers.close();
      await live.close();
    }
  }
  return result;
}

/** The table in Markdown. Ratios are to the first gateway, and medians of the ratios within each round. */
export function crowdTable(result: CrowdResult): string {
  const [base = []] = result.values();
  const cell = (rounds: readonly CrowdMeasurement[], name: keyof CrowdMeasurement) => {
    const ratios = rounds.map((round, i) => round[name] / (base[i]?.[name] ?? Number.NaN));
    return `${times(median(ratios))} (${median(rounds.map((round) => round[name])).toFixed(1)})`;
  };
  return [
    `### Events to ${CROWD} subscribers, who each follow ${EVENTS} jobs`,
    '',
    '| | events/s, each to all subscribers | CPU a message, µs |',
    '|---|---|---|',
    ...[...result].map(
      ([{ title }, rounds]) =>
        `| ${title} | ${cell(rounds, 'eventsPerSecond')} | ${cell(rounds, 'cpuMicros')} |`,
    ),
  ].join('\n');
}
