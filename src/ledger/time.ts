import { type RawBuilder, sql } from 'kysely';
import type { Clock } from '../clock.ts';

/**
 * The clock of leases and due times: a SQL expression for the present time in Unix milliseconds. All processes on one
 * database must share it, because each compares times that another one wrote.
 */
export type DatabaseTime = () => RawBuilder<number>;

/**
 * The clock of the Postgres server. `statement_timestamp()` stays the same during a statement, so comparisons with it can
 * use an index.
 */
export const postgresTime: DatabaseTime = () =>
  sql`cast(extract(epoch from statement_timestamp()) * 1000 as bigint)`;

/**
 * The clock of this process, for a database that only this process uses. After the start it follows the monotonic clock,
 * so that a change of the wall clock neither ends a lease nor delays what is due.
 */
export function processTime(clock: Clock): DatabaseTime {
  const start = clock.now() - clock.monotonic();
  return () => sql`cast(${Math.floor(start + clock.monotonic())} as bigint)`;
}

/** The time `ms` whole milliseconds after `time`. */
export function later(time: RawBuilder<number>, ms: number): RawBuilder<number> {
  return sql`(${time} + cast(${ms} as bigint))`;
}
