import { type Ledger, LedgerError } from './ledger.ts';

/** Told of everything that is asked of a ledger. */
export interface LedgerObserver {
  /** @param ok whether it was done; what somebody else did wrong is not the ledger's failure */
  asked(method: keyof Ledger, ok: boolean, ms: number): void;
}

type Asked<Arguments extends unknown[], Answer> = (...args: Arguments) => Promise<Answer>;

/** The same ledger; the observer is told what is asked of it, whatever its database. */
export function observedLedger(ledger: Ledger, observer: LedgerObserver): Ledger {
  function observed<Arguments extends unknown[], Answer>(
    method: keyof Ledger,
    ask: Asked<Arguments, Answer>,
  ): Asked<Arguments, Answer> {
    return async (...args) => {
      const startedAt = performance.now();
      let ok = true;
      try {
        return await ask(...args);
      } catch (error) {
        ok = !(error instanceof LedgerError);
        throw error;
      } finally {
        observer.asked(method, ok, performance.now() - startedAt);
      }
    };
  }
  return {
    check: observed('check', (...args) => ledger.check(...args)),
    begin: observed('begin', (...args) => ledger.begin(...args)),
    finish: observed('finish', (...args) => ledger.finish(...args)),
    submission: observed('submission', (...args) => ledger.submission(...args)),
    submissionByKey: observed('submissionByKey', (...args) => ledger.submissionByKey(...args)),
    resolve: observed('resolve', (...args) => ledger.resolve(...args)),
    submissions: observed('submissions', (...args) => ledger.submissions(...args)),
    countSubmissions: observed('countSubmissions', (...args) => ledger.countSubmissions(...args)),
    jobs: observed('jobs', (...args) => ledger.jobs(...args)),
    record: observed('record', (...args) => ledger.record(...args)),
    claimDueJobs: observed('claimDueJobs', (...args) => ledger.claimDueJobs(...args)),
    releaseJobs: observed('releaseJobs', (...args) => ledger.releaseJobs(...args)),
    nextDueAt: observed('nextDueAt', (...args) => ledger.nextDueAt(...args)),
    recordEvents: observed('recordEvents', (...args) => ledger.recordEvents(...args)),
    claimDueEvents: observed('claimDueEvents', (...args) => ledger.claimDueEvents(...args)),
    finishEvents: observed('finishEvents', (...args) => ledger.finishEvents(...args)),
    videoJobs: observed('videoJobs', (...args) => ledger.videoJobs(...args)),
    countVideoJobs: observed('countVideoJobs', (...args) => ledger.countVideoJobs(...args)),
    deleteOlderThan: observed('deleteOlderThan', (...args) => ledger.deleteOlderThan(...args)),
    onChange: (listener) => ledger.onChange(listener),
    export: () => ledger.export(),
    close: () => ledger.close(),
  };
}
