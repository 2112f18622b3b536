import type { Decoded } from '../../domain/decoded.ts';
import type { AIImage, AIImageJob, AIImageTemplateConfig } from '../../domain/job.ts';
import type { AIImageJobSubmissionOutcome } from '../../domain/submission.ts';
import { admitSubmission, type GraphQLContext } from '../context.ts';
import { readsJobs, requireScope } from './authorization.ts';
import { builder } from './builder.ts';
import { callCost } from './call-cost.ts';
import { AIJobStatusEnum, checkedId, checkedIds, fieldValue, JobFailureType } from './job.ts';
import { idempotencyKeyDescription, UserDataInput } from './user-data.ts';
import { UserErrorType } from './user-error.ts';
import { Video, videoOf } from './video.ts';

const AIImageTemplateConfigType = builder
  .objectRef<AIImageTemplateConfig>('AIImageTemplateConfig')
  .implement({
    description: 'How the images of a job are made.',
    fields: (t) => ({
      format: t.exposeString('format', { description: '`gif` or `png`.' }),
      setDefaultCover: t.exposeBoolean('setDefaultCover', {
        description: "Whether the first image becomes the video's cover.",
      }),
    }),
  });

const AIImageType = builder.objectRef<AIImage>('AIImage').implement({
  description: 'An image that was made from a video.',
  fields: (t) => ({
    url: t.exposeString('url', { nullable: false, description: 'Where it is stored.' }),
    score: t.exposeFloat('score', { description: 'How good VOD finds it; the higher, the better.' }),
  }),
});

export const AIImageJobRef = builder.objectRef<AIImageJob>('AIImageJob');

/** Who submits a job may see what the answer to that says of it; all else is for those who may read jobs. */
AIImageJobRef.implement({
  description: 'A job that makes covers of one video.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false, description: "The job's id." }),
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
      extensions: callCost({ does: 'complete', kind: 'IMAGE' }),
      resolve: async (job, _args, context) => {
        const known = await wholeJob(job, context);
        return known && read(known, known.createdAt);
      },
    }),
    templateId: t.exposeID('templateId', {
      authScopes: readsJobs,
      description: 'The template that the images are made by.',
    }),
    templateConfig: t.field({
      type: AIImageTemplateConfigType,
      authScopes: readsJobs,
      description: 'How the images are made.',
      extensions: callCost({ does: 'complete', kind: 'IMAGE' }),
      resolve: async (job, _args, context) => {
        const known = await wholeJob(job, context);
        return known && read(known, known.templateConfig);
      },
    }),
    userData: t.field({
      type: 'JSON',
      authScopes: readsJobs,
      description: 'What was attached to the job when it was submitted.',
      resolve: (job) => read(job, job.userData),
    }),
    failure: t.field({
      type: JobFailureType,
      authScopes: readsJobs,
      description: 'Why the job failed, where `status` is `FAIL`.',
      resolve: ({ failure }) => failure,
    }),
    images: t.field({
      type: [AIImageType],
      authScopes: readsJobs,
      description: 'The images, where `status` is `SUCCESS`.',
      resolve: (job) => read(job, job.images),
    }),
  }),
});

builder.asEntity(AIImageJobRef, {
  key: builder.selection<{ id: string }>('id'),
  // Async, so that whatever is wrong is the error of this reference alone.
  resolveReference: async ({ id }, context) => {
    requireScope(context, 'jobs:read');
    return context.aiImageJobs.load(checkedId(id));
  },
});

builder.queryFields((t) => ({
  aiImageJob: t.field({
    type: AIImageJobRef,
    description: 'One image job; null where there is none with this id.',
    args: { id: t.arg.id({ required: true, description: "The job's id: 1 to 64 characters." }) },
    extensions: callCost({
      does: 'lookup',
      kind: 'IMAGE',
      ids: ({ id }: { id: string }) => [checkedId(id)],
    }),
    resolve: (_root, { id }, { aiImageJobs }) => aiImageJobs.load(checkedId(id)),
  }),
  aiImageJobs: t.field({
    type: [AIImageJobRef],
    nullable: { list: false, items: true },
    description: 'Many image jobs: one slot for each id, in order, null where there is no such job.',
    args: { ids: t.arg.idList({ required: true, description: "The jobs' ids, at most 100." }) },
    extensions: callCost({
      does: 'lookup',
      kind: 'IMAGE',
      ids: ({ ids }: { ids: readonly string[] }) => checkedIds(ids),
    }),
    resolve: (_root, { ids }, { aiImageJobs }) => checkedIds(ids).map((id) => aiImageJobs.load(id)),
  }),
}));

const SubmitAIImageJobInput = builder.inputType('SubmitAIImageJobInput', {
  description: 'What to submit.',
  fields: (t) => ({
    videoId: t.id({ required: true, description: "The video's id in VOD: 1 to 64 characters." }),
    templateId: t.id({ required: true, description: 'The AI template to make the images by.' }),
    pipelineId: t.id({ description: 'The pipeline to run it in; the default one where it is left out.' }),
    userData: t.field({ type: UserDataInput, description: 'What to attach to the job.' }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const SubmitAIImageJobPayload = builder
  .objectRef<AIImageJobSubmissionOutcome>('SubmitAIImageJobPayload')
  .implement({
    description: 'What became of the submission: either a `job` or `userErrors`.',
    fields: (t) => ({
      job: t.field({
        type: AIImageJobRef,
        description: 'The job that was made; null where none was.',
        resolve: (outcome) => ('made' in outcome ? outcome.made : null),
      }),
      userErrors: t.field({
        type: [UserErrorType],
        nullable: false,
        description: 'What the caller has to mend; empty where the job was made.',
        resolve: (outcome) => ('userErrors' in outcome ? outcome.userErrors : []),
      }),
      requestId: t.exposeID('requestId', {
        description: "The id of VOD's answer: what VOD's support asks for.",
      }),
    }),
  });

builder.mutationField('submitAIImageJob', (t) =>
  t.field({
    type: SubmitAIImageJobPayload,
    nullable: false,
    description: 'Submits a video for covers. The job is paid for.',
    args: { input: t.arg({ type: SubmitAIImageJobInput, required: true, description: 'What to submit.' }) },
    extensions: callCost({ does: 'submit', size: () => 1 }),
    resolve: async (_root, { input: { idempotencyKey, ...submission } }, context) => {
      const { submissions, callTrace } = context;
      await admitSubmission(context);
      return submissions.submitAIImageJob(submission, idempotencyKey, callTrace);
    },
  }),
);

function read<T>(job: AIImageJob, reading: Decoded<T>): T | undefined {
  return fieldValue(reading, job.origin === 'read' ? 'GetAIImageJobs' : 'SubmitAIImageJob', job.requestId);
}

/** The answer to a submission does not tell everything: what it leaves out is looked up when it is asked for. */
async function wholeJob(job: AIImageJob, { aiImageJobs }: GraphQLContext): Promise<AIImageJob | undefined> {
  return job.origin === 'read' ? job : aiImageJobs.load(job.id);
}
