import { parseArgs } from 'node:util';
import { systemClock } from '../src/clock.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import { sqlLedger } from '../src/ledger/sql-ledger.ts';
import { JOBS_PER_VIDEO } from './ledger/data.ts';
import { checkSame, type PageKind, pageKinds, timeReads } from './ledger/pages.ts';
import { isByIndex, type Plan, plansOf } from './ledger/plans.ts';
import { postgresStore, type Store, sqliteStore } from './ledger/stores.ts';
import { median } from './lookups/table.ts';
import { provenance, writeReadme } from './readme.ts';

/** Measures pages of `Video.aiJobs` and `knownAIJobs` in a small and in a large ledger, in both stores, and writes that into the README. */

const SMALL = 10_000;
const LARGE = 1_000_000;
/** A page may take so many times as long in the large ledger. */
const TARGET = 2;
/** After that, whatever is under way is given up. */
const GIVE_UP_MS = 900_000;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, reads: { type: 'string', default: '60' } },
});
const rounds = count('rounds', 100);
const reads = count('reads', 1_000);

function count(name: 'rounds' | 'reads', max: number): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new Error(`--${name}: expected a whole number from 1 to ${max}; got ${values[name]}`);
  }
  return value;
}

function checkTime(): void {
  if (performance.now() > GIVE_UP_MS) throw new Error(`not done within ${GIVE_UP_MS} ms: given up`);
}

function progress(text: string): void {
  process.stderr.write(`${(performance.now() / 1000).toFixed(1)} s: ${text}\n`);
}

/** From where pages are read: the first is what the others are compared with. */
interface Subject {
  readonly ledger: Ledger;
  /** Videos are chosen out of so many. */
  readonly videos: number;
  /** The median of each round, in milliseconds, by what was read. */
  readonly medians: ReadonlyMap<PageKind, number[]>;
}

interface StoreResult {
  readonly store: string;
  readonly subjects: readonly Subject[];
  readonly smallPlans: readonly Plan[];
  readonly largePlans: readonly Plan[];
}

async function runStore(store: Store): Promise<StoreResult> {
  try {
    const smallDb = await store.filled(SMALL, checkTime);
    const largeDb = await store.filled(LARGE, checkTime);
    progress(`${store.name}: filled`);
    const small = sqlLedger(smallDb, systemClock);
    const large = sqlLedger(largeDb, systemClock);
    await checkSame(small, large, SMALL / JOBS_PER_VIDEO);
    const subjects = [
      subject(small, SMALL / JOBS_PER_VIDEO),
      subject(large, SMALL / JOBS_PER_VIDEO),
      subject(large, LARGE / JOBS_PER_VIDEO),
    ];
    for (let round = 0; round <= rounds; round++) await runRound(subjects, round);
    progress(`${store.name}: measured`);
    return {
      store: store.name,
      subjects,
      smallPlans: await plansOf(smallDb),
      largePlans: await plansOf(largeDb),
    };
  } finally {
    await store.remove();
  }
}

function subject(ledger: Ledger, videos: number): Subject {
  return { ledger, videos, medians: new Map(pageKinds.map((kind) => [kind, []])) };
}

/** The subjects take turns, and each round another one begins. Round 0 warms up. */
async function runRound(subjects: readonly Subject[], round: number): Promise<void> {
  for (const kind of pageKinds) {
    checkTime();
    const first = round % subjects.length;
    for (const { ledger, videos, medians } of [...subjects.slice(first), ...subjects.slice(0, first)]) {
      const times = await timeReads(ledger, kind, videos, reads);
      if (round > 0) medians.get(kind)?.push(median(times));
    }
  }
}

const middle = ({ medians }: Subject, kind: PageKind) => median(medians.get(kind) ?? []);

/** The median over the rounds of the ratio within each, whose reads followed close upon each other. */
function ratio(of: Subject, to: Subject, kind: PageKind): number {
  const base = to.medians.get(kind) ?? [];
  return median((of.medians.get(kind) ?? []).map((value, round) => value / (base[round] ?? Number.NaN)));
}

function table(results: readonly StoreResult[]): string {
  const rows = results.flatMap(({ store, subjects: [small, ...others] }) =>
    pageKinds.map((kind) => {
      if (!small) throw new Error('expected a small ledger');
      const figures = others.map(
        (of) => `${ratio(of, small, kind).toFixed(2)}× (${middle(of, kind).toFixed(3)})`,
      );
      return `| ${[store, kind.name, middle(small, kind).toFixed(3), ...figures].join(' | ')} |`;
    }),
  );
  return [
    '| store | what | 10,000 jobs, ms | 1,000,000 jobs, the same 500 videos | 1,000,000 jobs, any of its 50,000 videos |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function verdicts(results: readonly StoreResult[]): string {
  const lines = results.flatMap(({ store, subjects: [small, ...others], smallPlans, largePlans }) => {
    const ratios = pageKinds.flatMap((kind) => others.map((of) => (small ? ratio(of, small, kind) : 0)));
    const worst = Math.max(...ratios);
    const sorted = [...smallPlans, ...largePlans].filter((plan) => !isByIndex(plan));
    return [
      verdict(
        worst <= TARGET,
        `${store}: a page in a million jobs within ${TARGET} times the time in ten thousand; ${worst.toFixed(2)}× at worst.`,
      ),
      verdict(
        sorted.length === 0,
        `${store}: read from the index, in both sizes${sorted.map(({ name }) => `; not ${name}`).join('')}.`,
      ),
    ];
  });
  return lines.join('\n');
}

function verdict(isMet: boolean, text: string): string {
  return `- ${isMet ? 'met' : '**missed**'}: ${text}`;
}

function planSection({ store, smallPlans, largePlans }: StoreResult): string {
  const section = (plans: readonly Plan[]) =>
    ['```text', plans.map(({ name, text }) => `-- ${name}\n${text}`).join('\n\n'), '```'].join('\n');
  const different = smallPlans.filter(({ text }, index) => text !== largePlans[index]?.text);
  return [
    `### Plans of ${store}, a million jobs`,
    section(largePlans),
    different.length === 0
      ? 'Those in ten thousand jobs are the same.'
      : 'In ten thousand jobs, these differ:',
    ...(different.length === 0 ? [] : [section(different)]),
  ].join('\n\n');
}

function report(results: readonly StoreResult[]): string {
  return [
    provenance(`node bench/ledger.ts --rounds ${rounds} --reads ${reads}`),
    verdicts(results),
    table(results),
    ...results.map(planSection),
  ].join('\n\n');
}

const results: StoreResult[] = [];
for (const store of [sqliteStore, postgresStore]) results.push(await runStore(await store()));
const text = report(results);
writeReadme('ledger', text);
process.stdout.write(`${text}\n`);
