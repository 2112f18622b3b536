import type {
  AIAuditSuggestion,
  AuditSubject,
  MediaAuditAudioResult,
  MediaAuditFrame,
  MediaAuditImageResult,
  MediaAuditResult,
  MediaAuditSceneResult,
  MediaAuditSubjectResult,
  MediaAuditTextResult,
  MediaAuditVideoResult,
} from '../../domain/media-audit.ts';
import { AIAuditRangeEnum } from './ai-template.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { cachedWithParent } from './directives.ts';

/** The result of automated review: of one job, and of a video from its latest job. */

type Fields<Value> = PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Value>;

/** One field for each subject of a review. `noun` describes the subject. */
export function eachSubject<Field>(
  field: (subject: AuditSubject, noun: string) => Field,
): Record<AuditSubject, Field> {
  return {
    porn: field('porn', 'pornography'),
    terrorism: field('terrorism', 'terrorism, violence and politics'),
    ad: field('ad', 'advertising and text in the picture'),
    live: field('live', 'undesirable scenes, such as smoking or black screens'),
    logo: field('logo', 'logos'),
  };
}

export const AIAuditSuggestionEnum = builder.enumType('AIAuditSuggestion', {
  description: 'The suggestion of a review.',
  values: {
    PASS: { description: 'Nothing was found.' },
    REVIEW: { description: 'Something may violate a rule. A person should look at it.' },
    BLOCK: { description: 'The content violates a rule.' },
  } satisfies Record<AIAuditSuggestion, object>,
});

function suggestionField<Value extends { readonly suggestion: AIAuditSuggestion | undefined }>(
  t: Fields<Value>,
) {
  return {
    suggestion: t.field({
      type: AIAuditSuggestionEnum,
      description: 'The suggestion of the review. Null if VOD does not report it.',
      resolve: ({ suggestion }) => suggestion,
    }),
  };
}

/** The label of VOD and its score. */
export function scoreFields<
  Value extends { readonly label: string | undefined; readonly score: number | undefined },
>(t: Fields<Value>) {
  return {
    label: t.string({
      description: "VOD's label, such as `sexy` or `normal`. Null if VOD gives none.",
      resolve: ({ label }) => label,
    }),
    score: t.float({
      description: 'The confidence in the label, from 0 to 100. Null if VOD gives none.',
      resolve: ({ score }) => score,
    }),
  };
}

/** The time and the picture of a frame. */
export function frameFields<
  Value extends { readonly timeMs: number | undefined; readonly url?: string | undefined },
>(t: Fields<Value>) {
  return {
    timeMs: t.int({
      description: 'The time in the video, in milliseconds from its start. Null if VOD does not report it.',
      resolve: ({ timeMs }) => timeMs,
    }),
    url: t.string({
      description:
        'The URL of the picture of the frame. VOD keeps it for two weeks. Null if VOD returns none.',
      resolve: ({ url }) => url,
    }),
  };
}

function sceneFields<Value extends MediaAuditSceneResult>(t: Fields<Value>) {
  return {
    scene: t.string({
      description: 'The subject of the check, such as `porn` or `antispam`. Null if VOD does not report it.',
      resolve: ({ scene }) => scene,
    }),
    ...scoreFields(t),
    ...suggestionField(t),
  };
}

const MediaAuditFrameType = builder.objectRef<MediaAuditFrame>('MediaAuditFrame').implement({
  description: 'A frame of a video with a high score.',
  directives: cachedWithParent,
  fields: (t) => ({ ...scoreFields(t), ...frameFields(t) }),
});

const MediaAuditLabelCountType = builder
  .objectRef<MediaAuditSubjectResult['counts'][number]>('MediaAuditLabelCount')
  .implement({
    description: 'The number of frames with one label.',
    directives: cachedWithParent,
    fields: (t) => ({
      label: t.exposeString('label', { description: "VOD's label. Null if VOD gives none." }),
      count: t.exposeInt('count', { description: 'The number of frames. Null if VOD does not report it.' }),
    }),
  });

