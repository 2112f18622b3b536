import type { AIImageJob, AIJob, AIJobStatus, AIJobType, JobKind } from '../../domain/job.ts';
import { currentJob } from '../../jobs/listing.ts';
import { aiImageJobRecords, aiJobRecords } from '../../jobs/records.ts';
import type { JobRecord, Position } from '../../ledger/ledger.ts';
import type { GraphQLContext } from '../context.ts';
import { AIImageJobRef } from './ai-image-job.ts';
import { AIJobRef, AIJobTypeEnum } from './ai-job.ts';
import { readsJobs } from './authorization.ts';
import { builder } from './builder.ts';
import { callCost } from './call-cost.ts';
import { connectionType, cursorOf, type Page, type PageArguments, page, pageRequest } from './connection.ts';
import { AIJobStatusEnum, checkedId } from './job.ts';
import { Video } from './video.ts';

/** The jobs of a video, from the ledger: VOD cannot list them. */

const position = ({ submittedAt, id }: JobRecord): Position => ({ at: submittedAt, id });

interface Filter {
  readonly type?: AIJobType | null | undefined;
  readonly status?: AIJobStatus | null | undefined;
}

async function jobsOf(
  kind: JobKind,
  videoId: string,
  args: PageArguments & Filter,
  { listing }: GraphQLContext,
): Promise<Page<JobRecord>> {
  const request = pageRequest(args);
  const query = {
    kind,
    videoId,
    limit: request.limit,
    order: request.order,
    ...(args.type && { type: args.type }),
    ...(args.status && { status: args.status }),
    ...(request.from && { from: request.from }),
  };
  return page(request, await listing.videoJobs(query), () => {
    const { from: _, ...all } = query;
    return listing.countVideoJobs({ ...all, limit: 0, order: 'newest' });
  });
}

const AIJobEdge = builder.objectRef<JobRecord>('AIJobEdge').implement({
  description: 'An AI job in a list.',
  fields: (t) => ({
    cursor: t.string({
      nullable: false,
      description: 'Its place in the list, for `after` and `before`.',
      resolve: (record) => cursorOf(position(record)),
    }),
    node: t.field({
      type: AIJobRef,
      description: 'The job. One that is not final is read afresh.',
      extensions: callCost({ does: 'read', kind: 'AI', each: 1 }),
      resolve: (record, _args, { aiJobs }): Promise<AIJob> => currentJob(record, aiJobRecords, aiJobs),
    }),
  }),
});

const AIJobConnection = connectionType('AIJobConnection', 'AI jobs, newest first.', AIJobEdge, position);

const AIImageJobEdge = builder.objectRef<JobRecord>('AIImageJobEdge').implement({
  description: 'An image job in a list.',
  fields: (t) => ({
    cursor: t.string({
      nullable: false,
      description: 'Its place in the list, for `after` and `before`.',
      resolve: (record) => cursorOf(position(record)),
    }),
    node: t.field({
      type: AIImageJobRef,
      description: 'The job. One that is not final is read afresh.',
      extensions: callCost({ does: 'read', kind: 'IMAGE', each: 1 }),
      resolve: (record, _args, { aiImageJobs }): Promise<AIImageJob> =>
        currentJob(record, aiImageJobRecords, aiImageJobs),
    }),
  }),
});

const AIImageJobConnection = connectionType(
  'AIImageJobConnection',
  'Image jobs, newest first.',
  AIImageJobEdge,
  position,
);

builder.objectFields(Video, (t) => {
  const pageArgs = {
    first: t.arg.int({ description: 'How many, from the newest on: 1 to 100; 20 unless given.' }),
    after: t.arg.string({ description: 'Only what comes after this cursor: older ones.' }),
    last: t.arg.int({ description: 'How many, from the oldest on: 1 to 100.' }),
    before: t.arg.string({ description: 'Only what comes before this cursor: newer ones.' }),
    status: t.arg({
      type: AIJobStatusEnum,
      description: 'Only jobs that were in this state when last read.',
    }),
  };
  const extensions = callCost({
    does: 'list',
    from: 'videos',
    size: (args: PageArguments) => pageRequest(args).size,
  });
  return {
    aiJobs: t.field({
      type: AIJobConnection,
      authScopes: readsJobs,
      description: 'The AI jobs that were submitted for this video through this gateway, newest first.',
      args: { ...pageArgs, type: t.arg({ type: AIJobTypeEnum, description: 'Only jobs of this type.' }) },
      extensions,
      resolve: ({ id }, args, context) => jobsOf('AI', id, args, context),
    }),
    aiImageJobs: t.field({
      type: AIImageJobConnection,
      authScopes: readsJobs,
      description: 'The image jobs that were submitted for this video through this gateway, newest first.',
      args: pageArgs,
      extensions,
      resolve: ({ id }, args, context) => jobsOf('IMAGE', id, args, context),
    }),
  };
});

builder.queryField('video', (t) =>
  t.field({
    type: Video,
    description: 'A video by its id, for what this gateway knows of it. Whether VOD has it is not checked.',
    args: { id: t.arg.id({ required: true, description: "The video's id: 1 to 64 characters." }) },
    resolve: (_root, { id }) => ({ id: checkedId(id) }),
  }),
);
