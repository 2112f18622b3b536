import type {
  AuditScore,
  MediaAuditDetail,
  MediaAuditDetails,
  MediaAuditSpeech,
  MediaAuditSpeechSentence,
  MediaAuditTimeline,
  MediaAuditTimelineEntry,
} from '../../domain/media-audit.ts';
import { badUserInput } from '../errors.ts';
import { builder, readsJobs } from './builder.ts';
import { callsVOD } from './directives.ts';
import { eachSubject, frameFields, MediaAuditResultType, scoreFields } from './media-audit-result.ts';
import { Video } from './video.ts';

/** The results of the latest automated review of a video. */

const MediaAuditTimelineEntryType = builder
  .objectRef<MediaAuditTimelineEntry>('MediaAuditTimelineEntry')
  .implement({
    description: 'A violation or a suspicion in a frame.',
    fields: (t) => ({
      ...scoreFields(t),
      timeMs: t.exposeInt('timeMs', {
        description: 'The time in the video, in milliseconds from its start. Null if VOD does not report it.',
      }),
    }),
  });

const MediaAuditTimelineType = builder.objectRef<MediaAuditTimeline>('MediaAuditTimeline').implement({
  description: 'The violations and suspicions in a video, by subject.',
  fields: (t) =>
    eachSubject((subject, noun) =>
      t.expose(subject, {
        type: [MediaAuditTimelineEntryType],
        nullable: false,
        description: `The findings of ${noun}.`,
      }),
    ),
});

const MediaAuditScoreType = builder.objectRef<AuditScore>('MediaAuditScore').implement({
  description: 'The finding for one subject in a frame.',
  fields: scoreFields,
});

const MediaAuditDetailType = builder.objectRef<MediaAuditDetail>('MediaAuditDetail').implement({
  description: 'A frame with violations or suspicions. A subject in which nothing was found is null.',
  fields: (t) => ({
    ...frameFields(t),
    ...eachSubject((subject, noun) =>
      t.expose(subject, { type: MediaAuditScoreType, description: `The finding of ${noun}.` }),
    ),
  }),
});

const MediaAuditDetailsType = builder.objectRef<MediaAuditDetails>('MediaAuditDetails').implement({
  description: 'One page of the frames with violations and suspicions.',
  fields: (t) => ({
    totalCount: t.exposeInt('totalCount', {
      description: 'The number of frames on all pages. Null if VOD does not report it.',
    }),
    frames: t.expose('frames', {
      type: [MediaAuditDetailType],
      nullable: false,
      description: 'The frames of the page: at most 20.',
    }),
  }),
});

const MediaAuditSpeechSentenceType = builder
  .objectRef<MediaAuditSpeechSentence>('MediaAuditSpeechSentence')
  .implement({
    description: 'A reviewed part of the speech.',
    fields: (t) => ({
      startMs: t.exposeInt('startMs', {
        description:
          'The start, in milliseconds from the start of the audio. Null if VOD does not report it.',
      }),
      endMs: t.exposeInt('endMs', {
        description: 'The end, in milliseconds from the start of the audio. Null if VOD does not report it.',
      }),
      label: t.exposeString('label', {
        description: "VOD's label, such as `abuse` or `normal`. Null if VOD gives none.",
      }),
      text: t.exposeString('text', { description: 'The spoken text. Null if VOD does not return it.' }),
    }),
  });

const MediaAuditSpeechType = builder.objectRef<MediaAuditSpeech>('MediaAuditSpeech').implement({
  description: 'The reviewed speech of a video, or one page of it.',
  fields: (t) => ({
    pageCount: t.exposeInt('pageCount', {
      description: 'The number of pages. Null if VOD does not report it.',
    }),
    page: t.exposeInt('page', { description: 'The number of this page. Null if VOD does not report it.' }),
    sentences: t.expose('sentences', {
      type: [MediaAuditSpeechSentenceType],
      nullable: false,
      description: 'The parts of the speech, in the order in which VOD returns them.',
    }),
  }),
});

function checkedPage(page: number | null | undefined): number | undefined {
  if (page === null || page === undefined) return undefined;
  if (page >= 1) return page;
  throw badUserInput([{ field: 'page', message: `expected a number from 1; got ${page}` }]);
}

builder.objectFields(Video, (t) => ({
  auditResult: t.field({
    type: MediaAuditResultType,
    extensions: readsJobs,
    directives: callsVOD(1),
    description:
      'The result of the latest review of the video, even if its job was not submitted through this gateway. The id of an ' +
      'image gives the result of that image. Null if there is no result or VOD has no such video.',
    resolve: ({ id }, _args, context) => context.services.mediaAuditResults.result(id, context),
  }),
  auditTimeline: t.field({
    type: MediaAuditTimelineType,
    extensions: readsJobs,
    directives: callsVOD(1),
    description:
      'The times of violations and suspicions in the latest review of the video. Null if there is no result or VOD has no ' +
      'such video.',
    resolve: ({ id }, _args, context) => context.services.mediaAuditResults.timeline(id, context),
  }),
  auditDetails: t.field({
    type: MediaAuditDetailsType,
    extensions: readsJobs,
    directives: callsVOD(1),
    description:
      'The frames with violations and suspicions in the latest review of the video, 20 a page. Null if there is no result or ' +
      'VOD has no such video.',
    args: { page: t.arg.int({ description: 'The number of the page. The first page, 1, is the default.' }) },
    resolve: async ({ id }, args, context) =>
      context.services.mediaAuditResults.details(id, checkedPage(args.page) ?? 1, context),
  }),
  auditSpeech: t.field({
    type: MediaAuditSpeechType,
    extensions: readsJobs,
    directives: callsVOD(1),
    description:
      'The reviewed speech in the latest review of the video. Null if there is no result or VOD has no such video.',
    args: { page: t.arg.int({ description: 'The number of the page, from 1. If omitted, all pages.' }) },
    resolve: async ({ id }, args, context) =>
      context.services.mediaAuditResults.speech(id, checkedPage(args.page), context),
  }),
}));
