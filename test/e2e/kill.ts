import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'graphql';
import type { JobKind } from '../../src/domain/job.ts';
import type { AIImageJob } from '../../src/emulator/jobs/ai-image-job.ts';
import type { AIJob } from '../../src/emulator/jobs/ai-job.ts';
import { seededChoice } from '../../src/emulator/results/seeded-choice.ts';
import { type Emulator, startEmulator } from '../../src/emulator/server.ts';
import type { ExportedSubmission, Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { upstreamSettings } from '../support/gateway-process.ts';
import { execute } from './client.ts';
import { delayedAnswers, KillableGateway } from './killable-gateway.ts';

const CLIENTS = 16;
/** After this time the outcome of every key is known. The lease of a killed gateway is 5.5 seconds. */
const DRAIN_MS = 20_000;

/** The time between the two listings that settle a submission. No call takes this long to reach the emulator. */
const SETTLE_DELAY_MS = 1_000;
/** The longest wait until all unknown AI submissions are settled: VOD is asked about a few each second. */
const SETTLE_TIMEOUT_MS = 300_000;

/** The result of a run. `problems` lists everything that went wrong. */
export interface Killed {
  readonly problems: readonly string[];
  readonly keys: number;
  /** The number of jobs that the emulator created. */
  readonly accepted: number;
  /** The number of jobs whose submission stayed `UNKNOWN` in the ledger: image jobs that were not read yet. */
  readonly lost: number;
  /** The number of keys without a job: image jobs stay unknown, and AI jobs were found not to exist. */
  readonly neverMade: number;
  /** The numbers of AI submissions that VOD's list of jobs has settled as made and as not run. */
  readonly settled: { readonly made: number; readonly failed: number };
}

interface Key {
  readonly name: string;
  readonly kind: JobKind;
  /** The earliest time of the next request with the key. Infinity while a request is under way. */
  notBefore: number;
  /** The last response: the job's id, or the code of an unknown outcome. */
  told?: string;
}

const UNKNOWN = 'SUBMISSION_OUTCOME_UNKNOWN';
/** Codes after which a client may retry: the outcome is open, or no job was created. */
const AGAIN = /^(SUBMISSION_IN_PROGRESS|UPSTREAM_THROTTLED|UPSTREAM_UNAVAILABLE)$/;

/**
 * Kills the gateway at random moments while clients retry each key until its outcome is known. Then compares the jobs in
 * VOD with the ledger and with the responses, and finds the lost jobs again.
 *
 * @param seed determines the moments and the faults, but not the order in which requests arrive
 */
export async function killAtRandom(kills: number, seed: number, signal?: AbortSignal): Promise<Killed> {
  const choice = seededChoice(String(seed));
  const random = () => choice.integer(0, 999_999) / 1_000_000;
  const emulator = await startEmulator({ qps: {}, speed: 1_000, random });
  const upstream = await delayedAnswers(emulator.origin, random);
  const dataDir = await mkdtemp(join(tmpdir(), 'vod-ai-gateway-'));
  const gateway = new KillableGateway({
    ...upstreamSettings(emulator),
    VOD_ENDPOINT: upstream.origin,
    DATA_DIR: dataDir,
    VOD_SETTLE_DELAY_MS: String(SETTLE_DELAY_MS),
  });
  const clients = new Clients(gateway, random);
  let working: Promise<unknown> = Promise.resolve();
  try {
    emulator.faults.add({ kind: 'latency', ms: 40, probability: 0.5 });
    for (const kind of ['throttle', 'unavailable', 'reset', 'resetAfterRunning'] as const) {
      emulator.faults.add({ kind, probability: 0.02 });
    }
    working = clients.work();
    for (let kill = 0; kill < kills; kill++) {
      signal?.throwIfAborted();
      await gateway.start();
      await sleep(50 + random() * 350);
      await gateway.kill();
    }
    await gateway.start();
    clients.stop();
    await working;
    emulator.faults.clear();
    upstream.stopDelaying();
    await untilSettled(gateway.origin, signal);
    await gateway.kill();

    const accepted = acceptedJobs(emulator);
    const { lost, settled } = await compare(accepted, clients, dataDir);
    await gateway.start();
    for (const { kind, id } of lost) {
      if (kind === 'IMAGE') await execute(gateway.origin, parse(`{ aiImageJob(id: "${id}") { id } }`), {});
    }
    await clients.askForAll(accepted, () => acceptedJobs(emulator));
    const more = acceptedJobs(emulator).length - accepted.length;
    if (more !== settled.failed)
      clients.problems.push(`${more} jobs were created in the end; ${settled.failed} were expected`);
    const { problems, keys } = clients;
    const counts = { keys: keys.size, accepted: accepted.length, lost: lost.length };
    return { problems, ...counts, neverMade: keys.size - accepted.length, settled };
  } finally {
    clients.stop(0);
    await gateway.kill();
    await working;
    await upstream.close();
    await emulator.close();
    await rm(dataDir, { recursive: true });
  }
}

/** Clients that retry each key until its outcome is known. */
class Clients {
  readonly keys = new Map<string, Key>();
  readonly problems: string[] = [];
  readonly #open = new Set<Key>();
  readonly #gateway: KillableGateway;
  readonly #random: () => number;
  #stopsAt = Number.POSITIVE_INFINITY;
  #endsAt = Number.POSITIVE_INFINITY;

  constructor(gateway: KillableGateway, random: () => number) {
    this.#gateway = gateway;
    this.#random = random;
  }

  async work(): Promise<void> {
    await Promise.all(Array.from({ length: CLIENTS }, (_, index) => this.#client(index % 4 === 0)));
    for (const { name } of this.#open) this.problems.push(`${name}: the outcome was never known`);
  }

  /** Sends no new keys from now on, and retries the open ones. */
  stop(drainMs = DRAIN_MS): void {
    this.#stopsAt = Math.min(this.#stopsAt, Date.now());
    this.#endsAt = Date.now() + drainMs;
  }

  /** Three of four clients only send new keys, so that there is load while the others retry. */
  async #client(asksAgain: boolean): Promise<void> {
    for (let now = Date.now(); now < this.#endsAt; now = Date.now()) {
      const stops = now >= this.#stopsAt;
      if (stops && this.#open.size === 0) return;
      const isDue = ({ notBefore }: Key) => (asksAgain || stops) && notBefore <= now;
      const due = this.#open.values().find(isDue);
      const key = this.#gateway.origin ? (due ?? (stops ? undefined : this.#newKey())) : undefined;
      if (key) await this.#send(key);
      else await sleep(5);
    }
  }

  #newKey(): Key {
    const kind = this.#random() < 0.5 ? 'AI' : 'IMAGE';
    const key: Key = { name: `key-${this.keys.size}`, kind, notBefore: 0 };
    this.keys.set(key.name, key);
    this.#open.add(key);
    return key;
  }

  /** Sends a key, in one of five cases twice at once. */
  async #send(key: Key): Promise<void> {
    key.notBefore = Number.POSITIVE_INFINITY;
    const { origin } = this.#gateway;
    const copies = Array.from({ length: this.#random() < 0.2 ? 2 : 1 }, () => submit(origin, key));
    const told = new Set(await Promise.all(copies));
    // The gateway waits before it responds that the outcome is open. A broken connection can be retried at once.
    key.notBefore = Date.now() + (told.has(undefined) ? 0 : 1_500);
    for (const text of told) if (text === undefined || AGAIN.test(text)) told.delete(text);
    const [outcome, other] = told;
    if (other) this.problems.push(`${key.name}: got ${outcome} and ${other} at once`);
    if (!outcome) return;
    key.told = outcome;
    this.#open.delete(key);
  }

  /**
   * Checks that each key now leads to its job, even a lost one. A key of an AI job that was found not to exist creates its
   * first job now; a key of such an image job stays unknown and creates none.
   */
  async askForAll(accepted: readonly AcceptedJob[], present: () => readonly AcceptedJob[]): Promise<void> {
    const ids = new Map(accepted.map(({ videoId, id }) => [videoId, id]));
    for (const key of this.keys.values()) {
      if (key.kind === 'AI' && !ids.has(key.name)) {
        const told = await submit(this.#gateway.origin, key);
        const made = present().filter(({ videoId }) => videoId === key.name);
        if (made.length !== 1 || made[0]?.id !== told)
          this.problems.push(`${key.name}: got ${told} when sent again, and VOD has ${made.length} jobs`);
        continue;
      }
      const expected = ids.get(key.name) ?? UNKNOWN;
      let told: string | undefined;
      // The gateway writes a job to the ledger after its response.
      for (let time = 0; time < 20 && told !== expected; time++) {
        await sleep(time === 0 ? 0 : 50);
        told = await submit(this.#gateway.origin, key);
      }
      if (told !== expected) this.problems.push(`${key.name}: expected ${expected} in the end; got ${told}`);
    }
  }
}

interface Made {
  readonly submit: {
    /** A list for AI jobs, one for an image job. */
    readonly made: readonly { readonly id: string }[] | { readonly id: string } | null;
    readonly userErrors: readonly { readonly code: string }[];
  };
}

/** Returns the job's id or the error's code, or `undefined` if the gateway is gone. The video's id is the key. */
async function submit(origin: string, { name, kind }: Key): Promise<string | undefined> {
  const field =
    kind === 'AI'
      ? `submitAIJob(input: { videoId: "${name}", types: [VIDEO_TAG], idempotencyKey: "${name}" }) { made: jobs`
      : `submitAIImageJob(input: { videoId: "${name}", templateId: "t", idempotencyKey: "${name}" }) { made: job`;
  const mutation = parse(`mutation { submit: ${field} { id } userErrors { code } } }`);
  const answer = await execute<Made, object>(origin, mutation, {}).catch(() => undefined);
  const outcome = answer?.data?.submit;
  const [job] = [outcome?.made ?? []].flat();
  return job?.id ?? outcome?.userErrors[0]?.code ?? answer?.errors?.[0]?.extensions.code;
}

interface AcceptedJob {
  readonly kind: JobKind;
  readonly id: string;
  readonly videoId: string;
  readonly marker: string;
  readonly submittedAt: number;
}

function acceptedJobs({ jobs }: Emulator): AcceptedJob[] {
  const accepted = (kind: JobKind, videoId: string, job: AIJob | AIImageJob) => {
    const marker = String(JSON.parse(job.userData ?? '{}').Extend?.vodAiGateway);
    return { kind, videoId, id: job.jobId, marker, submittedAt: job.createdAt };
  };
  return [
    ...jobs.submittedAIJobs.map((job) => accepted('AI', job.mediaId, job)),
    ...jobs.submittedAIImageJobs.map((job) => accepted('IMAGE', job.videoId, job)),
  ];
}

/** Checks that each job is the only one of its key, and that its submission has it or is unknown. Returns the latter. */
async function compare(
  accepted: readonly AcceptedJob[],
  clients: Clients,
  dataDir: string,
): Promise<{ readonly lost: AcceptedJob[]; readonly settled: Killed['settled'] }> {
  const { keys, problems } = clients;
  const ledger = await openLedger({ dataDir });
  try {
    const lost: AcceptedJob[] = [];
    const made = new Set<string>();
    for (const job of accepted) {
      const { videoId: name, id, marker, kind } = job;
      if (made.has(name)) problems.push(`${name}: created twice`);
      made.add(name);
      const told = keys.get(name)?.told;
      if (told !== id && told !== UNKNOWN) problems.push(`${name}: got ${told}, but ${id} was created`);
      const submission = await ledger.submission(marker);
      const state = submission?.state;
      if (submission?.idempotencyKey !== name)
        problems.push(`${name}: its job belongs to another submission`);
      const has = submission?.jobs.map((of) => of.id).join();
      if (state === 'MADE' && has === id) continue;
      // Every lease has expired by now, and every key was sent again since then.
      // The list of jobs settles every AI submission: each video has one job.
      if (state !== 'UNKNOWN' || kind === 'AI')
        problems.push(`${name}: ${state} with ${has}, but ${id} was created`);
      lost.push(job);
    }
    const settled = { made: 0, failed: 0 };
    const submissions = await submissionsByKey(ledger);
    for (const { name, told, kind } of keys.values()) {
      const { state, resolvedBy } = submissions.get(name) ?? {};
      if (resolvedBy === 'LISTING' && state === 'MADE') settled.made++;
      if (made.has(name)) continue;
      if (told !== UNKNOWN || state !== (kind === 'AI' ? 'FAILED' : 'UNKNOWN'))
        problems.push(`${name}: told ${told}, written down as ${state}, but nothing was made`);
      if (kind === 'AI') settled.failed++;
    }
    return { lost, settled };
  } finally {
    await ledger.close();
  }
}

/** Every submission, by idempotency key. */
async function submissionsByKey(ledger: Ledger) {
  const submissions = new Map<string | undefined, ExportedSubmission>();
  for await (const { table, row } of ledger.export()) {
    if (table === 'submissions') submissions.set(row.idempotencyKey, row);
  }
  return submissions;
}

/** Waits until no AI submission is open. */
async function untilSettled(origin: string, signal: AbortSignal | undefined): Promise<void> {
  const open = parse(`{ aiSubmissions(filter: { kind: [AI], state: [PENDING, UNKNOWN] }) { totalCount } }`);
  const until = Date.now() + SETTLE_TIMEOUT_MS;
  for (let count: number | undefined; count !== 0 && Date.now() < until; ) {
    signal?.throwIfAborted();
    await sleep(250);
    const { data } = await execute<{ aiSubmissions: { totalCount: number } }, object>(origin, open, {});
    count = data.aiSubmissions.totalCount;
  }
}
