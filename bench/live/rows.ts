import { CYCLES, type Cycles } from './cycles.ts';
import { type FanOut, FOLLOWERS, JOBS, SPREAD_MS, type Spread } from './fan-out.ts';
import type { Latency } from './latency.ts';

/** One figure, what it is meant to be, and whether it is; `met` is left out where nothing is meant. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly target?: string;
  readonly met?: boolean;
}

/** What an event may cost beside the one call that it leads to. */
const EVENT_MS = 50;
const CALLS_PER_ROUND = 110;
const GROWTH = 1.1;
/** The watcher may lag so far behind its schedule, by which a job is read again after a fifth of its age. */
const WATCHER_LAG_MS = 3_000;

export function latencyRow({ jobs, lanes, medianMs, p99Ms, answeredMs, callMs, wrong }: Latency): Row {
  const limit = EVENT_MS + callMs;
  const way = lanes === 1 ? 'one after the other' : `${lanes} at a time`;
  return {
    what: `From an event to its subscriber, ${jobs} jobs, ${way}`,
    measured: `median ${ms(medianMs)}, p99 ${ms(p99Ms)}; VOD had its 200 after ${ms(answeredMs)}${mistakes(wrong)}`,
    target: `median below ${EVENT_MS} ms and one call, ${ms(callMs)}`,
    met: medianMs < limit && wrong.length === 0,
  };
}

export function fanOutRows(result: FanOut): Row[] {
  const { variant, subscribers, wrong, rssEach, heapEach, rounds, calls, ageMs } = result;
  const isWatched = variant.eventsPerJob === 0;
  const limitMs = 0.2 * (ageMs + result.lastMs) + WATCHER_LAG_MS;
  const prefix = `${subscribers} subscribers, ${JOBS} jobs, ${variant.title}`;
  return [
    {
      what: `${prefix}: told exactly once`,
      measured: `${subscribers - wrong.length} of ${subscribers}${mistakes(wrong)}; ${result.left} streams left`,
      target: 'all, and nothing left',
      met: wrong.length === 0 && result.left === 0,
    },
    {
      what: `${prefix}: until the last one ended`,
      measured: `${s(result.lastMs)} (half of them ${s(result.medianMs)}), ${calls} calls${isWatched ? `; the jobs were ${s(ageMs)} old` : ''}`,
      ...(isWatched && {
        target: `a fifth of the jobs' age and ${s(WATCHER_LAG_MS)}`,
        met: result.lastMs <= limitMs,
      }),
    },
    {
      what: `${prefix}: memory of one`,
      measured: `${kb(rssEach)} RSS, ${kb(heapEach)} of it heap; all ${JOBS * FOLLOWERS} had begun after ${s(result.openingMs)}`,
    },
    ...(isWatched ? [roundRow(prefix, rounds)] : []),
  ];
}

function roundRow(prefix: string, rounds: readonly number[]): Row {
  return {
    what: `${prefix}: calls of a round of watching`,
    measured: rounds.join(', '),
    target: `at most ${CALLS_PER_ROUND}`,
    met: rounds.length > 0 && rounds.every((calls) => calls <= CALLS_PER_ROUND),
  };
}

export function spreadRow({ calls, readings }: Spread): Row {
  return {
    what: `${JOBS} jobs that ${s(SPREAD_MS)} passed between the first follower and the last: calls of a round of watching`,
    measured: `${((calls / readings) * JOBS).toFixed(0)}, from ${calls} calls for ${readings} readings`,
  };
}

export function cyclesRows({ before, after, seconds, problems }: Cycles): Row[] {
  const growth = (name: 'heapBytes' | 'rssBytes', title: string): Row => ({
    what: `${CYCLES} clients came and went: ${title}`,
    measured: `${mb(before[name])} to ${mb(after[name])}, ${(after[name] / before[name]).toFixed(2)}×`,
    target: `at most ${GROWTH}×`,
    met: after[name] <= GROWTH * before[name],
  });
  return [
    growth('heapBytes', 'heap'),
    growth('rssBytes', 'RSS'),
    {
      what: `${CYCLES} clients came and went: left`,
      measured: `${after.subscriptions} subscriptions, ${after.streams} streams; ${problems.length} problems${problems
        .slice(0, 3)
        .map((text) => ` (${text})`)
        .join('')}; it took ${s(seconds * 1_000)}`,
      target: 'none',
      met: after.subscriptions === 0 && after.streams === 0 && problems.length === 0,
    },
  ];
}

/** The table, in Markdown. */
export function rowsTable(rows: readonly Row[]): string {
  const lines = rows.map(({ what, measured, target = '–', met }) => {
    const verdict = met === undefined ? '–' : met ? 'met' : '**missed**';
    return `| ${what} | ${measured} | ${target} | ${verdict} |`;
  });
  return ['| what | measured | target | |', '|---|---|---|---|', ...lines].join('\n');
}

function mistakes(wrong: readonly string[]): string {
  return wrong.length === 0 ? '' : `; ${wrong.length} WRONG: ${wrong.slice(0, 3).join(' / ')}`;
}

const ms = (value: number) => `${value.toFixed(1)} ms`;
const s = (value: number) => `${(value / 1_000).toFixed(1)} s`;
const kb = (bytes: number) => `${(bytes / 1_024).toFixed(1)} KB`;
const mb = (bytes: number) => `${(bytes / 1_024 / 1_024).toFixed(1)} MB`;
