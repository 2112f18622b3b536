import { setTimeout as sleep } from 'node:timers/promises';
import type { JobKind } from '../../../src/domain/job.ts';
import type { Emulator } from '../../../src/emulator/server.ts';
import { openLedger } from '../../../src/ledger/open.ts';
import { decodeMarker } from '../../../src/vod/user-data.ts';
import { rankOf, truthOf } from '../faults/truth.ts';
import { type Clients, callers, isOpen, requestOf } from './clients.ts';
import type { LedgerSubmission, SubmitOperation, UpstreamJob } from './history.ts';
import { MAX_IDS } from './requests.ts';

/** The longest wait for one outcome, in milliseconds. The lease of a killed gateway is six seconds. */
const PATIENCE_MS = 20_000;
const RETRY_MS = 250;
const CONCURRENCY = 16;

/**
 * After all faults, asks for every key until its outcome is told, and for every job through each gateway until its final
 * state is told. Returns when it started to.
 */
export async function askForAll(clients: Clients, emulator: Emulator, gateways: number): Promise<number> {
  const settledAt = Date.now();
  const keys = clients.lastOfKeys();
  await inParallel(keys, async (key, index) => {
    const request = { ...requestOf(key), gateway: index % gateways };
    await repeat(async () => {
      const answer = await clients.invoke(request, key.caller, `settling ${index}`);
      return !isOpen(answer as SubmitOperation);
    });
  });
  await repeat(async () => upstreamJobs(emulator).every(({ status }) => rankOf(status) === 2));
  const jobs = upstreamJobs(emulator);
  const pages = (['AI', 'IMAGE'] as const).flatMap((kind) => pagesOf(kind, jobs));
  for (let gateway = 0; gateway < gateways; gateway++) {
    await inParallel(pages, async ({ kind, ids }, index) => {
      const reader = `final reader ${index} of gateway ${gateway}`;
      await repeat(async () => {
        const answer = await clients.invoke({ type: 'read', kind, ids, gateway }, callers[0], reader);
        return answer.type === 'read' && answer.seen.filter(isFinal).length === ids.length;
      });
    });
  }
  return settledAt;
}

/** The jobs that the gateways have submitted, with their state now. */
export function upstreamJobs(emulator: Emulator): UpstreamJob[] {
  const { submittedAIJobs, submittedAIImageJobs } = emulator.jobs;
  const of = (
    kind: JobKind,
    job: { readonly jobId: string; readonly createdAt: number; readonly userData?: string | undefined },
    videoId: string,
  ): UpstreamJob => ({
    kind,
    id: job.jobId,
    videoId,
    createdAt: job.createdAt,
    submissionId: decodeMarker(String(JSON.parse(job.userData ?? '{}').Extend?.vodAiGateway)).submissionId,
    status: truthOf(emulator, kind, job.jobId)?.status ?? '',
  });
  return [
    ...submittedAIJobs.map((job) => of('AI', job, job.mediaId)),
    ...submittedAIImageJobs.map((job) => of('IMAGE', job, job.videoId)),
  ];
}

/** All submissions in the ledger, with the jobs that belong to them. */
export async function ledgerSubmissions(databaseUrl: string): Promise<LedgerSubmission[]> {
  const ledger = await openLedger({ databaseUrl, dataDir: '' });
  try {
    const submissions: (Omit<LedgerSubmission, 'jobs'> & { readonly jobs: string[] })[] = [];
    const byId = new Map<string, string[]>();
    for await (const { table, row } of ledger.export()) {
      if (table === 'submissions') {
        const { id, kind, idempotencyKey: key, videoId, leaseUntil } = row;
        const hasExpired = row.state === 'PENDING' && leaseUntil < Date.now();
        const jobs: string[] = [];
        byId.set(id, jobs);
        submissions.push({ id, kind, key, videoId, state: hasExpired ? 'UNKNOWN' : row.state, jobs });
      } else if (row.submissionId !== undefined) byId.get(row.submissionId)?.push(row.id);
    }
    return submissions;
  } finally {
    await ledger.close();
  }
}

function pagesOf(kind: JobKind, jobs: readonly UpstreamJob[]) {
  const ids = jobs.filter((job) => job.kind === kind).map(({ id }) => id);
  const pages = Math.ceil(ids.length / MAX_IDS);
  return Array.from({ length: pages }, (_, page) => ({
    kind,
    ids: ids.slice(page * MAX_IDS, (page + 1) * MAX_IDS),
  }));
}

function isFinal({ status }: { readonly status: string | null }): boolean {
  return status !== null && rankOf(status) === 2;
}

async function inParallel<Item>(
  items: readonly Item[],
  action: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const entries = items.entries();
  const worker = async () => {
    for (const [index, item] of entries) await action(item, index);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

/** Repeats an action until it resolves to `true`, for a limited time. */
async function repeat(action: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (!(await action()) && Date.now() < until) await sleep(RETRY_MS);
}
