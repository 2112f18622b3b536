import { randomBytes } from 'node:crypto';
import { type Clock, sleep } from '../../clock.ts';
import type { AIImageJob, AIJob, AnyJob, JobKind } from '../../domain/job.ts';
import type { Region } from '../../domain/region.ts';
import type {
  AIImageJobSubmission,
  AIImageJobSubmissionOutcome,
  AIJobSubmission,
  AIJobSubmissionOutcome,
  SubmissionOutcome,
  Submitted,
  UserError,
} from '../../domain/submission.ts';
import { type Ledger, LedgerError, type Submission, type SubmissionEnd } from '../../ledger/ledger.ts';
import type { Log } from '../../observability/log.ts';
import type { Tracing } from '../../observability/tracing/tracing.ts';
import type { CallObserver } from '../../rpc/client.ts';
import { isAccountError, RejectedError, RpcError } from '../../rpc/errors.ts';
import { submittedAIImageJob } from '../../vod/ai-image-jobs.ts';
import type { SubmitActions } from '../../vod/api.ts';
import { type CallTrace, UpstreamCall } from '../call-trace.ts';
import { aiImageJobRecords, aiJobRecords, type JobRecords } from '../records.ts';
import { checkAIImageJobSubmission, checkAIJobSubmission, checkIdempotencyKey } from './checks.ts';
import { fingerprint } from './fingerprint.ts';
import { inProgress, keyReused, rejection } from './rejection.ts';

/**
 * A submission was sent, and nobody knows whether a job was made: no answer came, or none that can be read. Sending
 * it again could be paid for twice.
 */
export class SubmissionOutcomeUnknownError extends Error {
  /** What happened to the call, where this gateway made it just now. */
  readonly failure: RpcError | undefined;

  constructor(action: string, failure?: RpcError) {
    super(`${failure?.message ?? `${action} was sent`}; whether a job was made is not known`);
    this.name = 'SubmissionOutcomeUnknownError';
    this.failure = failure;
  }
}

export interface SubmissionsOptions {
  readonly vod: SubmitActions;
  readonly ledger: Ledger;
  readonly region: Region;
  readonly clock: Clock;
  /** How long a call may take, and so how long a second caller waits for the first one's. */
  readonly timeoutMs: number;
  readonly log: Log;
  /** Told when jobs were made: from then on they are to be watched. */
  readonly onMade: (kind: JobKind) => void;
  readonly tracing?: Tracing | undefined;
}

/** What differs between the two kinds of submissions. */
interface Kind<Job extends AnyJob> {
  readonly action: string;
  readonly records: JobRecords<Job>;
  /** The job of a submission that the ledger knows as no more than submitted. */
  readonly input: { readonly videoId: string; readonly submission: object; readonly key: string | undefined };
  send(submissionId: string, observer: CallObserver): Promise<Submitted<readonly Job[]>>;
  restore(submission: Submission): readonly Job[];
}

/** A submission under a key that somebody in this process is waiting for. */
interface UnderWay {
  readonly outcome: Promise<unknown>;
  readonly upstream: UpstreamCall;
}

/** A process that has not ended a submission so long after its call's deadline has died. */
const LEASE_MARGIN_MS = 5_000;
const POLL_MS = 100;

/**
 * Submits jobs, each at most once under its idempotency key: the intent is in the ledger before the call, and its
 * outcome after it. What the caller can mend is the outcome's `userErrors`; everything else rejects: with a
 * {@link SubmissionOutcomeUnknownError}, with a `LedgerError` where nothing could be written down and so nothing was
 * sent, or with an `RpcError` where it is certain that no job was made.
 *
 * A caller who goes away does not cancel a submission: it is paid for by then.
 */
export class Submissions {
  readonly #options: SubmissionsOptions;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #closing = new AbortController();

  constructor(options: SubmissionsOptions) {
    this.#options = options;
  }

