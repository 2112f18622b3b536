import { LedgerError } from './ledger.ts';

/** How often a transaction is run at most that Postgres has cancelled because it and another waited for each other. */
const MAX_ATTEMPTS = 3;

/** Does something with the database; whatever goes wrong becomes a {@link LedgerError}. */
export async function withLedgerErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LedgerError) throw error;
      if (!isCancelled(error) || attempt === MAX_ATTEMPTS) {
        throw new LedgerError(`the ledger cannot be used: ${reason(error)}`, { cause: error });
      }
    }
  }
}

/** Postgres's `serialization_failure` and `deadlock_detected`: nothing was done, and the next attempt may do it. */
function isCancelled(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
}

function reason(error: unknown): string {
  if (error instanceof AggregateError && !error.message) return error.errors.map(reason).join('; ');
  return error instanceof Error && error.message ? error.message : String(error);
}
