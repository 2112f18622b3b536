import { listedRecord, matchesConditions, mergedPage } from '../../jobs/video-jobs.ts';
import type { JobRecord, PageQuery, VideoJobsQuery } from '../../ledger/ledger.ts';
import type { GraphQLContext } from '../context.ts';
import { builder } from './builder.ts';
import type { PageReads } from './connection.ts';

/** Where a list of a video's AI jobs comes from. */
export type AIJobSource = 'GATEWAY' | 'VOD';

export const AIJobSourceEnum = builder.enumType('AIJobSource', {
  description: 'Where a list of the AI jobs of a video comes from.',
  values: {
    GATEWAY: { description: 'The jobs that this gateway knows. Makes no call to VOD for the list.' },
    VOD: {
      description:
        'All AI jobs of the last six months, whoever submitted them, and all older ones that this gateway knows. Makes ' +
        'one call to VOD for each video, and one for each ten jobs that the gateway does not know as final.',
    },
  } satisfies Record<AIJobSource, object>,
});

/**
 * The reads of a page over the jobs in the ledger and those that VOD lists.
 *
 * ListJobInfo lists ids without their types. ListAIJob tells which of them are AI jobs; the others are left out.
 */
export function readsWithVOD(
  videoId: string,
  matching: Pick<VideoJobsQuery, 'type' | 'status'>,
  ledger: PageReads<JobRecord>,
  context: GraphQLContext,
): PageReads<JobRecord> {
  let listed: Promise<readonly JobRecord[]> | undefined;
  const others = () => {
    listed ??= listedOnlyByVOD(videoId, context).then((records) =>
      records.filter((record) => matchesConditions(record, matching)),
    );
    return listed;
  };
  return {
    async find(page: PageQuery) {
      const records = await others();
      return mergedPage(records, await ledger.find(page), page);
    },
    async count() {
      const records = await others();
      return records.length + (await ledger.count());
    },
  };
}

async function listedOnlyByVOD(videoId: string, context: GraphQLContext): Promise<readonly JobRecord[]> {
  const { videoJobs, unionListing, aiJobs, aiJobsWritten, budget } = context;
  const withoutKnown = async <Item extends { readonly id: string }>(items: readonly Item[]) => {
    const ids = items.map(({ id }) => id);
    const known = await unionListing.knownIds('AI', videoId, ids);
    return items.filter(({ id }) => !known.has(id));
  };
  const listed = await videoJobs.list(videoId, context);
  if (listed.length === 0) return [];
  budget.addLedgerRead();
  const others = await withoutKnown(listed);
  const jobs = await aiJobs.loadMany(others.map(({ id }) => id));
  const records = others.flatMap((job, index) => listedRecord(videoId, job, jobs[index]) ?? []);
  // The final ones are being recorded. They must not count twice.
  await aiJobsWritten();
  budget.addLedgerRead();
  return withoutKnown(records);
}
