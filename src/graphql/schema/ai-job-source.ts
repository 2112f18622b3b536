import type { JobKind } from '../../domain/job.ts';
import { kinds } from '../../jobs/kinds.ts';
import {
  isOfAIJob,
  type JobOrFailure,
  type ListedEntry,
  listedEntry,
  matchesConditions,
  mergedPage,
} from '../../jobs/video-jobs.ts';
import type { JobEntry, PageQuery, VideoJobsQuery } from '../../ledger/ledger.ts';
import type { ListedJob } from '../../vod/job-info.ts';
import type { GraphQLContext } from '../context.ts';
import { builder } from './builder.ts';
import type { PageReads } from './connection.ts';
import { callsVOD } from './directives.ts';

/** Where a list of a video's AI jobs comes from. */
export type AIJobSource = 'GATEWAY' | 'VOD';

export interface JobSource {
  readonly source?: AIJobSource | null | undefined;
}

const AIJobSourceEnum = builder.enumType('AIJobSource', {
  description: 'Where a list of the AI jobs or review jobs of a video comes from.',
  values: {
    GATEWAY: { description: 'The jobs that this gateway knows. Makes no call to VOD for the list.' },
    VOD: {
      description:
        'All jobs of the last six months, whoever submitted them, and all older ones that this gateway knows. Makes one ' +
        'call to VOD for each video, one for each ten jobs that the gateway does not know as final, and for a list of ' +
        'review jobs one for each review job that the gateway does not know as final.',
    },
  } satisfies Record<AIJobSource, object>,
});

export const sourceArgument = builder.args((t) => ({
  source: t.field({
    type: AIJobSourceEnum,
    defaultValue: 'GATEWAY',
    directives: callsVOD(1),
    description: 'Where the list comes from.',
  }),
}));

/** The reads of a page over the jobs in the ledger and those that VOD lists. */
export function readsWithVOD(
  matching: Pick<VideoJobsQuery, 'kind' | 'videoId' | 'type' | 'status'>,
  ledger: PageReads<JobEntry>,
  context: GraphQLContext,
): PageReads<JobEntry> {
  let listed: Promise<readonly ListedEntry[]> | undefined;
  const others = () => {
    listed ??= listedOnlyByVOD(matching, context).then((entries) =>
      entries.filter((entry) => matchesConditions(entry, matching)),
    );
    return listed;
  };
  return {
    async find(page: PageQuery) {
      const entries = await others();
      return mergedPage(entries, await ledger.find(page), page);
    },
    async count() {
      const entries = await others();
      return entries.length + (await ledger.count());
    },
  };
}

async function listedOnlyByVOD(
  { kind, videoId }: Pick<VideoJobsQuery, 'kind' | 'videoId'>,
  context: GraphQLContext,
): Promise<readonly ListedEntry[]> {
  const { services, budget } = context;
  const { videoJobs, jobsWritten } = services;
  const listed = await videoJobs.list(videoId, context);
  if (listed.length === 0) return [];
  budget.addLedgerRead();
  const others = await withoutKnown(kind, videoId, listed, context);
  const jobs = await readListed(kind, videoId, others, context);
  const entries = others.flatMap(
    (job) => listedEntry(kinds[kind].records, videoId, job, jobs.get(job.id)) ?? [],
  );
  // The final ones are being recorded. They must not count twice.
  await jobsWritten(kind);
  budget.addLedgerRead();
  return withoutKnown(kind, videoId, entries, context);
}

/**
 * Reads listed jobs of one kind. ListJobInfo lists ids without their types. ListAIJob tells which of them are AI jobs, ten a
 * call. The others may be reviews, and only they are read one by one.
 */
async function readListed(
  kind: JobKind,
  videoId: string,
  listed: readonly ListedJob[],
  context: GraphQLContext,
): Promise<ReadonlyMap<string, JobOrFailure>> {
  const { loaders, budget } = context;
  const load = async (loader: Pick<(typeof loaders)[JobKind], 'loadMany'>, ids: readonly string[]) => {
    const jobs = await loader.loadMany(ids);
    return new Map(ids.map((id, index): [string, JobOrFailure] => [id, jobs[index]]));
  };
  const ids = (jobs: readonly ListedJob[]) => jobs.map(({ id }) => id);
  if (kind !== 'MEDIA_AUDIT') {
    const jobs = await load(loaders.AI, ids(listed));
    return new Map([...jobs].filter(([, job]) => job instanceof Error || isOfAIJob(job)));
  }
  if (listed.length === 0) return new Map();
  budget.addLedgerRead();
  const notKnown = ids(await withoutKnown('AI', videoId, listed, context));
  const aiJobs = await load(loaders.AI, notKnown);
  return load(
    loaders.MEDIA_AUDIT,
    notKnown.filter((id) => !isOfAIJob(aiJobs.get(id))),
  );
}

/** The jobs of the video that the ledger does not have. */
async function withoutKnown<Job extends { readonly id: string }>(
  kind: JobKind,
  videoId: string,
  jobs: readonly Job[],
  { unionListing }: GraphQLContext,
): Promise<readonly Job[]> {
  const ids = jobs.map(({ id }) => id);
  const known = await unionListing.knownIds(kind, videoId, ids);
  return jobs.filter(({ id }) => !known.has(id));
}
