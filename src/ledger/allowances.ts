import type { Allowance } from './ledger.ts';
import type { Database, SubmissionRow } from './schema.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The UTC day of a time in Unix milliseconds: the number of days since 1970. */
export function utcDay(time: number): number {
  return Math.floor(time / DAY_MS);
}

/** The milliseconds from a time to the next UTC day. */
export function untilNextDay(time: number): number {
  return DAY_MS - (time % DAY_MS);
}

/**
 * Takes one out of an allowance. Returns `false`, and takes none, if it is used up. One statement, which locks the row until
 * the end of its transaction: any number of gateways take at most the limit together.
 */
export async function takeAllowance(db: Database, { caller, day, limit }: Allowance): Promise<boolean> {
  const taken = await db
    .insertInto('allowances')
    .values({ caller, day, used: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['caller', 'day'])
        .doUpdateSet((eb) => ({ used: eb('allowances.used', '+', 1) }))
        .where('allowances.used', '<', limit),
    )
    .returning('used')
    .executeTakeFirst();
  return taken !== undefined;
}

/** See `Ledger.isUsedUp`. */
export async function isUsedUp(db: Database, { caller, day, limit }: Allowance): Promise<boolean> {
  const row = await db
    .selectFrom('allowances')
    .select('used')
    .where('caller', '=', caller)
    .where('day', '=', day)
    .executeTakeFirst();
  return row !== undefined && row.used >= limit;
}

/**
 * Runs one function at a time for each caller. Otherwise the transactions of one caller would wait for the same row, each
 * with a connection of the pool, and leave none to others.
 */
export class CallerTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  take<Result>(caller: string, run: () => Promise<Result>): Promise<Result> {
    const turn = (this.#last.get(caller) ?? Promise.resolve()).then(run);
    const ended = turn.then(
      () => {},
      () => {},
    );
    this.#last.set(caller, ended);
    void ended.then(() => {
      if (this.#last.get(caller) === ended) this.#last.delete(caller);
    });
    return turn;
  }
}

/** The columns of a submission that name the allowance that it was taken out of. */
export const allowanceColumns = ['allowance_caller', 'allowance_day'] as const;

/** Gives back what {@link takeAllowance} has taken for a submission, if it has an allowance. Call this when it becomes `FAILED`. */
export async function giveBackAllowance(
  db: Database,
  { allowance_caller: caller, allowance_day: day }: Pick<SubmissionRow, (typeof allowanceColumns)[number]>,
): Promise<void> {
  if (caller === null || day === null) return;
  await db
    .updateTable('allowances')
    .set((eb) => ({ used: eb('used', '-', 1) }))
    .where('caller', '=', caller)
    .where('day', '=', day)
    .where('used', '>', 0)
    .execute();
}

/** Deletes the counts of past days. Gateways with different clocks can count for yesterday and for today at once. */
export async function deleteOldAllowances(db: Database, now: number): Promise<void> {
  await db
    .deleteFrom('allowances')
    .where('day', '<', utcDay(now) - 1)
    .execute();
}
