import { type Contestant, plainStack, thisGateway } from './contestants.ts';
import { figure, ratio, type ScenarioResult, times } from './table.ts';

/** What the gateway is meant to reach, and whether it does. */
export interface Verdict {
  readonly met: boolean;
  readonly text: string;
}

/** The CPU time of a request, compared with another server's: `met` at `share` of it, and a stretch target. */
function cpuTarget(
  result: ScenarioResult,
  others: readonly Contestant[],
  title: string,
  name: string,
  share = 1,
): readonly Verdict[] {
  const peer = others.find((other) => other.name === name);
  if (!peer) return [];
  const cpu = ratio(result, thisGateway, peer, 'cpuMicros');
  const most = share === 1 ? '' : `${share} times `;
  return [
    {
      met: cpu <= share,
      text: `${title}: at most ${most}the CPU time of ${peer.title}; ${times(cpu)} of it.`,
    },
  ];
}

/** The share of the plain stack's p99 that the gateway's may be. */
const P99_SHARE = 2 / 3;

function p99Target(result: ScenarioResult, others: readonly Contestant[], title: string): readonly Verdict[] {
  if (!others.includes(plainStack)) return [];
  const p99 = ratio(result, thisGateway, plainStack, 'p99Ms');
  return [
    {
      met: p99 <= P99_SHARE,
      text: `${title}: p99 a third below ${plainStack.title}'s; ${times(p99)} of it.`,
    },
  ];
}

type Check = (result: ScenarioResult, others: readonly Contestant[]) => readonly Verdict[];

const checks: Readonly<Record<string, Check>> = {
  'one-unfinished': (result, others) => {
    const calls = figure(result, thisGateway, 'callsPerLookup');
    const few: Verdict = {
      met: calls <= 0.15,
      text: `One unfinished job a request: at most 0.15 calls a lookup; ${calls.toFixed(3)}.`,
    };
    const title = 'One unfinished job a request';
    return [
      few,
      ...cpuTarget(result, others, title, 'mercurius'),
      ...cpuTarget(result, others, `${title} (stretch)`, 'tailcall'),
      ...p99Target(result, others, title),
    ];
  },
  'twenty-ids': (result, others) => {
    const title = 'Twenty unfinished jobs a request';
    const tailcall = others.find(({ name }) => name === 'tailcall');
    const more = tailcall && ratio(result, thisGateway, tailcall, 'lookupsPerSecond');
    return [
      ...cpuTarget(result, others, title, 'yoga'),
      ...cpuTarget(result, others, `${title} (stretch)`, 'mercurius'),
      ...(tailcall && more !== undefined
        ? [{ met: more > 1, text: `${title}: more jobs/s than ${tailcall.title}; ${times(more)}.` }]
        : []),
      ...p99Target(result, others, title),
    ];
  },
  page: (result, others) => p99Target(result, others, 'A page of a federated router'),
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
      ...cpuTarget(result, others, 'Finished jobs', 'tailcall'),
      ...cpuTarget(result, others, 'Finished jobs (stretch)', 'tailcall', 0.8),
      ...p99Target(result, others, 'Finished jobs'),
    ];
  },
};

/** Judges a scenario by its targets; none where the gateway was not measured in it. */
export function judge(result: ScenarioResult): readonly Verdict[] {
  if (!result.rounds.has(thisGateway)) return [];
  const others = [...result.rounds.keys()].filter(({ name }) => !name.startsWith(thisGateway.name));
  return checks[result.scenario.name]?.(result, others) ?? [];
}
