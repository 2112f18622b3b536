import { createHash, randomBytes } from 'node:crypto';
import { type Clock, sleep } from '../../clock.ts';
import type { AIImageJob, AIMediaAuditJob, AnyJob, JobKind } from '../../domain/job.ts';
import type { Region } from '../../domain/region.ts';
import type {
  AIImageAuditJobSubmission,
  AIImageJobSubmission,
  AIJobSubmission,
  AIJobSubmissionOutcome,
  AIMediaAuditJobSubmission,
  OneJobSubmissionOutcome,
  Optional,
  SubmissionOutcome,
  Submitted,
  UserError,
} from '../../domain/submission.ts';
import { untilNextDay, utcDay } from '../../ledger/allowances.ts';
import {
  type Allowance,
  type Begun,
  type JobEntry,
  type Ledger,
  LedgerError,
  type Submission,
  type SubmissionEnd,
  type SubmissionIntent,
} from '../../ledger/ledger.ts';
import type { Log } from '../../observability/log.ts';
import type { Tracing } from '../../observability/tracing/tracing.ts';
import { isAccountError, RejectedError, RpcError } from '../../rpc/errors.ts';
import type { SubmitActions, VodApi } from '../../vod/api.ts';
import type { SendOptions } from '../../vod/send-options.ts';
import { UpstreamCall } from '../call-trace.ts';
import type { Submitter } from '../requester.ts';
import { checkIdempotencyKey } from './checks.ts';
import { rejection } from './rejection.ts';
import { lateAfter, sendPermit } from './send-permit.ts';
import {
  aiImageAuditJobSubmissions,
  aiImageJobSubmissions,
  aiJobSubmissions,
  aiMediaAuditJobSubmissions,
  type SubmissionKind,
} from './submission-kinds.ts';

/**
 * A submission was sent, and it is not known whether VOD made jobs: the response was lost or is invalid. Sending it again
 * could be charged twice.
 */
export class SubmissionOutcomeUnknownError extends Error {
  /** The id of the submission in the ledger. */
  readonly submissionId: string;
  /** The error of the call, if this gateway has just made it. */
  readonly failure: RpcError | undefined;

  constructor(action: string, submissionId: string, failure?: RpcError) {
    super(`${failure?.message ?? `${action} was sent`}; whether a job was made is not known`);
    this.name = 'SubmissionOutcomeUnknownError';
    this.submissionId = submissionId;
    this.failure = failure;
  }
}

/** The caller has made all submissions that it may make in this UTC day. Nothing was sent. */
export class DailyLimitError extends Error {
  readonly excess: {
    readonly limit: 'submissionsPerDay';
    /** The number of submissions a day. */
    readonly value: number;
    readonly retryAfterMs: number;
  };

  constructor(value: number, retryAfterMs: number) {
    super(`expected at most ${value} submissions a day (UTC); got one more, which was not sent`);
    this.name = 'DailyLimitError';
    this.excess = { limit: 'submissionsPerDay', value, retryAfterMs };
  }
}

export interface SubmissionsOptions {
  readonly vod: SubmitActions;
  /** The quotas of the submit actions. */
  readonly quota: VodApi['submitQuota'];
  readonly ledger: Ledger;
  readonly region: Region;
  readonly clock: Clock;
  /**
   * The timeout of a call, of the wait for the quota before it, and of the wait for an earlier submission with the same key,
   * in milliseconds.
   */
  readonly timeoutMs: number;
  readonly log: Log;
  /** Called when VOD has made jobs, so that they are watched. */
  readonly onMade: (kind: JobKind) => void;
  readonly tracing?: Tracing | undefined;
}

type Outcome<Job extends AnyJob> = SubmissionOutcome<readonly Job[]> & {
  readonly submissionId?: string | undefined;
};

/** One caller's submission, with its key. */
interface Request<Input, Job extends AnyJob> {
  readonly kind: SubmissionKind<Input, Job>;
  readonly input: Input;
  readonly callerId: string;
  readonly idempotencyKey: string | undefined;
  readonly fingerprint: string;
  readonly upstream: UpstreamCall;
  /** The caller's allowance for the day of a time in Unix milliseconds; `undefined` if it has none. */
  readonly allowanceAt: (time: number) => Allowance | undefined;
}

/** A submission, and how to send it if it has begun. */
interface Attempt {
  readonly submission: Submission;
  readonly sending?: SendOptions | undefined;
}

/** A process that has not finished a submission within this time after the call's timeout has died. */
const LEASE_MARGIN_MS = 5_000;
const POLL_MS = 100;

/** The idempotency key belongs to a submission with another input. */
const keyReused: UserError = {
  code: 'IDEMPOTENCY_KEY_REUSED',
  field: ['idempotencyKey'],
  message:
    'idempotencyKey: expected a new key for a new input; got the key of a submission with another input',
};

