import type { Database } from './schema.ts';

/** For how long keys are kept in any case: a caller may send the same submission again for that long. */
const KEYS_KEPT_MS = 24 * 60 * 60 * 1000;

/** Deletes the oldest submissions and jobs from before `time`, `limit` of each at most; how many there were. */
export async function deleteOlderThan(
  db: Database,
  time: number,
  limit: number,
  now: number,
): Promise<number> {
  const jobs = await db
    .deleteFrom('jobs')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('kind', 'id'),
        'in',
        selectFrom('jobs as old')
          .select(['old.kind', 'old.id'])
          .where('old.submitted_at', '<', time)
          .orderBy('old.submitted_at')
          .orderBy('old.kind')
          .orderBy('old.id')
          .limit(limit)
          .$asTuple('kind', 'id'),
      ),
    )
    .executeTakeFirst();
  const submissions = await db
    .deleteFrom('submissions')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('submissions as old')
        .select('old.id')
        .where('old.submitted_at', '<', Math.min(time, now - KEYS_KEPT_MS))
        .orderBy('old.submitted_at')
        .orderBy('old.id')
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(jobs.numDeletedRows + submissions.numDeletedRows);
}
