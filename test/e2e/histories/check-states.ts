import { rankOf } from '../faults/truth.ts';
import type { History, Operation, Problem, ReadOperation, UpstreamJob } from './history.ts';

/** The rank of a final status. */
const FINAL = 2;

/** Checks that the states of each job only move forward for each reader, and that all readers end with the same state. */
export function checkStates({ operations, jobs, settledAt }: History): Problem[] {
  const reads = operations.filter((operation) => operation.type !== 'submit');
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const rules = new Map<string, Set<string>>();
  const add = (id: string, rule: string) => rules.set(id, (rules.get(id) ?? new Set()).add(rule));

  for (const [reader, own] of Map.groupBy(reads, (read) => read.reader)) {
    const last = new Map<string, string>();
    for (const { type, seen } of own.toSorted((a, b) => a.startedAt - b.startedAt)) {
      for (const { id, status } of seen) {
        const job = byId.get(id);
        for (const rule of wrongIn(job, status)) add(id, `${reader} ${rule}`);
        const before = last.get(id);
        if (status === null) continue;
        last.set(id, status);
        if (before === undefined) continue;
        if (rankOf(status) < rankOf(before)) add(id, `${reader} got ${before} and later ${status}`);
        if (type === 'stream' && status === before) add(id, `${reader} got ${status} twice`);
      }
    }
  }
  for (const { type, ids, seen, outcome, reader } of reads) {
    if (type !== 'stream' || outcome.type !== 'ok') continue;
    for (const id of ids) {
      const end = seen.findLast((state) => state.id === id)?.status ?? 'nothing';
      if (rankOf(end) !== FINAL) add(id, `${reader} ended with ${end}`);
    }
  }
  for (const [id, readers] of neverRead(reads, jobs, settledAt)) {
    add(id, `was not read after all faults by ${readers}`);
  }
  return [...rules].flatMap(([id, broken]) =>
    [...broken].map((rule) => ({ rule: `${id}: ${rule}`, operations: concerning(operations, id) })),
  );
}

/** Compares one observation with the job in VOD. */
function* wrongIn(job: UpstreamJob | undefined, status: string | null): Generator<string> {
  if (!job) yield `got ${status} for a job that VOD does not have`;
  else if (status === null) yield 'got null for a job that VOD has';
  else if (Number.isNaN(rankOf(status))) yield `got the status ${status}`;
  else if (rankOf(status) === FINAL && status !== job.status)
    yield `got ${status}; the job's final state is ${job.status}`;
}

/** The jobs that some gateway did not return in their final state after all faults, with these gateways. */
function* neverRead(
  reads: readonly ReadOperation[],
  jobs: readonly UpstreamJob[],
  settledAt: number,
): Generator<readonly [string, string]> {
  const gateways = new Set(reads.map(({ gateway }) => gateway));
  const read = new Set<string>();
  for (const { startedAt, gateway, seen } of reads) {
    if (startedAt < settledAt) continue;
    for (const { id, status } of seen) if (status && rankOf(status) === FINAL) read.add(`${gateway} ${id}`);
  }
  for (const { id } of jobs) {
    const missing = [...gateways].filter((gateway) => !read.has(`${gateway} ${id}`));
    if (missing.length > 0 || gateways.size === 0)
      yield [id, missing.map((gateway) => `gateway ${gateway}`).join()];
  }
}

function concerning(operations: readonly Operation[], id: string): Operation[] {
  return operations.filter((operation) =>
    operation.type === 'submit'
      ? operation.outcome.type === 'ok' && operation.outcome.jobs.includes(id)
      : operation.ids.includes(id),
  );
}
