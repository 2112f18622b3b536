import type { Decoded } from '../../domain/decoded.ts';
import { isId, MAX_IDS } from '../../domain/id.ts';
import type { AIImageDeletion, FailedAIImageDeletion, VideoAIImage } from '../../domain/video-ai-image.ts';
import { MAX_IDS_PER_CALL } from '../../vod/job-reader.ts';
import { presentError } from '../errors.ts';
import { AIImageFormatEnum, AIImageJobs } from './ai-image-job.ts';
import { builder, deletesImages, readsJobs } from './builder.ts';
import { callsVOD, listedInOneCall, nullOnlyOnError, readsJobsTogether } from './directives.ts';
import { fieldValue } from './job.ts';
import { UserErrorType } from './user-error.ts';
import { Video } from './video.ts';

const VideoAIImageType = builder.objectRef<VideoAIImage>('VideoAIImage').implement({
  description: 'A cover: an image that an image job created from a video.',
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: 'The id of the cover. `deleteAIImages` accepts this id.',
    }),
    url: t.exposeString('url', {
      description: 'The signed URL of the image file. It expires. Null if VOD returns none.',
    }),
    format: t.field({
      type: AIImageFormatEnum,
      description: 'The file format. Null if VOD does not report it.',
      resolve: (image) => read(image, image.format),
    }),
    score: t.float({
      description: "VOD's rating of the image. Higher is better. Null if VOD gives none.",
      resolve: (image) => read(image, image.score),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'The time at which the cover was created. Null if VOD does not report it.',
      resolve: (image) => read(image, image.createdAt),
    }),
    job: t.field({
      type: AIImageJobs.ref,
      directives: readsJobsTogether(AIImageJobs.readAction),
      description: 'The image job that created the cover. Null if VOD does not name it or has no such job.',
      resolve: ({ jobId }, _args, { loaders }) =>
        jobId !== undefined && isId(jobId) ? loaders.IMAGE.load(jobId) : undefined,
    }),
  }),
});

builder.objectField(Video, 'aiImages', (t) =>
  t.field({
    type: [VideoAIImageType],
    extensions: readsJobs,
    directives: listedInOneCall,
    description:
      'The covers of the video, from all its image jobs, including jobs that were not submitted through this gateway. ' +
      'Null if VOD has no such video.',
    resolve: ({ id }, _args, context) => context.services.videoResults.images(id, context),
  }),
);

const AIImageDeletionFailure = builder.objectRef<FailedAIImageDeletion>('AIImageDeletionFailure').implement({
  description:
    'Covers that may not have been deleted, because the call to VOD failed. You can delete them again.',
  fields: (t) => ({
    ids: t.exposeIDList('ids', { nullable: false, description: 'The ids of the covers.' }),
    code: t.string({
      nullable: false,
      description: 'The error code, as in `extensions.code` of an error: `UPSTREAM_TIMEOUT`, for example.',
      resolve: ({ error }) => String(presentError(error).extensions.code),
    }),
    message: t.string({
      nullable: false,
      description: 'A description of the failure.',
      resolve: ({ error }) => presentError(error).message,
    }),
  }),
});

const DeleteAIImagesInput = builder.inputType('DeleteAIImagesInput', {
  description: 'The covers to delete.',
  fields: (t) => ({
    ids: t.idList({ required: true, description: `The ids of the covers: at most ${MAX_IDS}.` }),
  }),
});

const DeleteAIImagesPayload = builder.objectRef<AIImageDeletion>('DeleteAIImagesPayload').implement({
  description:
    `The result of deleting covers. The gateway sends the ids to VOD in groups of up to ${MAX_IDS_PER_CALL}. ` +
    'Each group succeeds or fails separately.',
  fields: (t) => ({
    deletedIds: t.exposeIDList('deletedIds', {
      nullable: false,
      description: 'The ids of the covers that were deleted.',
    }),
    userErrors: t.expose('userErrors', {
      type: [UserErrorType],
      nullable: false,
      description: 'The problems that the caller can correct, including the groups that VOD rejected.',
    }),
    failures: t.expose('failures', {
      type: [AIImageDeletionFailure],
      nullable: false,
      description: 'The groups whose call to VOD failed.',
    }),
  }),
});

builder.mutationField('deleteAIImages', (t) =>
  t.field({
    type: DeleteAIImagesPayload,
    extensions: deletesImages,
    directives: { ...nullOnlyOnError, ...callsVOD(Math.ceil(MAX_IDS / MAX_IDS_PER_CALL)) },
    description: 'Deletes covers from the list of covers that VOD keeps for a video. The image files remain.',
    args: {
      input: t.arg({ type: DeleteAIImagesInput, required: true, description: 'The covers to delete.' }),
    },
    resolve: (_root, { input: { ids } }, context) => {
      // A list that is too long is rejected without a call.
      if (ids.length <= MAX_IDS) context.budget.addCalls(Math.ceil(new Set(ids).size / MAX_IDS_PER_CALL));
      return context.services.videoResults.deleteImages(ids, context);
    },
  }),
);

function read<T>({ requestId }: VideoAIImage, value: Decoded<T>): T | undefined {
  return fieldValue(value, 'ListAIImageInfo', requestId);
}
