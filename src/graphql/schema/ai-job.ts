import type { Decoded } from '../../domain/decoded.ts';
import type { AIJob, AIJobType } from '../../domain/job.ts';
import type { GraphQLContext } from '../context.ts';
import { AIJobResultType } from './ai-job-result.ts';
import { readsJobs, requireScope } from './authorization.ts';
import { builder } from './builder.ts';
import { callCost } from './call-cost.ts';
import { AIJobStatusEnum, checkedId, checkedIds, fieldValue, JobFailureType } from './job.ts';
import { Video, videoOf } from './video.ts';

export const AIJobTypeEnum = builder.enumType('AIJobType', {
  description: 'The kinds of AI jobs.',
  values: {
    MEDIA_DNA: { description: 'Video DNA: finds videos that resemble this one.' },
    VIDEO_TAG: { description: 'Smart tags: people, places, keywords, categories and speech.' },
  } satisfies Record<AIJobType, object>,
});

export const AIJobRef = builder.objectRef<AIJob>('AIJob');

/** Who submits a job may see what the answer to that says of it; all else is for those who may read jobs. */
AIJobRef.implement({
  description: 'A smart-tag or video-DNA job on one video.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false, description: "The job's id." }),
    type: t.field({
      type: AIJobTypeEnum,
      description: 'What the job looks for.',
      resolve: (job) => read(job, job.type),
    }),
    status: t.field({
      type: AIJobStatusEnum,
      description: 'How far the job is. `SUCCESS` and `FAIL` are final.',
      resolve: (job) => read(job, job.status),
    }),
    video: t.field({ type: Video, description: 'The video that the job is about.', resolve: videoOf }),
    createdAt: t.field({
      type: 'DateTime',
      authScopes: readsJobs,
      description: 'When the job was made.',
      extensions: callCost({ does: 'complete', kind: 'AI' }),
      resolve: async (job, _args, context) => {
        const known = await wholeJob(job, context);
        return known && read(known, known.createdAt);
      },
    }),
    completedAt: t.field({
      type: 'DateTime',
      authScopes: readsJobs,
      description: 'When the job reached its final state.',
      resolve: (job) => read(job, job.completedAt),
    }),
    failure: t.field({
      type: JobFailureType,
      authScopes: readsJobs,
      description: 'Why the job failed, where `status` is `FAIL`.',
      resolve: ({ failure }) => failure,
    }),
    result: t.field({
      type: AIJobResultType,
      authScopes: readsJobs,
      description: 'What the job found, where `status` is `SUCCESS`.',
      resolve: (job) => read(job, job.result()),
    }),
    data: t.exposeString('data', {
      authScopes: readsJobs,
      description:
        'The result as JSON text, exactly as VOD gave it; there even where `result` cannot be understood.',
    }),
  }),
});

builder.asEntity(AIJobRef, {
  key: builder.selection<{ id: string }>('id'),
  // Async, so that whatever is wrong is the error of this reference alone.
  resolveReference: async ({ id }, context) => {
    requireScope(context, 'jobs:read');
    return context.aiJobs.load(checkedId(id));
  },
});

builder.queryFields((t) => ({
  aiJob: t.field({
    type: AIJobRef,
    description: 'One AI job; null where there is none with this id.',
    args: { id: t.arg.id({ required: true, description: "The job's id: 1 to 64 characters." }) },
    extensions: callCost({
      does: 'lookup',
      kind: 'AI',
      ids: ({ id }: { id: string }) => [checkedId(id)],
    }),
    resolve: (_root, { id }, { aiJobs }) => aiJobs.load(checkedId(id)),
  }),
  aiJobs: t.field({
    type: [AIJobRef],
    nullable: { list: false, items: true },
    description: 'Many AI jobs: one slot for each id, in order, null where there is no such job.',
    args: { ids: t.arg.idList({ required: true, description: "The jobs' ids, at most 100." }) },
    extensions: callCost({
      does: 'lookup',
      kind: 'AI',
      ids: ({ ids }: { ids: readonly string[] }) => checkedIds(ids),
    }),
    resolve: (_root, { ids }, { aiJobs }) => checkedIds(ids).map((id) => aiJobs.load(id)),
  }),
}));

function read<T>(job: AIJob, reading: Decoded<T>): T | undefined {
  return fieldValue(reading, job.origin === 'read' ? 'ListAIJob' : 'SubmitAIJob', job.requestId);
}

/** The answer to a submission does not tell everything: what it leaves out is looked up when it is asked for. */
async function wholeJob(job: AIJob, { aiJobs }: GraphQLContext): Promise<AIJob | undefined> {
  return job.origin === 'read' ? job : aiJobs.load(job.id);
}
