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
import { openLedger } from '../../src/ledger/open.ts';
import { upstreamSettings } from '../support/gateway-process.ts';
import { execute } from './client.ts';
import { delayedAnswers, KillableGateway } from './killable-gateway.ts';

const CLIENTS = 16;
/** Within this every key's end is known: the lease of a gateway that died is 5.5 seconds. */
const DRAIN_MS = 20_000;

/** The gateway was killed this often; `problems` is all that was not as it has to be. */
export interface Killed {
  readonly problems: readonly string[];
  readonly keys: number;
  /** Jobs that the emulator made. */
  readonly accepted: number;
  /** Those whose submission the ledger had as unknown at the end of it all, until they turned up. */
  readonly lost: number;
  /** Keys whose outcome stays unknown: no job was made. */
  readonly neverMade: number;
}

interface Key {
  readonly name: string;
  readonly kind: JobKind;
  /** When it may be sent again; never while it is under way. */
  notBefore: number;
  /** What the clients were told in the end: the job's id, or that nobody knows. */
  told?: string;
}

const UNKNOWN = 'SUBMISSION_OUTCOME_UNKNOWN';
/** Told to those who may ask again: not decided yet, or certainly not made. */
const AGAIN = /^(SUBMISSION_IN_PROGRESS|UPSTREAM_THROTTLED|UPSTREAM_UNAVAILABLE)$/;

/**
 * Kills the gateway at random moments under careful clients, who send each key until they are told what became of it;
 * then compares what VOD made with the ledger and with what they were told, and finds the lost jobs again.
 *
 * @param seed of the moments and the faults; the rest is up to the machine
 */
export async function killAtRandom(kills: number, seed: number, signal?: AbortSignal): Promise<Killed> {
  const choice = seededChoice(String(seed));
  const random = () => choice.integer(0, 999_999) / 1_000_000;
  const emulator = await startEmulator({ speed: 1_000, random });
  const upstream = await delayedAnswers(emulator.origin, random);
  const dataDir = await mkdtemp(join(tmpdir(), 'vod-ai-gateway-'));
  const gateway = new KillableGateway({
    ...upstreamSettings(emulator),
    VOD_ENDPOINT: upstream.origin,
    DATA_DIR: dataDir,
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
    await gateway.kill();

    emulator.faults.clear();
    upstream.stopDelaying();
    const accepted = acceptedJobs(emulator);
    const lost = await compare(accepted, clients, dataDir);
    await gateway.start();
    for (const { kind, id } of lost) {
      if (kind === 'IMAGE') await execute(gateway.origin, parse(`{ aiImageJob(id: "${id}") { id } }`), {});
    }
    await clients.askForAll(accepted);
    const more = acceptedJobs(emulator).length - accepted.length;
    if (more > 0) clients.problems.push(`${more} jobs were made twice in the end`);
    const { problems, keys } = clients;
    const counts = { keys: keys.size, accepted: accepted.length, lost: lost.length };
    return { problems, ...counts, neverMade: keys.size - accepted.length };
  } finally {
    clients.stop(0);
    await gateway.kill();
    await working;
    await upstream.close();
    await emulator.close();
    await rm(dataDir, { recursive: true });
  }
}

/** Clients that send each key until they know what became of it. */
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
    for (const { name } of this.#open) this.problems.push(`${name}: never told what became of it`);
  }

  /** No new keys from now on; those that are open are brought to their end. */
  stop(drainMs = DRAIN_MS): void {
    this.#stopsAt = Math.min(this.#stopsAt, Date.now());
    this.#endsAt = Date.now() + drainMs;
  }

  /** Those who only send new keys keep the stream going while others wait for old ones. */
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

  /** Now and then twice at once. */
  async #send(key: Key): Promise<void> {
    key.notBefore = Number.POSITIVE_INFINITY;
    const { origin } = this.#gateway;
    const copies = Array.from({ length: this.#random() < 0.2 ? 2 : 1 }, () => submit(origin, key));
    const told = new Set(await Promise.all(copies));
    // The gateway itself has waited for a while; a connection that broke is another matter.
    key.notBefore = Date.now() + (told.has(undefined) ? 0 : 1_500);
    for (const text of told) if (text === undefined || AGAIN.test(text)) told.delete(text);
    const [outcome, other] = told;
    if (other) this.problems.push(`${key.name}: told ${outcome} and ${other} at once`);
    if (!outcome) return;
    key.told = outcome;
    this.#open.delete(key);
  }

  /** Now each key gives its job, whether it was lost or not; and where there is none, still nothing is made. */
  async askForAll(accepted: readonly AcceptedJob[]): Promise<void> {
    const ids = new Map(accepted.map(({ videoId, id }) => [videoId, id]));
    for (const key of this.keys.values()) {
      const expected = ids.get(key.name) ?? UNKNOWN;
      let told: string | undefined;
      // What a reading shows is written down behind its answer.
      for (let time = 0; time < 20 && told !== expected; time++) {
        await sleep(time === 0 ? 0 : 50);
        told = await submit(this.#gateway.origin, key);
      }
      if (told !== expected) this.problems.push(`${key.name}: told ${told} in the end, not ${expected}`);
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

/** Gives the job's id or the error's code; nothing where the gateway is gone. The video is named like the key. */
async function submit(origin: string, { name, kind }: Key): Promise<string | undefined> {
  const field =
    kind === 'AI'
      ? `submitAIJob(input: { mediaId: "${name}", types: [VIDEO_TAG], idempotencyKey: "${name}" }) { made: jobs`
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

/** Each job is its key's only one, and its submission has it or is unknown; gives the latter. */
async function compare(
  accepted: readonly AcceptedJob[],
  clients: Clients,
  dataDir: string,
): Promise<AcceptedJob[]> {
  const { keys, problems } = clients;
  const ledger = await openLedger({ dataDir });
  try {
    const lost: AcceptedJob[] = [];
    const made = new Set<string>();
    for (const job of accepted) {
      const { videoId: name, id, marker, kind, submittedAt } = job;
      if (made.has(name)) problems.push(`${name}: made twice`);
      made.add(name);
      const told = keys.get(name)?.told;
      if (told !== id && told !== UNKNOWN) problems.push(`${name}: told ${told}, but ${id} was made`);
      const submission = await ledger.submission(marker);
      const state = submission?.state;
      if (submission?.idempotencyKey !== name) problems.push(`${name}: its job is of another submission`);
      const has = submission?.jobs.map((of) => of.id).join();
      if (state === 'MADE' && has === id) continue;
      // Every lease has run out by now, and every key was asked for since.
      if (state !== 'UNKNOWN') problems.push(`${name}: ${state} with ${has}, but ${id} was made`);
      lost.push(job);
      // As an event would: readings of AI jobs carry no marker.
      const record = { kind, id, videoId: name, submittedAt, submissionId: undefined, state: undefined };
      if (kind === 'AI') await ledger.resolve(marker, { ...record, type: 'VIDEO_TAG', status: undefined });
    }
    for (const { name, told } of keys.values()) {
      const state = (await ledger.submissionByKey(name))?.state;
      if (!made.has(name) && (told !== UNKNOWN || state !== 'UNKNOWN'))
        problems.push(`${name}: told ${told}, written down as ${state}, but nothing was made`);
    }
    return lost;
  } finally {
    await ledger.close();
  }
}
