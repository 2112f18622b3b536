import type {
  MediaDNAMatch,
  MediaDNAResult,
  MediaDNASegment,
  MediaDNASpan,
  SpeechSentence,
  SpeechTranscript,
  VideoPersonTag,
  VideoTag,
  VideoTagResult,
} from '../../domain/ai-job-result.ts';
import { type CaptionFormat, captions, MAX_LINE_COLUMNS, MIN_LINE_COLUMNS } from '../../domain/captions.ts';
import { describeText } from '../../domain/id.ts';
import { searchForm, searchTranscript, transcriptSize, transcriptText } from '../../domain/transcript.ts';
import { badUserInput } from '../errors.ts';
import { builder, readsJobs } from './builder.ts';
import { cachedWithParent, callsVOD } from './directives.ts';
import { Video } from './video.ts';

/** The results of AI jobs: of one job, and of a video from all its jobs. */

const VideoTagType = builder.objectRef<VideoTag>('VideoTag').implement({
  description: 'A smart tag: something that was recognized in a video.',
  directives: cachedWithParent,
  fields: (t) => ({
    tag: t.exposeString('tag', {
      nullable: false,
      description: 'The recognized item, such as a place or a keyword.',
    }),
    timesMs: t.exposeIntList('timesMs', {
      nullable: false,
      description: 'The times at which it appears, in milliseconds from the start of the video.',
    }),
  }),
});

const VideoPersonTagType = builder.objectRef<VideoPersonTag>('VideoPersonTag').implement({
  description: 'A person who was recognized in a video.',
  directives: cachedWithParent,
  fields: (t) => ({
    tag: t.exposeString('tag', { nullable: false, description: 'The name of the person.' }),
    timesMs: t.exposeIntList('timesMs', {
      nullable: false,
      description: 'The times at which the person appears, in milliseconds from the start of the video.',
    }),
    faceUrl: t.exposeString('faceUrl', {
      description: 'The URL of a picture of the face. Null if VOD returns none.',
    }),
  }),
});

const SpeechSentenceType = builder.objectRef<SpeechSentence>('SpeechSentence').implement({
  description: 'A sentence in a transcript.',
  directives: cachedWithParent,
  fields: (t) => ({
    startMs: t.exposeInt('startMs', {
      nullable: false,
      description: 'The start of the sentence, in milliseconds from the start of the audio.',
    }),
    endMs: t.exposeInt('endMs', {
      nullable: false,
      description: 'The end of the sentence, in milliseconds from the start of the audio.',
    }),
    text: t.exposeString('text', { nullable: false, description: 'The spoken text.' }),
    channel: t.exposeInt('channel', {
      description: 'The number of the audio channel; the first is 0. Null if VOD does not report it.',
    }),
    speechRate: t.exposeInt('speechRate', {
      description: 'The speed of the speech, in characters per minute. Null if VOD does not report it.',
    }),
  }),
});

const SpeechCaptionFormatEnum = builder.enumType('SpeechCaptionFormat', {
  description: 'A file format for captions.',
  values: {
    WEBVTT: { description: 'WebVTT (`.vtt`), the format of the HTML element `track`.' },
    SRT: { description: 'SubRip (`.srt`).' },
  } satisfies Record<CaptionFormat, object>,
});

/** The maximum length of a text to search for. Each sentence is compared with it. */
const MAX_SEARCH_CHARACTERS = 1_000;

const SpeechTranscriptType = builder.objectRef<SpeechTranscript>('SpeechTranscript').implement({
  description: 'A transcript of the speech in a video.',
  directives: cachedWithParent,
  fields: (t) => ({
    durationMs: t.exposeInt('durationMs', {
      description: 'The length of the audio, in milliseconds. Null if VOD does not report it.',
    }),
    sentences: t.expose('sentences', {
      type: [SpeechSentenceType],
      nullable: false,
      description: 'The sentences, in the order in which VOD returns them.',
    }),
    text: t.string({
      nullable: false,
      description:
        'The whole text, in the order of time. A sentence that several channels have at the same time appears once.',
      resolve: async (transcript, _args, { budget }) => {
        await budget.readTranscript(transcriptSize(transcript));
        return transcriptText(transcript);
      },
    }),
    captions: t.string({
      nullable: false,
      description:
        'The transcript as the text of a caption file. Cues are in the order of time and have at most two lines: a longer ' +
        'sentence becomes several cues, which share its time. Sentences of one channel that overlap are shown one after ' +
        'another.',
      args: {
        format: t.arg({ type: SpeechCaptionFormatEnum, required: true, description: 'The file format.' }),
        maxCharsPerLine: t.arg.int({
          description:
            `The maximum length of a line: ${MIN_LINE_COLUMNS} to ${MAX_LINE_COLUMNS} characters. Chinese, Japanese and ` +
            'Korean characters count as two. If omitted, each sentence is one line.',
        }),
      },
      resolve: async (transcript, { format, maxCharsPerLine }, { budget }) => {
        const columns = maxCharsPerLine ?? undefined;
        if (columns !== undefined && (columns < MIN_LINE_COLUMNS || columns > MAX_LINE_COLUMNS)) {
          const message = `expected a number from ${MIN_LINE_COLUMNS} to ${MAX_LINE_COLUMNS}; got ${columns}`;
          throw badUserInput([{ field: 'maxCharsPerLine', message }]);
        }
        await budget.readTranscript(transcriptSize(transcript));
        return captions(transcript, format, columns);
      },
    }),
    search: t.field({
      type: [SpeechSentenceType],
      nullable: false,
      description: 'The sentences that contain a text, in the order in which VOD returns them.',
      args: {
        text: t.arg.string({
          required: true,
          description:
            `The text to find: 1 to ${MAX_SEARCH_CHARACTERS} characters. Case, accents, full and half width, and the number ` +
            'of spaces make no difference.',
        }),
      },
      resolve: async (transcript, { text }, { budget }) => {
        const form = searchForm(text.slice(0, MAX_SEARCH_CHARACTERS));
        if (form === '' || text.length > MAX_SEARCH_CHARACTERS) {
          const received = form === '' ? describeText(text) : `${text.length} characters`;
          const message = `expected a text of 1 to ${MAX_SEARCH_CHARACTERS} characters; got ${received}`;
          throw badUserInput([{ field: 'text', message }]);
        }
        await budget.readTranscript(transcriptSize(transcript));
        return searchTranscript(transcript, form);
      },
    }),
  }),
});