const MediaAuditSubjectResultType = builder
  .objectRef<MediaAuditSubjectResult>('MediaAuditSubjectResult')
  .implement({
    description: 'The result of the review of the frames for one subject.',
    directives: cachedWithParent,
    fields: (t) => ({
      ...suggestionField(t),
      label: t.exposeString('label', {
        description: "VOD's label for the video, such as `sexy` or `normal`. Null if VOD gives none.",
      }),
      maxScore: t.exposeFloat('maxScore', {
        description: 'The highest score of a frame, from 0 to 100. Null if VOD gives none.',
      }),
      averageScore: t.exposeFloat('averageScore', {
        description: 'The average score of the frames, from 0 to 100. Null if VOD gives none.',
      }),
      counts: t.expose('counts', {
        type: [MediaAuditLabelCountType],
        nullable: false,
        description: 'The number of frames with each label.',
      }),
      top: t.expose('top', {
        type: [MediaAuditFrameType],
        nullable: false,
        description: 'The frames with the highest scores: at most ten.',
      }),
    }),
  });

const MediaAuditVideoResultType = builder
  .objectRef<MediaAuditVideoResult>('MediaAuditVideoResult')
  .implement({
    description:
      'The result of the review of the picture of a video. A subject that was not reviewed is null.',
    directives: cachedWithParent,
    fields: (t) => ({
      ...suggestionField(t),
      label: t.exposeString('label', {
        description: 'The subject in which something was found, or `normal`. Null if VOD gives none.',
      }),
      ...eachSubject((subject, noun) =>
        t.expose(subject, { type: MediaAuditSubjectResultType, description: `The result for ${noun}.` }),
      ),
    }),
  });

const MediaAuditSceneResultType = builder
  .objectRef<MediaAuditSceneResult>('MediaAuditSceneResult')
  .implement({
    description: 'The result of the review of an image for one subject.',
    directives: cachedWithParent,
    fields: sceneFields,
  });

const MediaAuditImageResultType = builder
  .objectRef<MediaAuditImageResult>('MediaAuditImageResult')
  .implement({
    description: 'The result of the review of an image, such as a cover.',
    directives: cachedWithParent,
    fields: (t) => ({
      type: t.exposeString('type', {
        description: 'The type of the image, such as `cover`. Null if VOD does not report it.',
      }),
      url: t.exposeString('url', { description: 'The URL of the image. Null if VOD returns none.' }),
      ...suggestionField(t),
      labels: t.exposeStringList('labels', { nullable: false, description: "VOD's labels." }),
      scenes: t.expose('scenes', {
        type: [MediaAuditSceneResultType],
        nullable: false,
        description: 'The result for each subject.',
      }),
    }),
  });

const MediaAuditTextResultType = builder.objectRef<MediaAuditTextResult>('MediaAuditTextResult').implement({
  description: 'The result of the review of a text, such as a title.',
  directives: cachedWithParent,
  fields: (t) => ({
    type: t.exposeString('type', {
      description: 'The type of the text, such as `title`. Null if VOD does not report it.',
    }),
    content: t.exposeString('content', { description: 'The text. Null if VOD does not return it.' }),
    ...sceneFields(t),
  }),
});

const MediaAuditAudioResultType = builder
  .objectRef<MediaAuditAudioResult>('MediaAuditAudioResult')
  .implement({
    description: 'The result of the review of the sound.',
    directives: cachedWithParent,
    fields: sceneFields,
  });

export const MediaAuditResultType = builder.objectRef<MediaAuditResult>('MediaAuditResult').implement({
  description: 'The result of an automated review. Labels are texts, because VOD adds new ones.',
  directives: cachedWithParent,
  fields: (t) => ({
    ...suggestionField(t),
    labels: t.exposeStringList('labels', {
      nullable: false,
      description:
        'The subjects in which something was found, such as `porn` or `audio`; otherwise `normal`.',
    }),
    modules: t.expose('modules', {
      type: [AIAuditRangeEnum],
      nullable: false,
      description: 'The parts in which something was found.',
    }),
    video: t.expose('video', {
      type: MediaAuditVideoResultType,
      description: 'The result for the picture. Null if it was not reviewed.',
    }),
    images: t.expose('images', {
      type: [MediaAuditImageResultType],
      nullable: false,
      description: 'The results for images: the cover of a video, or the submitted image.',
    }),
    texts: t.expose('texts', {
      type: [MediaAuditTextResultType],
      nullable: false,
      description: 'The results for texts.',
    }),
    audio: t.expose('audio', {
      type: [MediaAuditAudioResultType],
      nullable: false,
      description: 'The results for the sound.',
    }),
  }),
});
