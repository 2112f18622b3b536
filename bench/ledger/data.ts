import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../src/ledger/schema.ts';

/**
 * The jobs of the measured ledgers, written by SQL that both databases understand. Whatever its size, a ledger holds the
 * same jobs of its first videos: a page of one of them is the same in all.
 */

export const JOBS_PER_VIDEO = 20;
/** Every job of a video is made so long after the one before, and in between those of all other videos. */
const INTERVAL_MS = 24 * 60 * 60 * 1000;
/** From video to video. */
const STEP_MS = 1_000;
const FIRST_AT = Date.parse('2026-01-01T00:00:00Z');
/** How many jobs go into one statement. */
const BATCH = 25_000;
/** What the API last said of each, in bytes. */
const STATE_BYTES = 500;

/** Odd, so that no two numbers are scattered to the same: ids come in no order, as VOD's do. */
const FACTOR = 2_654_435_761;
const RANGE = 2 ** 32;
const FILLING = 'c1a9e07d5b3f8264e0d9b7';

/** A number as an id, in the length of a real one. */
function scattered(number: number): string {
  return `${1_000_000_000 + ((number * FACTOR) % RANGE)}${FILLING}`;
}

function scatteredSql(number: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(1000000000 + (${number} * ${sql.lit(FACTOR)}) % ${sql.lit(RANGE)}) || ${sql.lit(FILLING)}`;
}

export function videoId(video: number): string {
  return scattered(video);
}

/** Where a job of a video is in the order of its jobs; `turn` counts from its oldest. */
export function position(video: number, turn: number): { readonly at: number; readonly id: string } {
  const at = FIRST_AT + turn * INTERVAL_MS + video * STEP_MS;
  return { at, id: scattered(video * JOBS_PER_VIDEO + turn) };
}

/**
 * Adds jobs to an empty ledger, oldest first: the first of each video, then the second of each, and so on. The jobs of a
 * video are thus strewn over all of the table, as if its videos had been worked on side by side.
 *
 * @param checkTime called before each batch; what it throws ends it
 */
export async function fill(db: Database, jobs: number, checkTime: () => void): Promise<void> {
  const videos = sql.lit(jobs / JOBS_PER_VIDEO);
  const video = sql`(n % ${videos})`;
  const turn = sql`(n / ${videos})`;
  const id = scatteredSql(sql`(${video} * ${sql.lit(JOBS_PER_VIDEO)} + ${turn})`);
  const at = sql`${sql.lit(FIRST_AT)} + ${turn} * ${sql.lit(INTERVAL_MS)} + ${video} * ${sql.lit(STEP_MS)}`;
  for (let start = 0; start < jobs; start += BATCH) {
    checkTime();
    const end = Math.min(start + BATCH, jobs);
    await sql`
      insert into jobs (kind, id, video_id, type, status, state, submission_id, submitted_at)
      with recursive numbers (n) as (
        select cast(${sql.lit(start)} as bigint) union all select n + 1 from numbers where n < ${sql.lit(end - 1)}
      )
      select 'AI', ${id}, ${scatteredSql(video)},
        case when ${turn} % 2 = 0 then 'VIDEO_TAG' else 'MEDIA_DNA' end,
        case when ${turn} = ${sql.lit(JOBS_PER_VIDEO - 1)} then 'PROCESSING'
          when ${turn} % 5 = 0 then 'FAIL' else 'SUCCESS' end,
        ${sql.lit('x'.repeat(STATE_BYTES))}, 's' || ${id}, ${at}
      from numbers`.execute(db);
  }
}