const VideoTagResultType = builder.objectRef<VideoTagResult>('VideoTagResult').implement({
  description:
    'Smart tags, by category. A category is empty if it was not analysed or if nothing was recognized.',
  directives: cachedWithParent,
  fields: (t) => ({
    people: t.expose('people', {
      type: [VideoPersonTagType],
      nullable: false,
      description: 'The people who were recognized by their faces.',
    }),
    times: t.expose('times', {
      type: [VideoTagType],
      nullable: false,
      description: 'The times that are shown or mentioned, such as years.',
    }),
    locations: t.expose('locations', {
      type: [VideoTagType],
      nullable: false,
      description: 'The recognized places.',
    }),
    keywords: t.expose('keywords', {
      type: [VideoTagType],
      nullable: false,
      description: 'The keywords, from the picture, the captions and the speech.',
    }),
    categories: t.expose('categories', {
      type: [VideoTagType],
      nullable: false,
      description: 'The categories that the video belongs to.',
    }),
    transcripts: t.expose('transcripts', {
      type: [SpeechTranscriptType],
      nullable: false,
      description:
        'The transcripts of the speech. Available only for a job that was submitted with `ASR` in `analyseTypes` and ' +
        'with `origASRData`. Always empty in `Video.tags`.',
    }),
  }),
});

const MediaDNASpanType = builder.objectRef<MediaDNASpan>('MediaDNASpan').implement({
  description: 'A section of a video.',
  directives: cachedWithParent,
  fields: (t) => ({
    startMs: t.exposeInt('startMs', {
      nullable: false,
      description: 'The start of the section, in milliseconds from the start of the video.',
    }),
    durationMs: t.exposeInt('durationMs', {
      nullable: false,
      description: 'The length of the section, in milliseconds.',
    }),
  }),
});

const MediaDNASegmentType = builder.objectRef<MediaDNASegment>('MediaDNASegment').implement({
  description: 'A pair of sections that match, one from each video.',
  directives: cachedWithParent,
  fields: (t) => ({
    input: t.expose('input', {
      type: MediaDNASpanType,
      nullable: false,
      description: 'The section of the submitted video.',
    }),
    duplicate: t.expose('duplicate', {
      type: MediaDNASpanType,
      nullable: false,
      description: 'The section of the similar video.',
    }),
  }),
});

const MediaDNAMatchType = builder.objectRef<MediaDNAMatch>('MediaDNAMatch').implement({
  description: 'A video that resembles the submitted video.',
  directives: cachedWithParent,
  fields: (t) => ({
    video: t.field({
      type: Video,
      nullable: false,
      description: 'The similar video.',
      resolve: ({ videoId }) => ({ id: videoId }),
    }),
    similarity: t.exposeFloat('similarity', {
      nullable: false,
      description: 'The similarity of the two videos, from 0 to 1. Higher is more similar.',
    }),
    segments: t.expose('segments', {
      type: [MediaDNASegmentType],
      nullable: false,
      description: 'The sections that match.',
    }),
  }),
});

const MediaDNAResultType = builder.objectRef<MediaDNAResult>('MediaDNAResult').implement({
  description: 'The videos that resemble a submitted video.',
  directives: cachedWithParent,
  fields: (t) => ({
    matches: t.expose('matches', {
      type: [MediaDNAMatchType],
      nullable: false,
      description: 'The similar videos. Empty if VOD found none.',
    }),
  }),
});

/** The result of an AI job. */
export const AIJobResultType = builder.unionType('AIJobResult', {
  description:
    'The result of an AI job: `VideoTagResult` for the type `VIDEO_TAG`, `MediaDNAResult` for `MEDIA_DNA`.',
  types: [VideoTagResultType, MediaDNAResultType],
  resolveType: (result) => (result.type === 'VIDEO_TAG' ? VideoTagResultType : MediaDNAResultType),
});

builder.objectFields(Video, (t) => ({
  tags: t.field({
    type: VideoTagResultType,
    extensions: readsJobs,
    directives: callsVOD(1),
    description:
      'The smart tags from the latest analysis of the video, even if that job was not submitted through this gateway. ' +
      'Null if the video was not analysed or VOD has no such video.',
    resolve: ({ id }, _args, context) => context.services.videoResults.tags(id, context),
  }),
  dna: t.field({
    type: MediaDNAResultType,
    extensions: readsJobs,
    directives: callsVOD(1),
    description:
      'The result of the latest video-DNA job on the video, even if that job was not submitted through this gateway. ' +
      'Null if there was no such job or VOD has no such video.',
    resolve: ({ id }, _args, context) => context.services.videoResults.dna(id, context),
  }),
}));
