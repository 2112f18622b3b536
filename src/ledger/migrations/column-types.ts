import { type Expression, sql } from 'kysely';

/** How the databases name the types of columns. */
export interface ColumnTypes {
  /** A text that rows are found and ordered by: compared byte by byte, whatever the server's locale. */
  readonly id: Expression<unknown>;
  readonly text: Expression<unknown>;
  /** Unix milliseconds. */
  readonly time: Expression<unknown>;
}

/** SQLite compares byte by byte unless told otherwise. */
export const sqliteTypes: ColumnTypes = { id: sql`text`, text: sql`text`, time: sql`integer` };

export const postgresTypes: ColumnTypes = {
  id: sql`text collate "C"`,
  text: sql`text`,
  time: sql`bigint`,
};
