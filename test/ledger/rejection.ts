import { LedgerError } from '../../src/ledger/ledger.ts';

/** The error that this rejects with; throws unless it is a `LedgerError`. */
export async function rejection(attempt: Promise<unknown>): Promise<LedgerError> {
  const error = await attempt.then(
    () => 'an answer',
    (reason: unknown) => reason,
  );
  if (!(error instanceof LedgerError)) throw new Error(`expected a LedgerError, got ${error}`);
  return error;
}
