import { type Contestant, plainStack, thisGateway } from './contestants.ts';
import { figure, ratio, type ScenarioResult, times } from './table.ts';

/** What the gateway is meant to reach, and whether it does. */
export interface Verdict {
  readonly met: boolean;
  readonly text: string;
}

type Check = (result: ScenarioResult, others: readonly Contestant[]) => readonly Verdict[];

const checks: Readonly<Record<string, Check>> = {
  'one-unfinished': (result, others) => {
    const calls = figure(result, thisGateway, 'callsPerLookup');
    const few: Verdict = {
      met: calls <= 0.15,
      text: `One unfinished job a request: at most 0.15 calls a lookup; ${calls.toFixed(3)}.`,
    };
    if (!others.includes(plainStack)) return [few];
    const p99 = ratio(result, thisGateway, plainStack, 'p99Ms');
    return [
      few,
      {
        met: p99 <= 1,
        text: `One unfinished job a request: p99 no worse than the plain stack's; ${times(p99)} of it.`,
      },
    ];
  },
  quota: (result, others) => {
    const errors = figure(result, thisGateway, 'errors');
    return [
      ...others
        .filter(({ perRequest }) => perRequest)
        .map((peer) => {
          const more = ratio(result, thisGateway, peer, 'lookupsPerSecond');
          return {
            met: more >= 9,
            text: `Under the quota: at least 9 times the jobs answered by ${peer.title}; ${times(more)}.`,
          };
        }),
      {
        met: errors === 0,
        text: `Under the quota: no errors; ${(100 * errors).toFixed(2)} % of the answers.`,
      },
    ];
  },
  finished: (result, others) => {
    const calls = Math.max(...(result.rounds.get(thisGateway) ?? []).map((round) => round.callsPerLookup));
    return [
      { met: calls === 0, text: `Finished jobs: no call after the first; ${calls} calls a lookup.` },
      ...others.map((peer) => {
        const more = ratio(result, thisGateway, peer, 'requestsPerSecond');
        return { met: more > 1, text: `Finished jobs: more requests/s than ${peer.title}; ${times(more)}.` };
      }),
    ];
  },
};

/** Judges a scenario by its targets; none where the gateway was not measured in it. */
export function judge(result: ScenarioResult): readonly Verdict[] {
  if (!result.rounds.has(thisGateway)) return [];
  const others = [...result.rounds.keys()].filter(({ name }) => !name.startsWith(thisGateway.name));
  return checks[result.scenario.name]?.(result, others) ?? [];
}
