import type { SubmissionOutcome } from '../../domain/submission.ts';
import { admitSubmission } from '../context.ts';
import { builder } from './builder.ts';
import { callsVOD, nullOnlyOnError } from './directives.ts';
import { madeBy, payloadFields } from './user-error.ts';

const DeleteMediaDNAInput = builder.inputType('DeleteMediaDNAInput', {
  description: 'The video whose fingerprint to delete.',
  fields: (t) => ({
    videoId: t.id({ required: true, description: 'The id of the video in VOD: 1 to 64 characters.' }),
  }),
});

const DeleteMediaDNAPayload = builder
  .objectRef<SubmissionOutcome<string>>('DeleteMediaDNAPayload')
  .implement({
    description: 'The result of a deletion: either `videoId` is set or `userErrors` has entries.',
    fields: (t) => ({
      videoId: t.id({
        description: 'The id of the video. Null if `userErrors` has entries.',
        resolve: madeBy,
      }),
      ...payloadFields(t),
    }),
  });

// The scope of the mutation type, `jobs:submit`, applies: callers with it can add the fingerprint again. That takes a paid
// job, so a deletion counts as a submission of the minute. VOD does not charge for it, so it does not count for the day.
builder.mutationField('deleteMediaDNA', (t) =>
  t.field({
    type: DeleteMediaDNAPayload,
    directives: { ...nullOnlyOnError, ...callsVOD(1) },
    description:
      'Deletes the fingerprint of a video from the fingerprint library, so that later video-DNA jobs do not find the video. VOD ' +
      'deletes it in the background; the mutation succeeds when VOD has accepted the deletion. A video-DNA job on the video adds ' +
      'the fingerprint again.',
    args: {
      input: t.arg({ type: DeleteMediaDNAInput, required: true, description: 'The fingerprint to delete.' }),
    },
    resolve: async (_root, { input: { videoId } }, context) => {
      await admitSubmission(context);
      return context.services.videoResults.deleteMediaDNA(videoId, context);
    },
  }),
);