/** An earlier submission with the idempotency key is still in progress after the timeout. */
const inProgress: UserError = {
  code: 'SUBMISSION_IN_PROGRESS',
  field: ['idempotencyKey'],
  message: 'idempotencyKey: the first submission with this key is still in progress; retry later',
};

/**
 * Submits jobs, at most once for each idempotency key of a caller. The ledger has the intent before the call, and the outcome after
 * it.
 *
 * Mistakes that the caller can correct are the outcome's `userErrors`. Other failures reject:
 * - with a `LedgerError` if the intent cannot be written; nothing was sent
 * - with a {@link DailyLimitError} if the caller's allowance is used up; nothing was sent
 * - with an `RpcError` if VOD certainly made no job
 * - with a {@link SubmissionOutcomeUnknownError} if that is not known
 *
 * A caller that disconnects does not cancel a submission, because it is charged by then.
 */
export class Submissions {
  readonly #options: SubmissionsOptions;
  /** Submissions in progress in this process, by fingerprint, idempotency key and caller. */
  readonly #shared = new Map<string, { outcome: Promise<unknown>; upstream: UpstreamCall }>();
  /**
   * Intents that may be in the ledger although nothing was sent: the response to `begin` was lost. Few, because each took a
   * connection of the ledger until its timeout.
   */
  readonly #notSent = new Map<string, SubmissionIntent>();
  #isCancelling = false;
  readonly #closing = new AbortController();

  constructor(options: SubmissionsOptions) {
    this.#options = options;
  }

  submitAIJob(
    input: AIJobSubmission,
    idempotencyKey: Optional<string>,
    submitter: Submitter,
  ): Promise<AIJobSubmissionOutcome> {
    return this.#submit(aiJobSubmissions, input, idempotencyKey, submitter);
  }

  submitAIImageJob(
    input: AIImageJobSubmission,
    idempotencyKey: Optional<string>,
    submitter: Submitter,
  ): Promise<OneJobSubmissionOutcome<AIImageJob>> {
    return this.#submitForOne(aiImageJobSubmissions, input, idempotencyKey, submitter);
  }

  submitAIMediaAuditJob(
    input: AIMediaAuditJobSubmission,
    idempotencyKey: Optional<string>,
    submitter: Submitter,
  ): Promise<OneJobSubmissionOutcome<AIMediaAuditJob>> {
    return this.#submitForOne(aiMediaAuditJobSubmissions, input, idempotencyKey, submitter);
  }

  submitAIImageAuditJob(
    input: AIImageAuditJobSubmission,
    idempotencyKey: Optional<string>,
    submitter: Submitter,
  ): Promise<OneJobSubmissionOutcome<AIMediaAuditJob>> {
    return this.#submitForOne(aiImageAuditJobSubmissions, input, idempotencyKey, submitter);
  }

