import type { AnyJob, JobKind } from '../../domain/job.ts';
import type {
  PageQuery,
  Submission,
  SubmissionResolver,
  SubmissionState,
  SubmissionsFilter,
} from '../../ledger/ledger.ts';
import { AIImageJobs, SubmitAIImageJobPayload } from './ai-image-job.ts';
import { AIJobs, SubmitAIJobPayload } from './ai-job.ts';
import {
  AIMediaAuditJobs,
  SubmitAIImageAuditJobPayload,
  SubmitAIMediaAuditJobPayload,
} from './ai-media-audit-job.ts';
import { builder, readsJobs } from './builder.ts';
import { connectionType, isPagedBy, pageArguments, pageOf, pageRequest } from './connection.ts';
import { hasItems, itemsNullOnlyOnError, nullOnlyOnError, readsJobsTogether } from './directives.ts';
import { filterOfVideo } from './ids.ts';
import { Video } from './video.ts';

const AISubmissionKind = builder.enumType('AISubmissionKind', {
  description: 'The kind of jobs that a submission creates.',
  values: {
    AI: { description: 'AI jobs, submitted with `submitAIJob` or `submitAIJobs`.' },
    IMAGE: { description: 'An image job, submitted with `submitAIImageJob`.' },
    MEDIA_AUDIT: {
      description: 'A review job, submitted with `submitAIMediaAuditJob` or `submitAIImageAuditJob`.',
    },
  } satisfies Record<JobKind, object>,
});

const AISubmissionState = builder.enumType('AISubmissionState', {
  description: 'The state of a submission.',
  values: {
    PENDING: { description: 'The gateway is sending the request to VOD.' },
    MADE: { description: 'VOD created the jobs.' },
    REFUSED: { description: 'VOD rejected the request.' },
    FAILED: { description: 'VOD did not run the request. You can send the submission again.' },
    UNKNOWN: { description: 'The gateway sent the request and does not know whether VOD created jobs.' },
  } satisfies Record<SubmissionState, object>,
});

export const AISubmission = builder.objectRef<Submission>('AISubmission').implement({
  description: 'A submission of one video through this gateway.',
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: 'The id of the submission, assigned by the gateway.',
    }),
    kind: t.expose('kind', {
      type: AISubmissionKind,
      nullable: false,
      description: 'The kind of jobs that were submitted.',
    }),
    state: t.expose('state', {
      type: AISubmissionState,
      nullable: false,
      description: 'The state of the submission.',
    }),
    caller: t.exposeString('caller', {
      description:
        'The caller that sent the submission: `key:` with the name of an API key or of its caller, `token:` with the subject ' +
        'of a token, or `anybody` without authentication. Null if the submission was made before the gateway ' +
        'recorded callers.',
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
      description: 'The submitted video. For an image, the id is that of the image.',
      resolve: ({ videoId }) => ({ id: videoId }),
    }),
  }),
});

/** Adds the jobs of one kind to submissions. One submission creates at most `maxJobs` of them. */
function listJobs(
  {
    kind,
    fieldName,
    anyRef,
    readAction,
    current,
  }: typeof AIJobs | typeof AIImageJobs | typeof AIMediaAuditJobs,
  maxJobs: number,
  created: string,
): void {
  builder.objectField(AISubmission, `${fieldName}s`, (t) =>
    t.field({
      type: [anyRef],
      directives: { ...itemsNullOnlyOnError, ...readsJobsTogether(readAction), ...hasItems(maxJobs) },
      nullable: { list: false, items: true },
      description: `The ${created} that the submission created. Empty if it created none.`,
      resolve: ({ jobs }, _args, context) =>
        jobs.filter((job) => job.kind === kind).map((job): Promise<AnyJob> => current(job, context)),
    }),
  );
}

listJobs(AIJobs, 2, 'AI jobs');
listJobs(AIImageJobs, 1, 'image job');
listJobs(AIMediaAuditJobs, 1, 'review job');

builder.objectField(AISubmission, 'resolvedBy', (t) =>
  t.field({
    type: builder.enumType('AISubmissionResolver', {
      description: 'How the gateway found the result of a submission whose response was lost.',
      values: {
        MARKER: { description: "One of VOD's jobs or events carries the id of the submission." },
        LISTING: {
          description:
            'VOD lists the jobs of the video, and exactly one for each type fits, or none was created.',
        },
      } satisfies Record<SubmissionResolver, object>,
    }),
    description:
      "How the gateway found the result. Null if VOD's response gave it, and while the result is not known.",
    resolve: ({ resolvedBy }) => resolvedBy,
  }),
);

