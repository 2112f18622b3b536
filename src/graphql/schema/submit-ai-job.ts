import type { AIJobSubmissionOutcome, VideoTagAnalyseType } from '../../domain/submission.ts';
import { admitSubmission } from '../context.ts';
import { AIJobRef, AIJobTypeEnum } from './ai-job.ts';
import { builder } from './builder.ts';
import { callCost } from './call-cost.ts';
import { idempotencyKeyDescription, UserDataInput } from './user-data.ts';
import { UserErrorType } from './user-error.ts';

const VideoTagAnalyseTypeEnum = builder.enumType('VideoTagAnalyseType', {
  description: 'The parts of a video that smart tags look at.',
  values: {
    FACE: { description: 'Faces of people.' },
    ASR: { description: 'Speech.' },
    OCR: { description: 'Text in the picture.' },
    CATEGORY: { description: 'The kind of video.' },
    ANNOTATION: { description: 'Things and scenes in the picture.' },
  } satisfies Record<VideoTagAnalyseType, object>,
});

const VideoTagConfigInput = builder.inputType('VideoTagConfigInput', {
  description: 'Settings of a `VIDEO_TAG` job.',
  fields: (t) => ({
    analyseTypes: t.field({
      type: [VideoTagAnalyseTypeEnum],
      description: 'What to look at; VOD decides where it is left out.',
    }),
    origASRData: t.boolean({
      description:
        'Whether the transcript comes back too. Takes effect only where `ASR` is among `analyseTypes`.',
    }),
  }),
});

const MediaDNAConfigInput = builder.inputType('MediaDNAConfigInput', {
  description: 'Settings of a `MEDIA_DNA` job.',
  fields: (t) => ({
    dnaDBId: t.id({
      description: 'The fingerprint library to compare with; the default one where it is left out.',
    }),
  }),
});

const AIJobConfigInput = builder.inputType('AIJobConfigInput', {
  description: 'Settings by type of job. Only for types that are asked for.',
  fields: (t) => ({
    videoTag: t.field({ type: VideoTagConfigInput, description: 'Settings of the `VIDEO_TAG` job.' }),
    mediaDNA: t.field({ type: MediaDNAConfigInput, description: 'Settings of the `MEDIA_DNA` job.' }),
  }),
});

const SubmitAIJobInput = builder.inputType('SubmitAIJobInput', {
  description: 'What to submit.',
  fields: (t) => ({
    mediaId: t.id({ required: true, description: "The video's id in VOD: 1 to 64 characters." }),
    types: t.field({
      type: [AIJobTypeEnum],
      description: 'One job is made for each; VOD decides where it is left out.',
    }),
    config: t.field({ type: AIJobConfigInput, description: 'Settings by type of job.' }),
    userData: t.field({ type: UserDataInput, description: 'What to attach to the jobs.' }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const SubmitAIJobPayload = builder.objectRef<AIJobSubmissionOutcome>('SubmitAIJobPayload').implement({
  description: 'What became of the submission: either `jobs` or `userErrors`.',
  fields: (t) => ({
    jobs: t.field({
      type: [AIJobRef],
      description: 'The jobs that were made, one for each type; null where none was.',
      resolve: (outcome) => ('made' in outcome ? outcome.made : null),
    }),
    userErrors: t.field({
      type: [UserErrorType],
      nullable: false,
      description: 'What the caller has to mend; empty where the jobs were made.',
      resolve: (outcome) => ('userErrors' in outcome ? outcome.userErrors : []),
    }),
    requestId: t.exposeID('requestId', {
      description: "The id of VOD's answer: what VOD's support asks for.",
    }),
  }),
});

builder.mutationField('submitAIJob', (t) =>
  t.field({
    type: SubmitAIJobPayload,
    nullable: false,
    description: 'Submits a video for smart tags, video DNA or both. The jobs are paid for.',
    args: { input: t.arg({ type: SubmitAIJobInput, required: true, description: 'What to submit.' }) },
    extensions: callCost({
      does: 'submit',
      // Where none is named, VOD makes one of each at most.
      size: ({ input }: { input: typeof SubmitAIJobInput.$inferInput }) =>
        Math.max(2, input.types?.length ?? 0),
    }),
    resolve: async (_root, { input: { idempotencyKey, ...submission } }, context) => {
      const { submissions, callTrace } = context;
      await admitSubmission(context);
      return submissions.submitAIJob(submission, idempotencyKey, callTrace);
    },
  }),
);
