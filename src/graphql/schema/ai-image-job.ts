import type { AIImageFormat, AIImageTemplateConfig } from '../../domain/ai-image-template.ts';
import type { AIImage } from '../../domain/job.ts';
import { admitSubmission } from '../context.ts';
import { builder, readsJobs } from './builder.ts';
import { cachedWithParent, callsVOD, nullOnlyOnError } from './directives.ts';
import { jobType } from './job.ts';
import { submissionInputFields } from './submission-input.ts';

export const AIImageFormatEnum = builder.enumType('AIImageFormat', {
  description: 'The file format of a cover.',
  values: {
    GIF: { description: 'An animated image.' },
    PNG: { description: 'A still image.' },
  } satisfies Record<AIImageFormat, object>,
});

export const AIImageTemplateConfigType = builder
  .objectRef<AIImageTemplateConfig>('AIImageTemplateConfig')
  .implement({
    description: 'The settings of a template of type `IMAGE`.',
    directives: cachedWithParent,
    fields: (t) => ({
      format: t.expose('format', {
        type: AIImageFormatEnum,
        description: 'The file format of the covers. Null if the template does not set it.',
      }),
      setDefaultCover: t.exposeBoolean('setDefaultCover', {
        description:
          "Whether the first image becomes the video's cover. Null if the template does not set it.",
      }),
    }),
  });

const AIImageType = builder.objectRef<AIImage>('AIImage').implement({
  description: 'An image that an image job created from a video.',
  directives: cachedWithParent,
  fields: (t) => ({
    url: t.exposeString('url', { nullable: false, description: 'The URL of the image file.' }),
    score: t.exposeFloat('score', {
      description: "VOD's rating of the image. Higher is better. Null if VOD gives none.",
    }),
  }),
});

export const AIImageJobs = jobType({
  kind: 'IMAGE',
  name: 'AIImageJob',
  noun: 'image job',
  submitAction: 'SubmitAIImageJob',
});

AIImageJobs.ref.implement({
  description: 'A job that creates covers for one video.',
  fields: (t) => ({
    ...AIImageJobs.fields(t),
    templateId: t.exposeID('templateId', {
      extensions: readsJobs,
      description: 'The id of the template that the job uses. Null if VOD does not report it.',
    }),
    templateConfig: t.field({
      type: AIImageTemplateConfigType,
      extensions: readsJobs,
      description: 'The template settings that the job uses. Null if VOD does not report them.',
      resolve: AIImageJobs.readComplete(({ templateConfig }) => templateConfig),
    }),
    userData: t.field({
      type: 'JSON',
      extensions: readsJobs,
      description:
        'The data that was attached to the job at submission, with the names that VOD uses: `{"Extend":{"localId":"42"}}`. ' +
        'Null if no data was attached.',
      resolve: (job) => AIImageJobs.read(job, job.userData),
    }),
    images: t.field({
      type: [AIImageType],
      extensions: readsJobs,
      description: 'The images that the job created. Null until `status` is `SUCCESS`.',
      resolve: (job) => AIImageJobs.read(job, job.images),
    }),
  }),
});

const SubmitAIImageJobInput = builder.inputType('SubmitAIImageJobInput', {
  description: 'The video to submit, and how to create its covers.',
  fields: (t) => ({
    videoId: t.id({ required: true, description: 'The id of the video in VOD: 1 to 64 characters.' }),
    templateId: t.id({
      required: true,
      description: 'The id of the template to use. The template has the type `IMAGE`.',
    }),
    pipelineId: t.id({
      description: 'The id of the pipeline that runs the job. If omitted, VOD uses the default pipeline.',
    }),
    ...submissionInputFields(t),
  }),
});

export const SubmitAIImageJobPayload = AIImageJobs.payload('SubmitAIImageJobPayload');

builder.mutationField('submitAIImageJob', (t) =>
  t.field({
    type: SubmitAIImageJobPayload,
    directives: { ...nullOnlyOnError, ...callsVOD(1) },
    description: 'Submits a video for covers. VOD charges for the job.',
    args: {
      input: t.arg({ type: SubmitAIImageJobInput, required: true, description: 'The submission.' }),
    },
    resolve: async (_root, { input: { idempotencyKey, ...submission } }, context) => {
      await admitSubmission(context);
      return context.services.submissions.submitAIImageJob(submission, idempotencyKey, context);
    },
  }),
);
