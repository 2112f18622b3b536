import { admitSubmission } from '../context.ts';
import { builder, readsJobs } from './builder.ts';
import { callsVOD, nullOnlyOnError } from './directives.ts';
import { jobType } from './job.ts';
import { MediaAuditResultType } from './media-audit-result.ts';
import { idempotencyKeyField, submissionInputFields } from './submission-input.ts';

export const AIMediaAuditJobs = jobType({
  kind: 'MEDIA_AUDIT',
  name: 'AIMediaAuditJob',
  noun: 'review job',
  submitAction: 'SubmitAIMediaAuditJob',
  isListedByVOD: true,
});

AIMediaAuditJobs.ref.implement({
  description: 'A job of automated review on one video or image.',
  fields: (t) => ({
    ...AIMediaAuditJobs.fields(t),
    completedAt: t.field({
      type: 'DateTime',
      extensions: readsJobs,
      description: 'The time at which the job became final. Null until `status` is `SUCCESS` or `FAIL`.',
      resolve: (job) => AIMediaAuditJobs.read(job, job.completedAt),
    }),
    result: t.field({
      type: MediaAuditResultType,
      extensions: readsJobs,
      description: 'The parsed result. Null until `status` is `SUCCESS`.',
      resolve: (job) => AIMediaAuditJobs.read(job, job.result()),
    }),
    data: t.exposeString('data', {
      extensions: readsJobs,
      description:
        'The result as VOD returned it, as JSON text. Set even if `result` cannot be parsed. Null if VOD returned none.',
    }),
  }),
});

const resourceType =
  'The type of the content, as agreed with the support of VOD: letters, digits and underscores. VOD applies rules of its own ' +
  'to it.';

const SubmitAIMediaAuditJobInput = builder.inputType('SubmitAIMediaAuditJobInput', {
  description: 'The video to submit, and how to review it.',
  fields: (t) => ({
    videoId: t.id({
      required: true,
      description: 'The id of the video or audio file in VOD: 1 to 64 characters.',
    }),
    templateId: t.id({
      description:
        'The id of the template to use. The template has the type `MEDIA_AUDIT`. If omitted, VOD uses the default template.',
    }),
    resourceType: t.string({ description: resourceType }),
    ...submissionInputFields(t),
  }),
});

export const SubmitAIMediaAuditJobPayload = AIMediaAuditJobs.payload('SubmitAIMediaAuditJobPayload');

builder.mutationField('submitAIMediaAuditJob', (t) =>
  t.field({
    type: SubmitAIMediaAuditJobPayload,
    directives: { ...nullOnlyOnError, ...callsVOD(1) },
    description: 'Submits a video for automated review. VOD charges for each subject of the template.',
    args: {
      input: t.arg({ type: SubmitAIMediaAuditJobInput, required: true, description: 'The submission.' }),
    },
    resolve: async (_root, { input: { idempotencyKey, ...submission } }, context) => {
      await admitSubmission(context);
      return context.services.submissions.submitAIMediaAuditJob(submission, idempotencyKey, context);
    },
  }),
);

const SubmitAIImageAuditJobInput = builder.inputType('SubmitAIImageAuditJobInput', {
  description: 'The image to submit, and how to review it.',
  fields: (t) => ({
    imageId: t.id({ required: true, description: 'The id of the image in VOD: 1 to 64 characters.' }),
    templateId: t.id({
      required: true,
      description: 'The id of the template to use. The template has the type `MEDIA_AUDIT`.',
    }),
    resourceType: t.string({ description: resourceType }),
    ...idempotencyKeyField(t),
  }),
});

export const SubmitAIImageAuditJobPayload = AIMediaAuditJobs.payload('SubmitAIImageAuditJobPayload');

builder.mutationField('submitAIImageAuditJob', (t) =>
  t.field({
    type: SubmitAIImageAuditJobPayload,
    directives: { ...nullOnlyOnError, ...callsVOD(1) },
    description: 'Submits an image for automated review. VOD charges for the job.',
    args: {
      input: t.arg({ type: SubmitAIImageAuditJobInput, required: true, description: 'The submission.' }),
    },
    resolve: async (_root, { input: { idempotencyKey, ...submission } }, context) => {
      await admitSubmission(context);
      return context.services.submissions.submitAIImageAuditJob(submission, idempotencyKey, context);
    },
  }),
);
