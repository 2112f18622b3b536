import type { AIJobType } from '../../domain/job.ts';
import type { AIJobSubmissionOutcome, VideoTagAnalyseType } from '../../domain/submission.ts';
import { admitSubmission } from '../context.ts';
import { AIJobResultType } from './ai-job-result.ts';
import { builder, readsJobs } from './builder.ts';
import { callsVOD, nullOnlyOnError, readsJobsTogether } from './directives.ts';
import { jobType } from './job.ts';
import { submissionInputFields } from './submission-input.ts';
import { madeBy, payloadFields } from './user-error.ts';
import { Video } from './video.ts';

export const AIJobTypeEnum = builder.enumType('AIJobType', {
  description: 'The type of analysis that an AI job performs.',
  values: {
    MEDIA_DNA: { description: 'Video DNA: finds videos that resemble the submitted video.' },
    VIDEO_TAG: { description: 'Smart tags: recognizes people, places, keywords, categories and speech.' },
  } satisfies Record<AIJobType, object>,
});

export const AIJobs = jobType({
  kind: 'AI',
  name: 'AIJob',
  noun: 'AI job',
  submitAction: 'SubmitAIJob',
  isListedByVOD: true,
  videoArguments: builder.args((t) => ({
    type: t.field({ type: AIJobTypeEnum, description: 'Only jobs of this type are returned.' }),
  })),
  filterFields: (t) => ({
    type: t.field({ type: [AIJobTypeEnum], description: 'Only jobs of one of these types.' }),
  }),
});

AIJobs.ref.implement({
  description: 'A smart-tag or video-DNA job on one video.',
  fields: (t) => ({
    ...AIJobs.fields(t),
    type: t.field({
      type: AIJobTypeEnum,
      description: 'The type of analysis. Null if VOD does not report it.',
      resolve: (job) => AIJobs.read(job, job.type),
    }),
    completedAt: t.field({
      type: 'DateTime',
      extensions: readsJobs,
      description: 'The time at which the job became final. Null until `status` is `SUCCESS` or `FAIL`.',
      resolve: (job) => AIJobs.read(job, job.completedAt),
    }),
    result: t.field({
      type: AIJobResultType,
      extensions: readsJobs,
      description: 'The parsed result. Null until `status` is `SUCCESS`.',
      resolve: (job) => AIJobs.read(job, job.result()),
    }),
    data: t.exposeString('data', {
      extensions: readsJobs,
      description:
        'The result as VOD returned it, as JSON text. Set even if `result` cannot be parsed. Null if VOD returned none.',
    }),
  }),
});

builder.objectField(Video, 'latestAIJob', (t) =>
  t.field({
    type: AIJobs.ref,
    extensions: readsJobs,
    directives: readsJobsTogether(AIJobs.readAction),
    description:
      'The AI job of this type that was submitted last for this video through this gateway. Null if there is none. A job ' +
      'that was not final when last read is read again from VOD.',
    args: {
      type: t.arg({ type: AIJobTypeEnum, required: true, description: 'The type of analysis.' }),
    },
    resolve: async ({ id }, { type }, context) => {
      context.budget.addLedgerRead();
      const query = { kind: 'AI', videoId: id, type, status: undefined, limit: 1, order: 'newest' } as const;
      const [latest] = await context.listing.videoJobs(query);
      return latest && AIJobs.current(latest, context);
    },
  }),
);

/** The values are not deprecated: one sample of VOD of December 2025 still has `Face`. */
const UNDOCUMENTED = 'Since 2024 VOD documents only `ASR` and `OCR`, so it may ignore or reject this value.';

const VideoTagAnalyseTypeEnum = builder.enumType('VideoTagAnalyseType', {
  description: 'A part of a video that a smart-tag job analyses.',
  values: {
    FACE: { description: `Faces of people. ${UNDOCUMENTED}` },
    ASR: { description: 'Speech, by automatic speech recognition.' },
    OCR: { description: 'Text in the picture, by optical character recognition.' },
    CATEGORY: { description: `The category of the video. ${UNDOCUMENTED}` },
    ANNOTATION: { description: `Objects and scenes in the picture. ${UNDOCUMENTED}` },
  } satisfies Record<VideoTagAnalyseType, object>,
});

const VideoTagConfigInput = builder.inputType('VideoTagConfigInput', {
  description: 'The settings of a `VIDEO_TAG` job.',
  fields: (t) => ({
    analyseTypes: t.field({
      type: [VideoTagAnalyseTypeEnum],
      description: 'The parts of the video to analyse. If omitted, VOD chooses them.',
    }),
    origASRData: t.boolean({
      description:
        'Whether the result includes transcripts of the speech. Has an effect only if `analyseTypes` includes `ASR`.',
    }),
  }),
});

const MediaDNAConfigInput = builder.inputType('MediaDNAConfigInput', {
  description: 'The settings of a `MEDIA_DNA` job.',
  fields: (t) => ({
    dnaDBId: t.id({
      description:
        'The id of the fingerprint library to compare the video with. If omitted, VOD uses the default library.',
    }),
  }),
});

export const AIJobConfigInput = builder.inputType('AIJobConfigInput', {
  description: 'The settings for each type of job. A type that is not submitted cannot have settings.',
  fields: (t) => ({
    videoTag: t.field({ type: VideoTagConfigInput, description: 'The settings of the `VIDEO_TAG` job.' }),
    mediaDNA: t.field({ type: MediaDNAConfigInput, description: 'The settings of the `MEDIA_DNA` job.' }),
  }),
});

const SubmitAIJobInput = builder.inputType('SubmitAIJobInput', {
  description: 'The video to submit, and how to analyse it.',
  fields: (t) => ({
    videoId: t.id({ required: true, description: 'The id of the video in VOD: 1 to 64 characters.' }),
    types: t.field({
      type: [AIJobTypeEnum],
      description: 'The types of analysis. VOD creates one job for each. If omitted, VOD chooses the types.',
    }),
    config: t.field({ type: AIJobConfigInput, description: 'The settings for each type of job.' }),
    ...submissionInputFields(t),
  }),
});

export const SubmitAIJobPayload = builder.objectRef<AIJobSubmissionOutcome>('SubmitAIJobPayload').implement({
  description: 'The result of a submission. Exactly one of `jobs` and `userErrors` has entries.',
  fields: (t) => ({
    jobs: t.field({
      type: [AIJobs.ref],
      description: 'The created jobs, one for each type. Null if `userErrors` has entries.',
      resolve: madeBy,
    }),
    ...payloadFields(t),
  }),
});

builder.mutationField('submitAIJob', (t) =>
  t.field({
    type: SubmitAIJobPayload,
    directives: { ...nullOnlyOnError, ...callsVOD(1) },
    description: 'Submits a video for smart tags, video DNA or both. VOD charges for each job.',
    args: {
      input: t.arg({ type: SubmitAIJobInput, required: true, description: 'The submission.' }),
    },
    resolve: async (_root, { input: { idempotencyKey, ...submission } }, context) => {
      await admitSubmission(context);
      return context.services.submissions.submitAIJob(submission, idempotencyKey, context);
    },
  }),
);