  async submitAIJob(
    submission: AIJobSubmission,
    key?: string | null,
    callTrace?: CallTrace,
  ): Promise<AIJobSubmissionOutcome> {
    const { vod, region } = this.#options;
    const userErrors = [...checkIdempotencyKey(key), ...checkAIJobSubmission(submission, region)];
    if (userErrors.length > 0) return { userErrors };
    return this.#submit<AIJob>(
      {
        action: 'SubmitAIJob',
        records: aiJobRecords,
        input: { videoId: submission.mediaId, submission, key: key ?? undefined },
        send: (id, observer) => vod.submitAIJob(submission, id, observer),
        restore: ({ jobs, requestId }) => jobs.map((job) => aiJobRecords.fromRecord(job, requestId)),
      },
      callTrace,
    );
  }

  async submitAIImageJob(
    submission: AIImageJobSubmission,
    key?: string | null,
    callTrace?: CallTrace,
  ): Promise<AIImageJobSubmissionOutcome> {
    const { vod, region } = this.#options;
    const userErrors = [...checkIdempotencyKey(key), ...checkAIImageJobSubmission(submission, region)];
    if (userErrors.length > 0) return { userErrors };
    const outcome = await this.#submit<AIImageJob>(
      {
        action: 'SubmitAIImageJob',
        records: aiImageJobRecords,
        input: { videoId: submission.videoId, submission, key: key ?? undefined },
        async send(id, observer) {
          const { made, requestId } = await vod.submitAIImageJob(submission, id, observer);
          return { made: [made], requestId };
        },
        restore: ({ jobs, requestId }) =>
          jobs.map((job) =>
            job.state === undefined
              ? submittedAIImageJob(submission, job.id, requestId)
              : aiImageJobRecords.fromRecord(job, requestId),
          ),
      },
      callTrace,
    );
    if (!('made' in outcome)) return outcome;
    const [made] = outcome.made;
    if (!made) throw new SubmissionOutcomeUnknownError('SubmitAIImageJob');
    return { made, requestId: outcome.requestId };
  }

  /** Stops writing what could not be written yet. */
  close(): void {
    this.#closing.abort();
  }

  /** Of callers with the same key and input in this process, the others get what the first one gets. */
  #submit<Job extends AnyJob>(
    kind: Kind<Job>,
    callTrace: CallTrace | undefined,
  ): Promise<SubmissionOutcome<readonly Job[]>> {
    const { submission, key } = kind.input;
    const print = fingerprint(kind.records.kind, submission);
    const same = key === undefined ? undefined : `${print} ${key}`;
    const underWay = same === undefined ? undefined : this.#underWay.get(same);
    underWay?.upstream.serves(callTrace);
    // The fingerprint holds the kind, so the outcome is of this kind's jobs.
    if (underWay) return underWay.outcome as Promise<SubmissionOutcome<readonly Job[]>>;

    const { tracing } = this.#options;
    const upstream = new UpstreamCall({ action: kind.action, name: 'submission', tracing });
    upstream.serves(callTrace);
    const outcome = this.#submitOnce(kind, print, upstream).finally(() => {
      upstream.end();
      if (same !== undefined) this.#underWay.delete(same);
    });
    if (same !== undefined) this.#underWay.set(same, { outcome, upstream });
    return outcome;
  }

  async #submitOnce<Job extends AnyJob>(
    kind: Kind<Job>,
    print: string,
    upstream: UpstreamCall,
  ): Promise<SubmissionOutcome<readonly Job[]>> {
    const { ledger, clock, timeoutMs } = this.#options;
    const { videoId, submission, key } = kind.input;
    const deadline = clock.now() + timeoutMs;
    for (;;) {
      const now = clock.now();
      const found = await ledger.begin({
        id: newId(now),
        kind: kind.records.kind,
        idempotencyKey: key,
        fingerprint: print,
        videoId,
        input: JSON.stringify(submission),
        submittedAt: now,
        leaseUntil: now + timeoutMs + LEASE_MARGIN_MS,
      });
      if (found.begun) return this.#send(kind, found.submission, upstream);
      const earlier = await this.#earlier(kind, found.submission, print, deadline);
      // It has failed meanwhile, without having been run: this caller may try.
      if (earlier) return earlier;
    }
  }

  async #send<Job extends AnyJob>(
    kind: Kind<Job>,
    submission: Submission,
    upstream: UpstreamCall,
  ): Promise<SubmissionOutcome<readonly Job[]>> {
    const { clock, log, onMade } = this.#options;
    const { id } = submission;
    let made: readonly Job[];
    let requestId: string | undefined;
    try {
      ({ made, requestId } = await kind.send(id, upstream));
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      requestId = error.requestId;
      if (error instanceof RejectedError && !isAccountError(error)) {
        const userErrors = [rejection(error)];
        await this.#finish(id, { state: 'REFUSED', requestId, userErrors: JSON.stringify(userErrors) });
        return { userErrors, requestId };
      }
      await this.#finish(id, { state: error.mayHaveRun ? 'UNKNOWN' : 'FAILED', requestId });
      throw error.mayHaveRun ? new SubmissionOutcomeUnknownError(kind.action, error) : error;
    }
    // Should the ledger be gone by now, the log has them.
    log.info(
      { action: kind.action, requestId, submission: id, jobs: made.map((job) => job.id) },
      'submitted',
    );
    const jobs = made.map((job) => kind.records.toRecord(job, clock.now(), submission));
    const written = await this.#finish(id, { state: 'MADE', requestId, jobs });
    onMade(kind.records.kind);
    // What is acknowledged is written: to the caller, a job that is not is one whose outcome is unknown for now.
    if (!written) throw new SubmissionOutcomeUnknownError(kind.action);
    return { made, requestId };
  }

  /** What became of the submission that has the key already; `undefined` where it was certainly not run. */
  async #earlier<Job extends AnyJob>(
    { action, restore }: Kind<Job>,
    found: Submission,
    print: string,
    deadline: number,
  ): Promise<SubmissionOutcome<readonly Job[]> | undefined> {
    const { ledger, clock } = this.#options;
    if (found.fingerprint !== print) return { userErrors: [keyReused] };
    for (let earlier = found; ; ) {
      const { id, state, requestId, userErrors, leaseUntil } = earlier;
      if (state === 'MADE') return { made: restore(earlier), requestId };
      if (state === 'REFUSED')
        return { userErrors: JSON.parse(userErrors ?? '[]') as UserError[], requestId };
      if (state === 'FAILED') return undefined;
      if (state === 'PENDING' && leaseUntil <= clock.now()) await ledger.finish(id, { state: 'UNKNOWN' });
      if (state === 'UNKNOWN' || leaseUntil <= clock.now()) throw new SubmissionOutcomeUnknownError(action);
      if (clock.now() + POLL_MS > deadline) return { userErrors: [inProgress] };
      await sleep(clock, POLL_MS, this.#closing.signal);
      earlier = (await ledger.submission(id)) ?? earlier;
    }
  }

  /** Whether it is written; where it is not, it will be as soon as the ledger is back. */
  async #finish(id: string, end: SubmissionEnd): Promise<boolean> {
    try {
      await this.#options.ledger.finish(id, end);
      return true;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#options.log.error({ error: error.name, submission: id, state: end.state }, error.message);
      void this.#finishLater(id, end);
      return false;
    }
  }

  async #finishLater(id: string, end: SubmissionEnd): Promise<void> {
    const { ledger, clock } = this.#options;
    for (let wait = 500; !this.#closing.signal.aborted; wait = Math.min(2 * wait, 30_000)) {
      try {
        await sleep(clock, wait, this.#closing.signal);
        await ledger.finish(id, end);
        return;
      } catch {
        // Out of reach still, or closing.
      }
    }
  }
}

/** Unique, and in the order of time. */
function newId(now: number): string {
  return now.toString(36).padStart(9, '0') + randomBytes(9).toString('hex');
}
