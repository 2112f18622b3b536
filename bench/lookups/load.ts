import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cpuMs, OTHER_CPU, type Running } from '../processes.ts';
import type { Contestant } from './contestants.ts';
import { CLIENTS, FINISHED_JOBS, type Scenario } from './scenarios.ts';
import type { UpstreamStats } from './upstream.ts';

/** What one run of the load gave. */
export interface Measurement {
  /** Job ids that were answered without an error, a second. */
  readonly lookupsPerSecond: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the answers, how many had an error or another status than 200; 0 to 1. */
  readonly errors: number;
  /** The server's processor time for one request. */
  readonly cpuMicros: number;
  /** Calls that reached the upstream, for each job id that was asked for. */
  readonly callsPerLookup: number;
}

/** What `wrk.lua` prints. */
interface LoadReport {
  readonly requests: number;
  readonly seconds: number;
  readonly sent: number;
  readonly wrong: number;
  readonly lost: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** How long a server gets to end what it was doing when the load stopped: it must not eat into the next one's quota. */
const SETTLE_MS = 500;

const run = promisify(execFile);

/** Puts the load of a scenario on a server, with ids from `firstId` on, and measures it. */
export async function measure(
  scenario: Scenario,
  contestant: Contestant,
  server: Running,
  upstream: Running,
  seconds: number,
  firstId: number,
): Promise<Measurement> {
  const { idsPerRequest, finishedPerRequest, query, quota } = scenario;
  const list = contestant.lists ? query : 'aliases';
  const operation = idsPerRequest === 1 ? 'job' : list;
  const fields = query === 'entities' ? 'state' : 'data';
  await resetUpstream(upstream, quota);
  const cpuBefore = cpuMs(server.pid);
  const { stdout } = await run(
    'taskset',
    [
      ...[
        '-c',
        String(OTHER_CPU),
        'wrk',
        '-t1',
        `-c${CLIENTS}`,
        `-d${seconds}s`,
        '--latency',
        '--timeout',
        '15s',
      ],
      ...['-s', join(import.meta.dirname, 'wrk.lua'), `${server.origin}/graphql`, '--'],
      ...[operation, fields, idsPerRequest, firstId, finishedPerRequest, FINISHED_JOBS].map(String),
    ],
    { timeout: (seconds + 30) * 1_000 },
  );
  await sleep(SETTLE_MS);
  const cpu = cpuMs(server.pid) - cpuBefore;
  const { calls } = await upstreamStats(upstream);
  const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as LoadReport;
  if (report.requests === 0) throw new Error(`${contestant.name} answered nothing in ${scenario.name}`);
  return {
    lookupsPerSecond: ((report.requests - report.wrong) * idsPerRequest) / report.seconds,
    requestsPerSecond: report.requests / report.seconds,
    p50Ms: report.p50Ms,
    p99Ms: report.p99Ms,
    errors: (report.wrong + report.lost) / report.requests,
    cpuMicros: (cpu * 1_000) / report.requests,
    callsPerLookup: calls / (report.sent * idsPerRequest),
  };
}

/** Starts the upstream's counts and its quota anew; 0 is no limit. */
export async function resetUpstream(upstream: Running, quota: number): Promise<void> {
  await fetch(`${upstream.origin}/reset?quota=${quota}`);
}

async function upstreamStats(upstream: Running): Promise<UpstreamStats> {
  const response = await fetch(`${upstream.origin}/stats`);
  return (await response.json()) as UpstreamStats;
}
