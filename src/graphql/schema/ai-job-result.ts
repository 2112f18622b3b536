import type {
  MediaDNAMatch,
  MediaDNAResult,
  MediaDNASegment,
  MediaSpan,
  PersonTag,
  SpeechSentence,
  SpeechTranscript,
  VideoTag,
  VideoTagResult,
} from '../../domain/ai-job-result.ts';
import { builder } from './builder.ts';
import { callCost } from './call-cost.ts';
import { Video } from './video.ts';

/**
 * How many matches a result is taken to have where the calls that an operation could lead to are counted: VOD names no
 * bound, and matches matter there only to whoever asks for the jobs of each matching video.
 */
const EXPECTED_MATCHES = 10;

const VideoTagType = builder.objectRef<VideoTag>('VideoTag').implement({
  description: 'Something that was recognised in a video.',
  fields: (t) => ({
    tag: t.exposeString('tag', { nullable: false, description: 'What it is.' }),
    timesMs: t.exposeIntList('timesMs', {
      nullable: false,
      description: 'Where it appears, in milliseconds from the start.',
    }),
  }),
});

const PersonTagType = builder.objectRef<PersonTag>('PersonTag').implement({
  description: 'A person who was recognised in a video.',
  fields: (t) => ({
    tag: t.exposeString('tag', { nullable: false, description: 'Who it is.' }),
    timesMs: t.exposeIntList('timesMs', {
      nullable: false,
      description: 'Where the person appears, in milliseconds from the start.',
    }),
    faceUrl: t.exposeString('faceUrl', { description: 'A picture of the face.' }),
  }),
});

const SpeechSentenceType = builder.objectRef<SpeechSentence>('SpeechSentence').implement({
  description: 'A sentence that is spoken in a video.',
  fields: (t) => ({
    startMs: t.exposeInt('startMs', { nullable: false, description: 'Its start, in milliseconds.' }),
    endMs: t.exposeInt('endMs', { nullable: false, description: 'Its end, in milliseconds.' }),
    text: t.exposeString('text', { nullable: false, description: 'What is said.' }),
    channel: t.exposeInt('channel', { description: 'The audio channel, from 0.' }),
    speechRate: t.exposeInt('speechRate', { description: 'How fast it is said, in characters a minute.' }),
  }),
});

const SpeechTranscriptType = builder.objectRef<SpeechTranscript>('SpeechTranscript').implement({
  description: 'What is spoken in a video.',
  fields: (t) => ({
    durationMs: t.exposeInt('durationMs', { description: 'The length of the audio, in milliseconds.' }),
    sentences: t.field({
      type: [SpeechSentenceType],
      nullable: false,
      description: 'The sentences, in the order that VOD gives them.',
      resolve: ({ sentences }) => sentences,
    }),
  }),
});

export const VideoTagResultType = builder.objectRef<VideoTagResult>('VideoTagResult').implement({
  description:
    'What a `VIDEO_TAG` job found. A kind that was not analysed, or of which nothing was found, is empty.',
  fields: (t) => ({
    people: t.field({
      type: [PersonTagType],
      nullable: false,
      description: 'People, by their faces.',
      resolve: ({ people }) => people,
    }),
    times: t.field({
      type: [VideoTagType],
      nullable: false,
      description: 'Times that are shown or spoken of.',
      resolve: ({ times }) => times,
    }),
    locations: t.field({
      type: [VideoTagType],
      nullable: false,
      description: 'Places.',
      resolve: ({ locations }) => locations,
    }),
    keywords: t.field({
      type: [VideoTagType],
      nullable: false,
      description: 'Keywords from pictures, captions and speech.',
      resolve: ({ keywords }) => keywords,
    }),
    categories: t.field({
      type: [VideoTagType],
      nullable: false,
      description: 'What kind of video it is.',
      resolve: ({ categories }) => categories,
    }),
    transcripts: t.field({
      type: [SpeechTranscriptType],
      nullable: false,
      description: 'The speech, where `ASR` was analysed with `origASRData`; of a job alone, not of a video.',
      resolve: ({ transcripts }) => transcripts,
    }),
  }),
});

const MediaSpanType = builder.objectRef<MediaSpan>('MediaSpan').implement({
  description: 'A stretch of a video.',
  fields: (t) => ({
    startSeconds: t.exposeFloat('startSeconds', { nullable: false, description: 'Its start, in seconds.' }),
    durationSeconds: t.exposeFloat('durationSeconds', {
      nullable: false,
      description: 'Its length, in seconds.',
    }),
  }),
});

const MediaDNASegmentType = builder.objectRef<MediaDNASegment>('MediaDNASegment').implement({
  description: 'Two stretches that look alike.',
  fields: (t) => ({
    input: t.field({
      type: MediaSpanType,
      nullable: false,
      description: 'In the video that was submitted.',
      resolve: ({ input }) => input,
    }),
    duplicate: t.field({
      type: MediaSpanType,
      nullable: false,
      description: 'In the video that it resembles.',
      resolve: ({ duplicate }) => duplicate,
    }),
  }),
});

const MediaDNAMatchType = builder.objectRef<MediaDNAMatch>('MediaDNAMatch').implement({
  description: 'A video that resembles the one that was submitted.',
  fields: (t) => ({
    video: t.field({
      type: Video,
      nullable: false,
      description: 'The video that it resembles.',
      resolve: ({ videoId }) => ({ id: videoId }),
    }),
    similarity: t.exposeFloat('similarity', {
      nullable: false,
      description: 'How alike they are, from 0 to 1.',
    }),
    segments: t.field({
      type: [MediaDNASegmentType],
      nullable: false,
      description: 'Where they are alike.',
      resolve: ({ segments }) => segments,
    }),
  }),
});

export const MediaDNAResultType = builder.objectRef<MediaDNAResult>('MediaDNAResult').implement({
  description: 'What a `MEDIA_DNA` job found.',
  fields: (t) => ({
    matches: t.field({
      type: [MediaDNAMatchType],
      nullable: false,
      description: 'The videos that the submitted one resembles; empty where there are none.',
      extensions: callCost({ does: 'list', from: 'result', size: () => EXPECTED_MATCHES }),
      resolve: ({ matches }) => matches,
    }),
  }),
});

/** The result of an AI job, by its type. */
export const AIJobResultType = builder.unionType('AIJobResult', {
  description: 'What a finished job found, by its type.',
  types: [VideoTagResultType, MediaDNAResultType],
  resolveType: (result) => (result.type === 'VIDEO_TAG' ? VideoTagResultType : MediaDNAResultType),
});
