import type { JobKind } from '../../domain/job.ts';
import type { Submission, SubmissionState } from '../../ledger/ledger.ts';
import { AIImageJobs } from './ai-image-job.ts';
import { AIJobs } from './ai-job.ts';
import { builder } from './builder.ts';
import { connectionType, forwardArguments, pageOf, pageRequest } from './connection.ts';
import { Video } from './video.ts';

const SubmissionKind = builder.enumType('SubmissionKind', {
  description: 'The kind of jobs that a submission creates.',
  values: {
    AI: { description: 'AI jobs, submitted with `submitAIJob`.' },
    IMAGE: { description: 'An image job, submitted with `submitAIImageJob`.' },
  } satisfies Record<JobKind, object>,
});

const SubmissionStateEnum = builder.enumType('SubmissionState', {
  description: 'The state of a submission.',
  values: {
    PENDING: { description: 'The gateway is sending the request to VOD.' },
    MADE: { description: 'VOD created the jobs.' },
    REFUSED: { description: 'VOD rejected the request.' },
    FAILED: { description: 'VOD did not run the request. You can send the submission again.' },
    UNKNOWN: { description: 'The gateway sent the request and does not know whether VOD created jobs.' },
  } satisfies Record<SubmissionState, object>,
});

const SubmissionType = builder.objectRef<Submission>('Submission').implement({
  description: 'A submission of one video through this gateway.',
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: 'The id of the submission, assigned by the gateway.',
    }),
    kind: t.expose('kind', {
      type: SubmissionKind,
      nullable: false,
      description: 'The kind of jobs that were submitted.',
    }),
    state: t.expose('state', {
      type: SubmissionStateEnum,
      nullable: false,
      description: 'The state of the submission.',
    }),
    idempotencyKey: t.exposeString('idempotencyKey', {
      description: 'The idempotency key of the submission. Null if it has none.',
    }),
    submittedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'The time at which the gateway received the submission.',
      resolve: ({ submittedAt }) => new Date(submittedAt),
    }),
    requestId: t.exposeID('requestId', {
      description: "The `RequestId` of VOD's response. VOD's support asks for it. Null without a response.",
    }),
    video: t.field({
      type: Video,
      nullable: false,
      description: 'The submitted video.',
      resolve: ({ videoId }) => ({ id: videoId }),
    }),
    aiJobs: t.field({
      type: [AIJobs.ref],
      nullable: { list: false, items: true },
      description: 'The AI jobs that the submission created. Empty if it created none.',
      resolve: ({ jobs }, _args, context) =>
        jobs.filter(({ kind }) => kind === 'AI').map((job) => AIJobs.current(job, context)),
    }),
    aiImageJobs: t.field({
      type: [AIImageJobs.ref],
      nullable: { list: false, items: true },
      description: 'The image job that the submission created. Empty if it created none.',
      resolve: ({ jobs }, _args, context) =>
        jobs.filter(({ kind }) => kind === 'IMAGE').map((job) => AIImageJobs.current(job, context)),
    }),
  }),
});

const { connection, edge } = connectionType<Submission>('Submission', 'submissions');

builder.objectField(edge, 'node', (t) =>
  t.field({
    type: SubmissionType,
    nullable: false,
    description: 'The submission.',
    resolve: (submission) => submission,
  }),
);

builder.queryField('submissions', (t) =>
  t.field({
    type: connection,
    description: 'The submissions made through this gateway, newest first.',
    args: { ...forwardArguments },
    resolve: async (_root, args, { listing, budget }) => {
      const request = pageRequest(args);
      budget.addLedgerRead();
      const found = await listing.submissions(request);
      return pageOf(request, found, () => {
        budget.addLedgerRead();
        return listing.countSubmissions({});
      });
    },
  }),
);
