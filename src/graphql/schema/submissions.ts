import type { JobKind } from '../../domain/job.ts';
import { currentJob } from '../../jobs/listing.ts';
import { aiImageJobRecords, aiJobRecords } from '../../jobs/records.ts';
import type { Position, Submission, SubmissionState } from '../../ledger/ledger.ts';
import { AIImageJobRef } from './ai-image-job.ts';
import { AIJobRef } from './ai-job.ts';
import { builder } from './builder.ts';
import { callCost } from './call-cost.ts';
import { connectionType, cursorOf, type PageArguments, page, pageRequest } from './connection.ts';
import { Video } from './video.ts';

/** What was submitted, from the ledger. */

const SubmissionKind = builder.enumType('SubmissionKind', {
  description: 'What was submitted.',
  values: {
    AI: { description: 'AI jobs: `submitAIJob`.' },
    IMAGE: { description: 'An image job: `submitAIImageJob`.' },
  } satisfies Record<JobKind, object>,
});

const SubmissionStateEnum = builder.enumType('SubmissionState', {
  description: 'What became of a submission.',
  values: {
    PENDING: { description: 'Being sent.' },
    MADE: { description: 'VOD made its jobs.' },
    REFUSED: { description: 'VOD refused it.' },
    FAILED: { description: 'It was certainly not run; it can be sent again.' },
    UNKNOWN: { description: 'It was sent, and nobody knows yet whether jobs were made.' },
  } satisfies Record<SubmissionState, object>,
});

const SubmissionType = builder.objectRef<Submission>('Submission').implement({
  description: 'Something that was submitted through this gateway.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false, description: 'Its id in the ledger.' }),
    kind: t.field({
      type: SubmissionKind,
      nullable: false,
      description: 'What was submitted.',
      resolve: ({ kind }) => kind,
    }),
    state: t.field({
      type: SubmissionStateEnum,
      nullable: false,
      description: 'What became of it.',
      resolve: ({ state }) => state,
    }),
    idempotencyKey: t.exposeString('idempotencyKey', { description: 'The key that it was submitted under.' }),
    submittedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When it was submitted.',
      resolve: ({ submittedAt }) => new Date(submittedAt),
    }),
    requestId: t.exposeID('requestId', {
      description: "The id of VOD's answer: what VOD's support asks for.",
    }),
    video: t.field({
      type: Video,
      nullable: false,
      description: 'The video that was submitted.',
      resolve: ({ videoId }) => ({ id: videoId }),
    }),
    aiJobs: t.field({
      type: [AIJobRef],
      nullable: { list: false, items: true },
      description: 'The AI jobs that it made.',
      // One for each type.
      extensions: callCost({ does: 'read', kind: 'AI', each: 2 }),
      resolve: ({ jobs }, _args, { aiJobs }) =>
        jobs.filter(({ kind }) => kind === 'AI').map((job) => currentJob(job, aiJobRecords, aiJobs)),
    }),
    aiImageJobs: t.field({
      type: [AIImageJobRef],
      nullable: { list: false, items: true },
      description: 'The image jobs that it made: one, or none.',
      extensions: callCost({ does: 'read', kind: 'IMAGE', each: 1 }),
      resolve: ({ jobs }, _args, { aiImageJobs }) =>
        jobs
          .filter(({ kind }) => kind === 'IMAGE')
          .map((job) => currentJob(job, aiImageJobRecords, aiImageJobs)),
    }),
  }),
});

const position = ({ submittedAt, id }: Submission): Position => ({ at: submittedAt, id });

const SubmissionEdge = builder.objectRef<Submission>('SubmissionEdge').implement({
  description: 'A submission in a list.',
  fields: (t) => ({
    cursor: t.string({
      nullable: false,
      description: 'Its place in the list, for `after`.',
      resolve: (submission) => cursorOf(position(submission)),
    }),
    node: t.field({
      type: SubmissionType,
      nullable: false,
      description: 'The submission.',
      resolve: (submission) => submission,
    }),
  }),
});

const SubmissionConnection = connectionType(
  'SubmissionConnection',
  'Submissions, newest first.',
  SubmissionEdge,
  position,
);

builder.queryField('submissions', (t) =>
  t.field({
    type: SubmissionConnection,
    description: 'What was submitted through this gateway, newest first.',
    args: {
      first: t.arg.int({ description: 'How many: 1 to 100; 20 unless given.' }),
      after: t.arg.string({ description: 'Only what comes after this cursor: older ones.' }),
    },
    extensions: callCost({
      does: 'list',
      from: 'ledger',
      size: (args: PageArguments) => pageRequest(args).size,
    }),
    resolve: async (_root, args, { listing }) => {
      const request = pageRequest(args);
      const { limit, from } = request;
      const found = await listing.submissions({ limit, ...(from && { before: from }) });
      return page(request, found, () => listing.countSubmissions());
    },
  }),
);
