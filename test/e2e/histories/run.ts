import { seededChoice } from '../../../src/emulator/results/seeded-choice.ts';
import { check } from './checker.ts';
import { Clients } from './clients.ts';
import { codeOf, type History, type Problem } from './history.ts';
import { Nemesis } from './nemesis.ts';
import { askForAll, ledgerSubmissions, upstreamJobs } from './settle.ts';
import { createSystem } from './system.ts';

const CLIENTS = 24;
const MAX_SKEW_MS = 5 * 60_000;

export interface RunOptions {
  readonly submits: number;
  /** Decides the requests of each client and the disturbances, but not the order in which they happen. */
  readonly seed: number;
  /** The largest offset of a gateway's wall clock, in milliseconds. Default: five minutes. */
  readonly maxSkewMs?: number | undefined;
  /** Default: true. */
  readonly isDisturbed?: boolean;
  /** Breaks a rule on purpose until the signal aborts. Gets the URL of the gateways' database. */
  readonly sabotage?: (databaseUrl: string, signal: AbortSignal) => Promise<void>;
}

export interface Run {
  readonly problems: readonly Problem[];
  /** What happened, by name. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Runs two gateways on one Postgres under load and disturbances, records all requests with their outcomes, and checks the
 * history.
 */
export async function runHistory(options: RunOptions): Promise<Run> {
  const { submits, seed, maxSkewMs = MAX_SKEW_MS, isDisturbed = true, sabotage } = options;
  await using resources = new AsyncDisposableStack();
  const choice = seededChoice(String(seed));
  const system = await createSystem(() => choice.integer(0, 999_999) / 1_000_000, resources);
  const { emulator, gateways, databaseUrl } = system;
  const nemesis = new Nemesis(system, String(seed), maxSkewMs);
  const clients = new Clients(gateways);
  await nemesis.start();

  const ended = new AbortController();
  const end = () => ended.abort();
  await Promise.all([
    clients.work(CLIENTS, submits, String(seed), ended.signal).finally(end),
    isDisturbed && nemesis.run(ended.signal).finally(end),
    sabotage?.(databaseUrl, ended.signal),
  ]);
  const settledAt = await askForAll(clients, emulator, gateways.length);
  await Promise.all(gateways.map((gateway) => gateway.kill()));
  const history = {
    operations: clients.operations,
    jobs: upstreamJobs(emulator),
    submissions: await ledgerSubmissions(databaseUrl),
    settledAt,
  };
  return { problems: check(history), counts: { ...countsOf(history), ...nemesis.counts } };
}

/** Counts the operations before the end of the disturbances by their outcome. */
function countsOf({ operations, jobs, settledAt }: History): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type, outcome, startedAt } of operations) {
    if (startedAt >= settledAt) continue;
    const names = type === 'submit' ? [outcome.type, codeOf(outcome)] : [`${type}s`];
    for (const name of names) if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return { ...counts, jobs: jobs.length };
}