  /** Stops retrying to write outcomes. Tries once more to cancel what was not sent, because only this process knows it. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#cancelAll().catch(() => {});
  }

  /** Submits with an action that makes one job. */
  async #submitForOne<Input, Job extends AnyJob>(
    kind: SubmissionKind<Input, Job>,
    input: Input,
    idempotencyKey: Optional<string>,
    submitter: Submitter,
  ): Promise<OneJobSubmissionOutcome<Job>> {
    const outcome = await this.#submit(kind, input, idempotencyKey, submitter);
    if (!('made' in outcome)) return outcome;
    const { made, requestId, submissionId = '' } = outcome;
    const [job] = made;
    if (!job) throw new SubmissionOutcomeUnknownError(kind.action, submissionId);
    return { made: job, requestId, submissionId };
  }

  /** Checks the input. One caller's requests with the same key and input in this process share one submission. */
  async #submit<Input, Job extends AnyJob>(
    kind: SubmissionKind<Input, Job>,
    input: Input,
    idempotencyKey: Optional<string>,
    submitter: Submitter,
  ): Promise<Outcome<Job>> {
    const { region, tracing } = this.#options;
    const { callerId, callTrace } = submitter;
    const userErrors = [...checkIdempotencyKey(idempotencyKey), ...kind.check(input, region)];
    if (userErrors.length > 0) return { userErrors };

    const print = fingerprint(kind.records.kind, input);
    const key = idempotencyKey ?? undefined;
    // A key has no spaces.
    const sharedKey = key === undefined ? undefined : `${print} ${key} ${callerId}`;
    const shared = sharedKey === undefined ? undefined : this.#shared.get(sharedKey);
    shared?.upstream.serves(callTrace);
    // The fingerprint includes the kind, so these are jobs of the same kind.
    if (shared) return shared.outcome as Promise<Outcome<Job>>;

    const upstream = new UpstreamCall({ action: kind.action, name: 'submission', tracing });
    upstream.serves(callTrace);
    const allowanceAt = (time: number) => allowanceOf(submitter, time);
    const request = { kind, input, callerId, idempotencyKey: key, fingerprint: print, upstream, allowanceAt };
    const outcome = upstream
      .run(() => this.#submitOnce(request))
      .finally(() => {
        if (sharedKey !== undefined) this.#shared.delete(sharedKey);
      });
    if (sharedKey !== undefined) this.#shared.set(sharedKey, { outcome, upstream });
    return outcome;
  }

  async #submitOnce<Input, Job extends AnyJob>(request: Request<Input, Job>): Promise<Outcome<Job>> {
    const { clock, timeoutMs } = this.#options;
    const { fingerprint } = request;
    const deadline = clock.monotonic() + timeoutMs;
    for (;;) {
      const { submission, sending } = await this.#attempt(request);
      const submissionId = submission.id;
      if (sending) return { ...(await this.#send(request, submission, sending)), submissionId };
      if (submission.fingerprint !== fingerprint) return { userErrors: [keyReused] };
      const outcome = await this.#outcomeOf(submission, request, deadline);
      if (outcome) return { ...outcome, submissionId };
    }
  }

  /** Takes a permit and begins the submission with it, or returns the earlier submission with the same key. */
  async #attempt<Input, Job extends AnyJob>(request: Request<Input, Job>): Promise<Attempt> {
    const { ledger, clock, timeoutMs, quota } = this.#options;
    const { kind, input, callerId, idempotencyKey, fingerprint, upstream } = request;
    const { action } = kind;
    let permit = quota.tryPermit(action);
    if (!permit) {
      // A repeated request does not wait for the quota, and a caller whose allowance is used up keeps no others waiting.
      const earlier = await ledger.repeatedBy({ caller: callerId, idempotencyKey, fingerprint });
      if (earlier) return { submission: earlier };
      const allowance = request.allowanceAt(clock.now());
      if (allowance && (await ledger.isUsedUp(allowance))) {
        throw new DailyLimitError(allowance.limit, untilNextDay(clock.now()));
      }
      permit = await sendPermit({ quota, action, timeoutMs, clock, closing: this.#closing.signal });
    }
    const leaseMs = timeoutMs + LEASE_MARGIN_MS;
    const isLate = lateAfter(clock, leaseMs);
    const now = clock.now();
    const allowance = request.allowanceAt(now);
    const intent: SubmissionIntent = {
      id: newId(now),
      kind: kind.records.kind,
      caller: callerId,
      idempotencyKey,
      fingerprint,
      videoId: kind.videoId(input),
      input: JSON.stringify(input),
      submittedAt: now,
      leaseMs,
    };
    let isUsed = false;
    try {
      const { begun, submission } = await this.#begin(intent, allowance);
      isUsed = begun;
      if (!begun) return { submission };
      return { submission, sending: { observer: upstream, permit, isLate } };
    } finally {
      if (!isUsed) quota.release(action);
    }
  }

  /** Begins the submission. If that fails, the submission is not sent, so it is cancelled as soon as the ledger is back. */
  async #begin(intent: SubmissionIntent, allowance: Allowance | undefined): Promise<Begun> {
    const { ledger } = this.#options;
    let result: Begun | undefined;
    try {
      result = allowance ? await ledger.beginWithin(intent, allowance) : await ledger.begin(intent);
    } catch (error) {
      if (error instanceof LedgerError && error.mayHaveRun) {
        this.#notSent.set(intent.id, intent);
        void this.#cancelLater();
      }
      throw error;
    }
    if (!result) throw new DailyLimitError(allowance?.limit ?? 0, untilNextDay(intent.submittedAt));
    return result;
  }

  async #send<Input, Job extends AnyJob>(
    { kind, input, callerId }: Request<Input, Job>,
    submission: Submission,
    options: SendOptions,
  ): Promise<Outcome<Job>> {
    const { vod, clock, log, onMade } = this.#options;
    const { id } = submission;
    const { action, records } = kind;
    let submitted: Submitted<readonly Job[]>;
    try {
      submitted = await kind.send(vod, input, id, options);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const { requestId } = error;
      if (error instanceof RejectedError && !isAccountError(error)) {
        const userErrors = [rejection(error)];
        await this.#finish(id, { state: 'REFUSED', requestId, userErrors: JSON.stringify(userErrors) });
        return { userErrors, requestId };
      }
      await this.#finish(id, { state: error.mayHaveRun ? 'UNKNOWN' : 'FAILED', requestId });
      throw error.mayHaveRun ? new SubmissionOutcomeUnknownError(action, id, error) : error;
    }
    const { made, requestId } = submitted;
    // If the ledger is unavailable now, only the log has the jobs.
    const ids = made.map((job) => job.id);
    log.info({ action, requestId, submission: id, caller: callerId, jobs: ids }, 'submitted');
    const jobs = made.map((job) => records.toRecord(job, clock.now(), submission));
    const isWritten = await this.#finish(id, { state: 'MADE', requestId, jobs });
    onMade(records.kind);
    // Only written jobs are acknowledged.
    if (!isWritten) throw new SubmissionOutcomeUnknownError(action, id);
    return submitted;
  }

  /**
   * Waits for the outcome of an earlier submission with the same key and input. Returns `undefined` if it certainly made
   * no job, so that the request can begin again.
   */
  async #outcomeOf<Input, Job extends AnyJob>(
    submission: Submission,
    { kind, input }: Request<Input, Job>,
    deadline: number,
  ): Promise<Outcome<Job> | undefined> {
    const { ledger, clock } = this.#options;
    for (let earlier = submission; ; ) {
      const { id, state, requestId, userErrors, hasExpired, jobs } = earlier;
      const notSent = this.#notSent.get(id);
      if (notSent) {
        await this.#cancel(notSent);
        return undefined;
      }
      if (state === 'MADE') {
        const states = await ledger.jobs(
          kind.records.kind,
          jobs.map((job) => job.id),
        );
        const stateOf = (id: string) => states.find((job) => job.id === id)?.state;
        const restore = (job: JobEntry) => kind.restore({ ...job, state: stateOf(job.id) }, input, requestId);
        return { made: jobs.map(restore), requestId };
      }
      if (state === 'REFUSED') {
        return { userErrors: JSON.parse(userErrors ?? '[]') as UserError[], requestId };
      }
      if (state === 'FAILED') return undefined;
      if (state === 'UNKNOWN') throw new SubmissionOutcomeUnknownError(kind.action, id);
      if (hasExpired) {
        await ledger.finish(id, { state: 'UNKNOWN' });
      } else {
        if (clock.monotonic() + POLL_MS > deadline) return { userErrors: [inProgress] };
        await sleep(clock, POLL_MS, this.#closing.signal);
      }
      // The submission can get another outcome meanwhile.
      const now = await ledger.submission(id);
      if (!now && hasExpired) throw new SubmissionOutcomeUnknownError(kind.action, id);
      earlier = now ?? earlier;
    }
  }

  /** Writes the outcome. Returns `false` if the ledger is unavailable; then the write is retried in the background. */
  async #finish(id: string, end: SubmissionEnd): Promise<boolean> {
    try {
      await this.#options.ledger.finish(id, end);
      return true;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#options.log.error({ error: error.name, submission: id, state: end.state }, error.message);
      void this.#untilWritten(() => this.#options.ledger.finish(id, end));
      return false;
    }
  }

  async #cancelLater(): Promise<void> {
    if (this.#isCancelling) return;
    this.#isCancelling = true;
    await this.#untilWritten(() => this.#cancelAll());
    this.#isCancelling = false;
  }

  async #cancelAll(): Promise<void> {
    for (const notSent of this.#notSent.values()) await this.#cancel(notSent);
  }

  async #cancel(intent: SubmissionIntent): Promise<void> {
    await this.#options.ledger.cancel(intent);
    this.#notSent.delete(intent.id);
  }

  /** Retries a write until it succeeds or the gateway closes. */
  async #untilWritten(write: () => Promise<void>): Promise<void> {
    const { clock } = this.#options;
    for (let waitMs = 500; !this.#closing.signal.aborted; waitMs = Math.min(2 * waitMs, 30_000)) {
      try {
        await sleep(clock, waitMs, this.#closing.signal);
        await write();
        return;
      } catch {
        // The ledger is still unavailable, or the gateway is closing.
      }
    }
  }
}

/** The caller is hashed, because its name may be long, and may be personal data. */
function allowanceOf({ callerKey, submissionsPerDay = 0 }: Submitter, time: number): Allowance | undefined {
  if (callerKey === undefined || submissionsPerDay === 0) return undefined;
  const caller = createHash('sha256').update(callerKey).digest('base64url');
  return { caller, day: utcDay(time), limit: submissionsPerDay };
}

/** A unique id; ids sort by time. */
function newId(now: number): string {
  return now.toString(36).padStart(9, '0') + randomBytes(9).toString('hex');
}

/** SHA-256 of the input's canonical JSON: sorted keys, without null, which GraphQL clients send for absent fields. */
export function fingerprint(kind: JobKind, input: unknown): string {
  const canonical = JSON.stringify([kind, input], (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const fields = Object.entries(value).filter(([, field]) => field !== null);
    return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return createHash('sha256').update(canonical).digest('hex');
}
