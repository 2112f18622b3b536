import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type CrowdContestant, type CrowdResult, crowdTable, runCrowd } from './live/crowd.ts';
import { checkAnswers } from './lookups/check-answers.ts';
import { type Contestant, checkoutAt, gatewayAt, thisGateway } from './lookups/contestants.ts';
import { type Measurement, measure, resetUpstream } from './lookups/load.ts';
import { type Scenario, scenarios } from './lookups/scenarios.ts';
import { type ScenarioResult, scenarioFigures, scenarioTable } from './lookups/table.ts';
import { judge } from './lookups/targets.ts';
import { OTHER_CPU, type Running, startUpstream } from './processes.ts';
import { provenance, writeReadme } from './readme.ts';

/**
 * Measures everything and writes the results into the README. A part (`--only`, `--contestant`) is only printed, and so is a
 * comparison with an earlier commit: `--against <commit>` measures the two gateways and nobody else, interleaved.
 */

/** Ids of one round never come in another. */
const IDS_PER_ROUND = 10_000_000;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    warmup: { type: 'string', default: '10' },
    pause: { type: 'string', default: '0' },
    only: { type: 'string', multiple: true, default: [] },
    contestant: { type: 'string', multiple: true, default: [] },
    against: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = count('rounds', 100);
const seconds = count('seconds', 600);
const warmUpSeconds = count('warmup', 600);
const pauseSeconds = count('pause', 600, 0);
const against = values.against === undefined ? undefined : gatewayAt(values.against);
/** The scenario that is not one of lookups. */
const SUBSCRIBE = 'subscribe';
const isWhole = values.only.length === 0 && values.contestant.length === 0 && !against;

function count(name: 'rounds' | 'seconds' | 'warmup' | 'pause', max: number, min = 1): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(`--${name}: expected a whole number from ${min} to ${max}; got ${values[name]}`);
  }
  return value;
}

/** Those of the names, or all where there are none. */
function chosen<T extends { readonly name: string }>(
  all: readonly T[],
  names: readonly string[],
): readonly T[] {
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** New processes for each scenario: none starts with what another has left in memory. */
async function runScenario(scenario: Scenario): Promise<ScenarioResult> {
  const contestants = against ? [thisGateway, against] : chosen(scenario.contestants, values.contestant);
  const upstream = await startUpstream();
  const servers = new Map<Contestant, Running>();
  const measurements = new Map<Contestant, Measurement[]>();
  try {
    await warmUpstream(scenario, upstream);
    for (const contestant of contestants) {
      const server = await contestant.run(upstream.origin);
      servers.set(contestant, server);
      measurements.set(contestant, []);
      await resetUpstream(upstream, 0);
      await checkAnswers(contestant, server);
      await measure(scenario, contestant, server, upstream, warmUpSeconds, 0);
    }
    for (let round = 1; round <= rounds; round++) {
      for (const [contestant, server] of servers) {
        const firstId = round * IDS_PER_ROUND;
        await sleep(pauseSeconds * 1_000);
        const measured = await measure(scenario, contestant, server, upstream, seconds, firstId);
        measurements.get(contestant)?.push(measured);
        progress(`${scenario.name} ${round}/${rounds} ${contestant.name} ${JSON.stringify(measured)}`);
      }
    }
  } finally {
    await Promise.all([...servers.values(), upstream].map((running) => running.stop()));
  }
  return { scenario, rounds: measurements };
}

/**
 * Loads a gateway that is not measured. The server that meets a cold upstream stays slower than the same code in another
 * process, by a tenth.
 */
async function warmUpstream(scenario: Scenario, upstream: Running): Promise<void> {
  const server = await thisGateway.run(upstream.origin);
  try {
    await measure(scenario, thisGateway, server, upstream, warmUpSeconds, 0);
  } finally {
    await server.stop();
  }
}

/** The crowd of subscribers follows gateways only. Its emulator is in this process, which leaves the gateway its processor. */
async function runSubscribe(): Promise<CrowdResult> {
  execFileSync('taskset', ['-acp', String(OTHER_CPU), String(process.pid)]);
  const contestants: CrowdContestant[] = [{ title: thisGateway.title }];
  if (values.against !== undefined && against) {
    contestants.push({ title: against.title, root: checkoutAt(values.against) });
  }
  return runCrowd(contestants, rounds);
}

function report(results: readonly ScenarioResult[], crowd: CrowdResult | undefined): string {
  const verdicts = (against ? [] : results)
    .flatMap(judge)
    .map(({ met, text }) => `- ${met ? 'met' : '**missed**'}: ${text}`);
  return [
    provenance(
      `npm run bench -- ${against ? `--against ${values.against} ` : ''}--rounds ${rounds} --seconds ${seconds} --warmup ${warmUpSeconds}${pauseSeconds > 0 ? ` --pause ${pauseSeconds}` : ''}`,
    ),
    ...(against ? [] : ['### Targets', verdicts.join('\n')]),
    ...results.map(scenarioTable),
    ...(crowd ? [crowdTable(crowd)] : []),
  ].join('\n\n');
}

const results: ScenarioResult[] = [];
for (const scenario of chosen(scenarios, values.only)) results.push(await runScenario(scenario));
const isSubscribeChosen = values.only.length === 0 || values.only.includes(SUBSCRIBE);
const crowd = isSubscribeChosen ? await runSubscribe() : undefined;
if (values.json) {
  const figures = [
    ...results.map(scenarioFigures),
    ...(crowd
      ? [{ scenario: SUBSCRIBE, contestants: [...crowd].map(([{ title }, all]) => ({ title, rounds: all })) }]
      : []),
  ];
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
} else {
  const text = report(results, crowd);
  if (isWhole) writeReadme('results', text);
  process.stdout.write(`${text}\n`);
}