builder.objectField(AISubmission, 'candidates', (t) =>
  t.field({
    type: [AIJobs.ref],
    extensions: readsJobs,
    directives: { ...readsJobsTogether(AIJobs.readAction), ...hasItems(2) },
    description:
      'The jobs of the video that an `UNKNOWN` submission may have created, as VOD listed them last. Null if `state` is not ' +
      '`UNKNOWN`, and until the gateway has asked VOD.',
    resolve: async ({ state, listing }, _args, { loaders }) => {
      if (state !== 'UNKNOWN' || !listing) return undefined;
      const jobs = await Promise.all(listing.jobIds.map((id) => loaders.AI.load(id)));
      return jobs.filter((job) => job !== undefined);
    },
  }),
);

const { connection, edge } = connectionType<Submission>('AISubmission', 'submissions');

builder.objectField(edge, 'node', (t) =>
  t.field({
    type: AISubmission,
    nullable: false,
    description: 'The submission.',
    resolve: (submission) => submission,
  }),
);

const AISubmissionBy = builder.inputType('AISubmissionBy', {
  description: 'What identifies a submission. Exactly one field is required.',
  isOneOf: true,
  fields: (t) => ({
    id: t.id({
      description:
        'The id of the submission. The payload of a submission has it, and so has `extensions.submissionId` of the error ' +
        '`SUBMISSION_OUTCOME_UNKNOWN`.',
    }),
    idempotencyKey: t.string({
      description:
        'The idempotency key of the submission. If several callers have used the key, it selects your own submission, ' +
        'or else the newest one, which only callers with the scope `submissions:all` can read.',
    }),
  }),
});

builder.queryField('aiSubmission', (t) =>
  t.field({
    type: AISubmission,
    description:
      'One of your submissions or, with the scope `submissions:all`, of any caller. After a response is lost, it tells ' +
      'whether jobs were created. Null if there is no such submission.',
    args: {
      by: t.arg({ type: AISubmissionBy, required: true, description: 'What identifies the submission.' }),
    },
    resolve: (_root, { by: { id, idempotencyKey } }, { listing, budget }) => {
      budget.addLedgerRead();
      // GraphQL validates @oneOf, so one of them is given.
      return typeof id === 'string'
        ? listing.submission(id)
        : listing.submissionWithKey(idempotencyKey ?? '');
    },
  }),
);

for (const payload of [
  SubmitAIJobPayload,
  SubmitAIImageJobPayload,
  SubmitAIMediaAuditJobPayload,
  SubmitAIImageAuditJobPayload,
]) {
  builder.objectField(payload, 'submission', (t) =>
    t.field({
      type: AISubmission,
      extensions: readsJobs,
      description:
        "The gateway's record of the submission. Null if the input is invalid, if the submission was not sent, and for " +
        'callers without the scope `submissions:all` if it was made before the gateway recorded callers.',
      resolve: ({ submissionId }, _args, { listing, budget }) => {
        if (submissionId === undefined) return undefined;
        budget.addLedgerRead();
        return listing.submission(submissionId);
      },
    }),
  );
}

const AISubmissionFilter = builder.inputType('AISubmissionFilter', {
  description: 'Selects submissions. A submission must match every field that is given.',
  fields: (t) => ({
    state: t.field({ type: [AISubmissionState], description: 'Only submissions in one of these states.' }),
    kind: t.field({ type: [AISubmissionKind], description: 'Only submissions of one of these kinds.' }),
    videoId: t.id({ description: 'Only submissions of this video: 1 to 64 characters.' }),
    submittedAfter: t.field({
      type: 'DateTime',
      description: 'Only submissions that the gateway received at this time or later.',
    }),
    submittedBefore: t.field({
      type: 'DateTime',
      description: 'Only submissions that the gateway received before this time.',
    }),
  }),
});

function submissionsFilter(filter: typeof AISubmissionFilter.$inferInput): SubmissionsFilter {
  const { state, kind, videoId, submittedAfter, submittedBefore } = filter;
  return {
    states: state ?? undefined,
    kinds: kind ?? undefined,
    ...filterOfVideo(videoId),
    since: submittedAfter?.getTime(),
    until: submittedBefore?.getTime(),
  };
}

builder.queryField('aiSubmissions', (t) =>
  t.field({
    type: connection,
    directives: { ...nullOnlyOnError, ...isPagedBy('first', 'last') },
    description:
      'Your submissions through this gateway or, with the scope `submissions:all`, those of all callers, newest first.',
    args: {
      ...pageArguments,
      filter: t.arg({ type: AISubmissionFilter, description: 'The submissions to return.' }),
    },
    resolve: (_root, args, { listing, budget }) => {
      const request = pageRequest(args);
      const filter = submissionsFilter(args.filter ?? {});
      const reads = {
        find: (page: PageQuery) => listing.submissions({ ...filter, ...page }),
        count: () => listing.countSubmissions(filter),
      };
      return pageOf(request, reads, budget);
    },
  }),
);
