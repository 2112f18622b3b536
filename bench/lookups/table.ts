import type { Contestant } from './contestants.ts';
import type { Measurement } from './load.ts';
import type { Scenario } from './scenarios.ts';

/** All rounds of a scenario, the same number of each contestant. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly rounds: ReadonlyMap<Contestant, readonly Measurement[]>;
}

type Figure = keyof Measurement;

/** The middle of all rounds. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** A contestant's figure, as the median of its rounds. */
export function figure(result: ScenarioResult, contestant: Contestant, name: Figure): number {
  return median(roundsOf(result, contestant).map((round) => round[name]));
}

/**
 * A contestant's figure as a multiple of another's: the median over the rounds of the ratio within each round, whose
 * runs followed close upon each other, so that what slows the machine for a while slows both.
 */
export function ratio(result: ScenarioResult, contestant: Contestant, to: Contestant, name: Figure): number {
  const base = roundsOf(result, to);
  return median(
    roundsOf(result, contestant).map((round, i) => round[name] / (base[i]?.[name] ?? Number.NaN)),
  );
}

function roundsOf({ rounds, scenario }: ScenarioResult, contestant: Contestant): readonly Measurement[] {
  const measurements = rounds.get(contestant);
  if (!measurements) throw new Error(`${contestant.name} was not measured in ${scenario.name}`);
  return measurements;
}

/** The table of a scenario, in Markdown. Ratios are to its first contestant. */
export function scenarioTable(result: ScenarioResult): string {
  const { scenario, rounds } = result;
  const [base] = rounds.keys();
  if (!base) throw new Error(`nothing was measured in ${scenario.name}`);
  const rows = [...rounds.keys()].map((contestant) => {
    const relative = (name: Figure, digits: number) => {
      const value = figure(result, contestant, name).toFixed(digits);
      return `${times(ratio(result, contestant, base, name))} (${value})`;
    };
    const cells = [
      contestant.title,
      relative('lookupsPerSecond', 0),
      relative('requestsPerSecond', 0),
      relative('p50Ms', 1),
      relative('p99Ms', 1),
      `${(100 * figure(result, contestant, 'errors')).toFixed(1)} %`,
      relative('cpuMicros', 0),
      figure(result, contestant, 'callsPerLookup').toFixed(3),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `### ${scenario.title}`,
    '',
    '| | jobs answered/s | requests/s | p50, ms | p99, ms | errors | CPU a request, µs | calls a lookup |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

const figureNames = [
  'lookupsPerSecond',
  'requestsPerSecond',
  'p50Ms',
  'p99Ms',
  'errors',
  'cpuMicros',
  'callsPerLookup',
] as const satisfies readonly Figure[];

/** All figures of a scenario for programs: the median of each contestant, its ratio to the first one, and the rounds. */
export function scenarioFigures(result: ScenarioResult): unknown {
  const { scenario, rounds } = result;
  const [base] = rounds.keys();
  if (!base) throw new Error(`nothing was measured in ${scenario.name}`);
  const each = (of: (name: Figure) => number) =>
    Object.fromEntries(figureNames.map((name) => [name, of(name)]));
  return {
    scenario: scenario.name,
    contestants: [...rounds].map(([contestant, measurements]) => ({
      name: contestant.name,
      median: each((name) => figure(result, contestant, name)),
      ratio: each((name) => ratio(result, contestant, base, name)),
      rounds: measurements,
    })),
  };
}

/** A ratio, short. */
export function times(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(value < 10 ? 2 : 0)}×` : '–';
}
