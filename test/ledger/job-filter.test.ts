import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { JobFilter } from '../../src/ledger/job-filter.ts';
import type { Database } from '../../src/ledger/schema.ts';
import { sqlLedger } from '../../src/ledger/sql-ledger.ts';
import { newPlace } from './place.ts';
import { job } from './records.ts';

async function filtered(jobs: number) {
  const { openDatabase, clock } = await newPlace();
  const db = await openDatabase();
  await insert(db, 1, jobs);
  const filter = new JobFilter(db, clock);
  return { db, clock, filter, ledger: sqlLedger(db, clock, { filter }) };
}

/** Inserts AI jobs `j<first>` to `j<last>`. */
async function insert(db: Database, first: number, last: number): Promise<void> {
  await sql`
    with recursive numbers(n) as (select ${first} union all select n + 1 from numbers where n < ${last})
    insert into jobs (kind, id, submitted_at) select 'AI', 'j' || cast(n as integer), 0 from numbers where n <= ${last}`.execute(
    db,
  );
}

const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n + 1}`);
const passed = (filter: JobFilter, all: readonly string[]) => all.filter((id) => filter.mayHave('AI', id));

describe('a filter of jobs', () => {
  it('lets every id pass until it has been filled, then those of its jobs', async () => {
    const { filter, ledger } = await filtered(2_500);
    expect(ledger.mayHaveJob('AI', 'other')).toBe(true);

    await vi.waitFor(() => expect(ledger.mayHaveJob('AI', 'other')).toBe(false));

    expect(passed(filter, ids('j', 2_500))).toHaveLength(2_500);
    expect(ledger.mayHaveJob('AI', 'j2500')).toBe(true);
    expect(ledger.mayHaveJob('IMAGE', 'j2500')).toBe(false);
  });

  it('lets a job pass as soon as the ledger may have it', async () => {
    const { filter, ledger } = await filtered(0);
    await filter.fill();
    const recorded = ledger.record([job('a')], { addUnknown: true });
    await ledger.record([job('unknown')], { addUnknown: false });
    await recorded;
    expect(ledger.mayHaveJob('AI', 'a')).toBe(true);
    expect(ledger.mayHaveJob('AI', 'unknown')).toBe(false);
  });

  it('misses no job that is written while it is filled', async () => {
    const { filter, ledger } = await filtered(3_000);
    let isFilled = false;
    const filled = filter.fill().then(() => {
      isFilled = true;
    });
    const written: string[] = [];
    while (!isFilled) {
      // Sorts before all others, so its page has been read by now.
      const id = `a${written.length}`;
      written.push(id);
      await ledger.record([job(id)], { addUnknown: true });
      await setTimeout(1);
    }
    await filled;
    expect(written.length).toBeGreaterThan(3);
    expect(passed(filter, written)).toEqual(written);
    expect(passed(filter, ids('j', 3_000))).toHaveLength(3_000);
  });

  it('has room for as many jobs again, however many there are', async () => {
    const { filter } = await filtered(60_000);
    await filter.fill();
    expect(passed(filter, ids('j', 60_000))).toHaveLength(60_000);
    // With half as many bits, 78 pass.
    expect(passed(filter, ids('other', 40_000)).length).toBeLessThan(20);
  });

  it('forgets deleted jobs when it is full', async () => {
    const { db, filter } = await filtered(10);
    await filter.fill();
    for (const id of ids('deleted', 66_000)) filter.add('AI', id);
    expect(passed(filter, ids('deleted', 1_000))).toHaveLength(1_000);
    await vi.waitFor(() => expect(passed(filter, ids('deleted', 1_000)).length).toBeLessThan(100));
    expect(passed(filter, ids('j', 10))).toHaveLength(10);

    await db.destroy();
    for (const id of ids('more', 66_000)) filter.add('AI', id);
    await vi.waitFor(() => expect(passed(filter, ids('more', 66_000))).toHaveLength(66_000));
  });

  it('lets every id pass if the table cannot be read, and is filled a minute later', async () => {
    const { db, clock, filter } = await filtered(10);
    await sql`alter table jobs rename to hidden`.execute(db);
    await filter.fill();
    expect(filter.mayHave('AI', 'other')).toBe(true);
    await sql`alter table hidden rename to jobs`.execute(db);
    clock.advance(59_999);
    await filter.fill();
    expect(filter.mayHave('AI', 'other')).toBe(true);
    clock.advance(1);
    await filter.fill();
    expect(filter.mayHave('AI', 'other')).toBe(false);
  });
});
