import { setTimeout as sleep } from 'node:timers/promises';
import type { JobKind } from '../../../src/domain/job.ts';
import type { Emulator } from '../../../src/emulator/server.ts';
import type { ResponseError } from '../../support/running-gateway.ts';
import { follow } from './streams.ts';
import { isFinalState, mistakeIn, type ReadJob, rankOf } from './truth.ts';

/** The time after which a stream must have ended. Its jobs take seconds. */
const STREAM_PATIENCE_MS = 60_000;
/** The number of requests with one key before its client gives up. */
const MAX_SENDINGS = 4;

/** Codes after which no job was created. */
const NOT_MADE = /^(UPSTREAM_(THROTTLED|UNAVAILABLE|TIMEOUT|REJECTED)|REJECTED_BY_VOD)$/;
/** Codes of a failed lookup. */
const NOT_READ = /^UPSTREAM_(THROTTLED|UNAVAILABLE|TIMEOUT|INVALID_RESPONSE)$/;
const UNKNOWN = 'SUBMISSION_OUTCOME_UNKNOWN';
const UNDECIDED = 'SUBMISSION_IN_PROGRESS';

/** One intended submission. Its name is the video's id. */
export interface Wanted {
  readonly name: string;
  readonly kind: JobKind;
  readonly isKeyed: boolean;
  /** The job ids and error codes in the responses, in order. */
  readonly told: string[];
}

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly ResponseError[];
}

/** The ids of the jobs that existed from the start. */
export type Known = Readonly<Record<JobKind, readonly string[]>>;

const fields: Readonly<Record<JobKind, string>> = {
  AI: 'id status video { id } failure { code } data',
  IMAGE: 'id status video { id } failure { code } images { url }',
  MEDIA_AUDIT: 'id status video { id } failure { code } data',
};

/** Clients that check every response and add what is wrong to `problems`. */
export class Clients {
  readonly problems: string[] = [];
  readonly wanted: Wanted[] = [];
  /** The number of results by `ok` or error code. */
  readonly outcomes: Record<string, number> = {};
  slowestMs = 0;
  readonly #gateway: { readonly origin: string };
  readonly #emulator: Emulator;
  readonly #known: Known;
  readonly #random: () => number;
  readonly #patienceMs: number;
  readonly #submitted: Record<JobKind, string[]> = { AI: [], IMAGE: [], MEDIA_AUDIT: [] };
  #stopped = false;

  /** @param patienceMs the time after which a request without a response is a problem, in milliseconds */
  constructor(
    gateway: { readonly origin: string },
    emulator: Emulator,
    known: Known,
    random: () => number,
    patienceMs: number,
  ) {
    this.#gateway = gateway;
    this.#emulator = emulator;
    this.#known = known;
    this.#random = random;
    this.#patienceMs = patienceMs;
  }

