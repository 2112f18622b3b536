import type { Decoded } from '../../domain/decoded.ts';
import { isId, MAX_IDS } from '../../domain/id.ts';
import type { AIImageDeletion, FailedAIImageDeletion, VideoAIImage } from '../../domain/video-ai-image.ts';
import { MAX_IDS_PER_CALL } from '../../vod/job-reader.ts';
import { presentError } from '../errors.ts';
import { AIImageJobRef } from './ai-image-job.ts';
import { MediaDNAResultType, VideoTagResultType } from './ai-job-result.ts';
import { AIImageFormatEnum } from './ai-template.ts';
import { readsJobs } from './authorization.ts';
import { builder } from './builder.ts';
import { callCost } from './call-cost.ts';
import { fieldValue } from './job.ts';
import { UserErrorType } from './user-error.ts';
import { Video } from './video.ts';

/** What VOD knows of a video from all its AI jobs, whoever submitted them. */

/** The most covers that a video can be taken to have. */
const MAX_IMAGES = 100;

const VideoAIImageType = builder.objectRef<VideoAIImage>('VideoAIImage').implement({
  description: 'A cover that an image job made of a video.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false, description: "The cover's id: what `deleteAIImages` asks for." }),
    url: t.exposeString('url', { description: 'Where it is; signed, so that it works for a while only.' }),
    format: t.field({
      type: AIImageFormatEnum,
      description: 'Its format.',
      resolve: (image) => read(image, image.format),
    }),
    score: t.float({
      description: 'How good VOD finds it; the higher, the better.',
      resolve: (image) => read(image, image.score),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: (image) => read(image, image.createdAt),
    }),
    job: t.field({
      type: AIImageJobRef,
      description: 'The image job that made it.',
      extensions: callCost({ does: 'read', kind: 'IMAGE', each: 1 }),
      resolve: ({ jobId }, _args, { aiImageJobs }) =>
        jobId !== undefined && isId(jobId) ? aiImageJobs.load(jobId) : undefined,
    }),
  }),
});

builder.objectFields(Video, (t) => ({
  tags: t.field({
    type: VideoTagResultType,
    authScopes: readsJobs,
    description:
      'What smart tags found in the video last; null where nobody looked, or there is no such video.',
    extensions: callCost({ does: 'call', values: 1 }),
    resolve: ({ id }, _args, { videoResults, signal }) => videoResults.tags(id, signal),
  }),
  dna: t.field({
    type: MediaDNAResultType,
    authScopes: readsJobs,
    description: 'The videos like this one; null where it was not compared, or does not exist.',
    extensions: callCost({ does: 'call', values: 1 }),
    resolve: ({ id }, _args, { videoResults, signal }) => videoResults.dna(id, signal),
  }),
  aiImages: t.field({
    type: [VideoAIImageType],
    authScopes: readsJobs,
    description: "The video's covers; null where there is no such video.",
    extensions: callCost({ does: 'call', values: MAX_IMAGES }),
    resolve: ({ id }, _args, { videoResults, signal }) => videoResults.images(id, signal),
  }),
}));

const AIImageDeletionFailure = builder.objectRef<FailedAIImageDeletion>('AIImageDeletionFailure').implement({
  description:
    'Covers that may still be there: VOD was out of reach, or did not answer. To be deleted again.',
  fields: (t) => ({
    ids: t.exposeIDList('ids', { nullable: false, description: 'Which ones.' }),
    code: t.string({
      nullable: false,
      description: 'The code that an entry of `errors` would have: `UPSTREAM_TIMEOUT` for example.',
      resolve: ({ error }) => String(presentError(error).extensions.code),
    }),
    message: t.string({
      nullable: false,
      description: 'What happened.',
      resolve: ({ error }) => presentError(error).message,
    }),
  }),
});

const DeleteAIImagesPayload = builder.objectRef<AIImageDeletion>('DeleteAIImagesPayload').implement({
  description: 'What became of a deletion of covers, which VOD does ten by ten.',
  fields: (t) => ({
    deletedIds: t.exposeIDList('deletedIds', { nullable: false, description: 'The covers that are gone.' }),
    userErrors: t.field({
      type: [UserErrorType],
      nullable: false,
      description: 'What the caller has to mend.',
      resolve: ({ userErrors }) => userErrors,
    }),
    failures: t.field({
      type: [AIImageDeletionFailure],
      nullable: false,
      description: 'The tens that VOD did not serve.',
      resolve: ({ failures }) => failures,
    }),
  }),
});

builder.mutationField('deleteAIImages', (t) =>
  t.field({
    type: DeleteAIImagesPayload,
    nullable: false,
    description: 'Deletes covers from what VOD knows of their videos; the files stay.',
    args: { ids: t.arg.idList({ required: true, description: `The covers' ids, at most ${MAX_IDS}.` }) },
    extensions: callCost({
      does: 'call',
      calls: ({ ids }: { ids: readonly string[] }) =>
        ids.length > MAX_IDS ? 0 : Math.ceil(new Set(ids).size / MAX_IDS_PER_CALL),
      values: 1,
    }),
    resolve: (_root, { ids }, { videoResults }) => videoResults.deleteImages(ids),
  }),
);

function read<T>({ requestId }: VideoAIImage, reading: Decoded<T>): T | undefined {
  return fieldValue(reading, 'ListAIImageInfo', requestId);
}
