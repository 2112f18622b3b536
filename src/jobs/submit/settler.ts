import { type Clock, sleep } from '../../clock.ts';
import type { AIJob } from '../../domain/job.ts';
import { type Ledger, LedgerError, type UnsettledSubmission } from '../../ledger/ledger.ts';
import type { Log } from '../../observability/log.ts';
import { RpcError } from '../../rpc/errors.ts';
import type { JobDetail, JobInfoAction, JobInfoActions } from '../../vod/job-info.ts';
import { MAX_IDS_PER_CALL } from '../../vod/job-reader.ts';
import { WatchBudget } from '../live/budget.ts';
import type { JobLookup } from '../lookup/lookup.ts';
import { aiJobRecords } from '../records.ts';
import { decide, type Evidence, possibleJobs, type Verdict } from './settlement.ts';

export interface SettlerOptions {
  readonly vod: JobInfoActions;
  readonly ledger: Ledger;
  /** Looks up AI jobs without unfinished ones from the cache. */
  readonly refresh: JobLookup<AIJob>['load'];
  /** The budget of `refresh`. */
  readonly budget: WatchBudget;
  /** The share of the quotas of ListJobInfo and GetJobDetail: above 0, at most 1. */
  readonly share: number;
  /** The time between two listings of which both must agree, in milliseconds. 0: submissions are not settled. */
  readonly delayMs: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when a submission was found to have made jobs, so that they are watched. */
  readonly onMade: () => void;
}

/** The most submissions of one claim. */
const MAX_CLAIMED = 5;
/** A gateway that has not settled its submissions within this time after their calls' timeouts has died. */
const CLAIM_MARGIN_MS = 10_000;
/** How often the ledger is asked for unknown submissions, at most. */
const INTERVAL_MS = 30_000;
const MIN_INTERVAL_MS = 250;
/** VOD's times are whole seconds, so a second listing after exactly the delay could seem to be too early. */
const ROUNDING_MS = 2_000;
/** VOD lists the jobs of six months. Older submissions stay as they are. */
const MAX_AGE_MS = 150 * 24 * 3_600_000;
/** The quota of both actions, in calls per second. */
const DOCUMENTED_RATE = 15;

/**
 * Settles submissions of AI jobs whose response was lost, by the jobs that VOD lists for their videos. A submission that
 * cannot be settled is compared again, each time after twice the time.
 */
export class Settler {
  readonly #options: SettlerOptions;
  readonly #closing = new AbortController();
  readonly #budgets: Readonly<Record<JobInfoAction, WatchBudget>>;
  #round: Promise<void> = Promise.resolve();
  #cancel = () => {};

  constructor(options: SettlerOptions) {
    this.#options = options;
    const { vod, clock, share } = options;
    const budget = (action: JobInfoAction) => {
      const callsPerSecond = () => Math.min(DOCUMENTED_RATE, vod.jobInfoRate(action)) * share;
      return new WatchBudget({ clock, callsPerSecond });
    };
    this.#budgets = { ListJobInfo: budget('ListJobInfo'), GetJobDetail: budget('GetJobDetail') };
    if (options.delayMs > 0) this.#later();
  }