  /** Runs this many clients until `stop` is called and they have their last responses. */
  async work(clients: number): Promise<void> {
    await Promise.all(
      Array.from({ length: clients }, async (_, index) => {
        const role = index % 8;
        while (!this.#stopped) {
          if (role === 0) await this.#follow();
          else if (role <= 2) await this.#submit();
          else await this.#read();
          await sleep(this.#random() * 300);
        }
      }),
    );
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Looks up 1 to 25 ids, some of which do not exist. */
  async #read(): Promise<void> {
    const kind = this.#kind();
    const ids = Array.from({ length: 1 + this.#below(25) }, () => this.#anyId(kind));
    await this.readsCorrectly(kind, [...new Set(ids)]);
  }

  /** Looks up jobs. Returns whether every id had a result. */
  async readsCorrectly(kind: JobKind, ids: readonly string[]): Promise<boolean> {
    const field = kind === 'AI' ? 'aiJobs' : 'aiImageJobs';
    const query = `query ($ids: [ID!]!) { jobs: ${field}(ids: $ids) { ${fields[kind]} } }`;
    const answer = await this.#execute(query, { ids });
    if (!answer) return false;
    const jobs = answer.data?.jobs as readonly (ReadJob | null)[] | undefined;
    if (jobs?.length !== ids.length) {
      this.problems.push(`expected ${ids.length} jobs; got ${JSON.stringify(answer).slice(0, 300)}`);
      return false;
    }
    const failed = new Set<unknown>();
    for (const { path, extensions } of answer.errors ?? []) {
      failed.add(path?.[1]);
      this.#count(extensions.code, NOT_READ);
    }
    for (const [index, id] of ids.entries()) {
      if (failed.has(index)) continue;
      const mistake = mistakeIn(this.#emulator, kind, id, jobs[index] ?? null);
      if (mistake) this.problems.push(mistake);
      else this.#count('ok');
    }
    return failed.size === 0;
  }

  /** Submits a job. With a key, retries until the outcome is known, and sometimes sends two requests at once. */
  async #submit(): Promise<void> {
    const isKeyed = this.#random() < 0.5;
    const wanted: Wanted = { name: `video-${this.wanted.length}`, kind: this.#kind(), isKeyed, told: [] };
    this.wanted.push(wanted);
    for (let sending = 0; sending < (isKeyed ? MAX_SENDINGS : 1); sending++) {
      const copies = isKeyed && this.#random() < 0.2 ? 2 : 1;
      await Promise.all(Array.from({ length: copies }, () => this.#send(wanted)));
      const last = wanted.told.at(-1) ?? UNDECIDED;
      if (this.#stopped || (last !== UNDECIDED && !NOT_MADE.test(last))) return;
      await sleep(200);
    }
  }

  async #send({ name, kind, isKeyed, told }: Wanted): Promise<void> {
    const [type, field, input] =
      kind === 'AI'
        ? ['SubmitAIJobInput', 'submitAIJob', { videoId: name, types: ['VIDEO_TAG'] }]
        : ['SubmitAIImageJobInput', 'submitAIImageJob', { videoId: name, templateId: 'template' }];
    const made = kind === 'AI' ? 'jobs' : 'job';
    const query = `mutation ($input: ${type}!) { submit: ${field}(input: $input) { made: ${made} { id } userErrors { code } } }`;
    const variables = { input: { ...input, ...(isKeyed && { idempotencyKey: name }) } };
    const answer = await this.#execute(query, variables);
    if (!answer) return;
    const outcome = answer.data?.submit as
      | { made: { id: string } | { id: string }[] | null; userErrors: { code: string }[] }
      | undefined;
    const [job] = [outcome?.made ?? []].flat();
    const code = outcome?.userErrors[0]?.code ?? answer.errors?.[0]?.extensions.code;
    told.push(job?.id ?? code ?? 'nothing');
    if (job) this.#submitted[kind].push(job.id);
    if (job) this.#count('ok');
    else if (code === UNKNOWN || (isKeyed && code === UNDECIDED)) this.#count(code);
    else this.#count(code ?? 'nothing', NOT_MADE);
  }

  /** Follows recent jobs until the stream ends. */
  async #follow(): Promise<void> {
    const kind = this.#kind();
    const ids = new Set([...this.#submitted[kind].slice(-2), this.#pick(this.#known[kind])]);
    const last = new Map<string, string>();
    try {
      const overWebSocket = this.#random() < 0.5;
      const told = await follow(this.#gateway.origin, kind, [...ids], overWebSocket, STREAM_PATIENCE_MS);
      for (const { extensions } of told.errors) this.#count(extensions.code, NOT_READ);
      for (const { id, status } of told.states) {
        const before = last.get(id) ?? 'INIT';
        if (!(rankOf(before) <= rankOf(status))) this.problems.push(`${id}: was ${before}, then ${status}`);
        last.set(id, status);
      }
      if (told.errors.length > 0) return;
      if (!told.isComplete) this.problems.push(`a stream of ${[...ids]} was cut off`);
      for (const id of ids) {
        const status = last.get(id) ?? 'nothing';
        if (!isFinalState(this.#emulator, kind, id, status)) this.problems.push(`${id}: ended as ${status}`);
        else this.#count('followed');
      }
    } catch (error) {
      this.problems.push(`a stream of ${[...ids]} failed: ${error}`);
    }
  }

  async #execute(query: string, variables: object): Promise<Answer | undefined> {
    const startedAt = performance.now();
    try {
      const response = await fetch(`${this.#gateway.origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(this.#patienceMs),
      });
      const text = await response.text();
      this.slowestMs = Math.max(this.slowestMs, Math.round(performance.now() - startedAt));
      if (response.status === 200) return JSON.parse(text) as Answer;
      this.problems.push(`${response.status} ${text.slice(0, 300)}`);
    } catch (error) {
      this.problems.push(`no response within ${Math.round(performance.now() - startedAt)} ms: ${error}`);
    }
    return undefined;
  }

  /** Counts a result. A code that `allowed` does not match is a problem. */
  #count(code: string, allowed?: RegExp): void {
    this.outcomes[code] = (this.outcomes[code] ?? 0) + 1;
    if (allowed && !allowed.test(code)) this.problems.push(`got ${code}`);
  }

  #anyId(kind: JobKind): string {
    const choice = this.#random();
    if (choice < 0.15) return `nobody-${this.#below(1_000_000)}`;
    const submitted = this.#submitted[kind].slice(-50);
    return choice < 0.5 && submitted.length > 0 ? this.#pick(submitted) : this.#pick(this.#known[kind]);
  }

  #kind(): JobKind {
    return this.#random() < 0.5 ? 'AI' : 'IMAGE';
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  #pick(texts: readonly string[]): string {
    return texts[this.#below(texts.length)] ?? '';
  }
}