  /** Resolves when the present round has ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancel();
    await this.#round;
  }

  #later(): void {
    if (this.#closing.signal.aborted) return;
    const { clock, delayMs } = this.#options;
    const intervalMs = Math.min(INTERVAL_MS, Math.max(MIN_INTERVAL_MS, delayMs / 4));
    this.#cancel = clock.after(intervalMs, () => {
      this.#round = this.#settleDue().then(() => this.#later());
    });
  }

  /** Claims submissions and settles them, one after the other. */
  async #settleDue(): Promise<void> {
    const { ledger, clock, log, timeoutMs } = this.#options;
    const leaseMs = 2 * MAX_CLAIMED * timeoutMs + CLAIM_MARGIN_MS;
    try {
      const limit = this.#budgets.ListJobInfo.available(MAX_CLAIMED);
      if (limit === 0) return;
      // Before the claim, so that the time of the claim adds to the ages.
      const askedAt = clock.monotonic();
      const claimed = await ledger.claimUnsettled({ leaseMs, limit, since: clock.now() - MAX_AGE_MS });
      const claimedAt = clock.monotonic();
      for (const unsettled of claimed) {
        if (this.#closing.signal.aborted || clock.monotonic() - claimedAt > leaseMs / 2) return;
        await this.#settle(unsettled, askedAt);
      }
    } catch (error) {
      if (!(error instanceof LedgerError || error instanceof RpcError || this.#closing.signal.aborted))
        throw error;
      if (!this.#closing.signal.aborted) log.warn({ error: (error as Error).name }, (error as Error).message);
    }
  }

  /** @param askedAt the monotonic time of the claim, when the submission had its age */
  async #settle(claimed: UnsettledSubmission, askedAt: number): Promise<void> {
    const { vod, ledger, clock, delayMs, log, onMade } = this.#options;
    const { id, videoId, listing: seen } = claimed.submission;
    const { signal } = this.#closing;
    await this.#spend('ListJobInfo');
    let list: Awaited<ReturnType<JobInfoActions['listJobInfo']>>;
    try {
      list = await vod.listJobInfo(videoId, signal);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      // The submission is due again when the claim expires.
      log.debug({ error: error.name, submission: id }, error.message);
      return;
    }
    const unsettled = { ...claimed, ageMs: claimed.ageMs + clock.monotonic() - askedAt };
    const checkAgainInMs = Math.ceil(Math.max(delayMs + ROUNDING_MS, seen ? unsettled.ageMs : 0));
    if (!list) {
      await ledger.settle(id, { seen, listing: seen, checkAgainInMs, outcome: { state: 'UNKNOWN' } });
      return;
    }
    const owners = await this.#owners(
      id,
      list.jobs.map((job) => job.id),
    );
    const possible = possibleJobs({ unsettled, list, ...owners });
    const { jobs, details } = await this.#read(possible.map((job) => job.id));
    const { verdict, listing } = decide({ unsettled, list, ...owners, jobs, details, delayMs });
    const outcome = this.#outcome(verdict, unsettled);
    const isSet = await ledger.settle(id, { seen, listing: listing ?? seen, checkAgainInMs, outcome });
    if (isSet) {
      if (outcome.state === 'UNKNOWN') return;
      const jobIds = outcome.state === 'MADE' ? outcome.jobs.map((job) => job.id) : [];
      log.info({ submission: id, state: outcome.state, jobs: jobIds }, 'settled by the list of jobs');
      if (outcome.state === 'MADE') onMade();
    } else if (verdict.state === 'MADE') {
      // Another submission of the video is open. The candidates are recorded all the same.
      const unknown = { state: 'UNKNOWN' } as const;
      await ledger.settle(id, { seen, listing, checkAgainInMs, outcome: unknown });
    }
  }

  #outcome(verdict: Verdict, { submission }: UnsettledSubmission) {
    if (verdict.state !== 'MADE') return verdict;
    const now = this.#options.clock.now();
    return { ...verdict, jobs: verdict.jobs.map((job) => aiJobRecords.toRecord(job, now, submission)) };
  }

  /** The listed jobs that belong to other submissions. */
  async #owners(id: string, jobIds: readonly string[]): Promise<Pick<Evidence, 'ofOthers' | 'assigned'>> {
    const { ledger } = this.#options;
    const assigned = new Set<string>();
    const ofOthers = new Set<string>();
    for (const job of await ledger.jobs('AI', jobIds)) {
      if (job.submissionId === undefined || job.submissionId === id) continue;
      assigned.add(job.id);
      if ((await ledger.submission(job.submissionId))?.hasResponse) ofOthers.add(job.id);
    }
    return { assigned, ofOthers };
  }

  /** Reads what VOD says about the jobs. Ids of which a call failed have an error, or no detail. */
  async #read(ids: readonly string[]): Promise<Pick<Evidence, 'jobs' | 'details'>> {
    const { vod, refresh, budget } = this.#options;
    const { signal } = this.#closing;
    const details = new Map<string, JobDetail | undefined>();
    if (ids.length === 0) return { jobs: new Map(), details };
    budget.spend(Math.ceil(ids.length / MAX_IDS_PER_CALL));
    const outcomes = await refresh(ids, { signal });
    for (const id of ids) {
      await this.#spend('GetJobDetail');
      const detail = await vod.jobDetail(id, signal).catch((error: unknown) => {
        if (!(error instanceof RpcError)) throw error;
        return undefined;
      });
      details.set(id, detail);
    }
    return { jobs: new Map(ids.map((id, index) => [id, outcomes[index]])), details };
  }

  /** Takes one call out of a budget, and waits for it if necessary. */
  async #spend(action: JobInfoAction): Promise<void> {
    const budget = this.#budgets[action];
    while (budget.available(1) === 0) {
      await sleep(this.#options.clock, Math.max(1, budget.waitMs), this.#closing.signal);
    }
    budget.spend(1);
  }
}
