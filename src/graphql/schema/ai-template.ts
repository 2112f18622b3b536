import type {
  AIImageFormat,
  AITemplate,
  AITemplateConfig,
  AITemplateSource,
  AITemplateType,
  AuditContent,
  AuditItem,
  AuditRange,
  ImageTemplateConfig,
  MediaAuditTemplateConfig,
} from '../../domain/ai-template.ts';
import type { Decoded } from '../../domain/decoded.ts';
import { isId } from '../../domain/id.ts';
import { AIImageJobRef } from './ai-image-job.ts';
import { readsJobs } from './authorization.ts';
import { builder } from './builder.ts';
import { callCost } from './call-cost.ts';
import { checkedId, fieldValue } from './job.ts';

/** Templates: what image jobs are made by, and what reviews look for. */

/** The most templates that an account can be taken to have of a type. */
const MAX_TEMPLATES = 100;

export const AITemplateTypeEnum = builder.enumType('AITemplateType', {
  description: 'What a template is for.',
  values: {
    IMAGE: { description: 'Covers: image jobs are made by it.' },
    MEDIA_AUDIT: { description: 'Automated review of media.' },
  } satisfies Record<AITemplateType, object>,
});

const AITemplateSourceEnum = builder.enumType('AITemplateSource', {
  description: 'Who made a template.',
  values: {
    SYSTEM: { description: 'VOD: it can be used, and not changed.' },
    CUSTOM: { description: 'The account.' },
  } satisfies Record<AITemplateSource, object>,
});

export const AIImageFormatEnum = builder.enumType('AIImageFormat', {
  description: 'The formats of covers.',
  values: {
    GIF: { description: 'Animated.' },
    PNG: { description: 'A still image.' },
  } satisfies Record<AIImageFormat, object>,
});

export const AuditItemEnum = builder.enumType('AuditItem', {
  description: 'What a review looks for.',
  values: {
    TERRORISM: { description: 'Terrorism and what is politically sensitive.' },
    PORN: { description: 'Pornography.' },
    AD: { description: 'Advertisements.' },
    LOGO: { description: 'Logos.' },
    LIVE: { description: 'Undesirable scenes.' },
    AUDIO: { description: 'Speech that is against the rules.' },
  } satisfies Record<AuditItem, object>,
});

export const AuditRangeEnum = builder.enumType('AuditRange', {
  description: 'The parts of a medium that are reviewed.',
  values: {
    VIDEO: { description: 'The video itself.' },
    IMAGE_COVER: { description: 'Its cover.' },
    TEXT_TITLE: { description: 'Its title.' },
  } satisfies Record<AuditRange, object>,
});

export const AuditContentEnum = builder.enumType('AuditContent', {
  description: 'The content that is reviewed.',
  values: { SCREEN: { description: 'What is on the screen.' } } satisfies Record<AuditContent, object>,
});

const ImageTemplateConfigType = builder.objectRef<ImageTemplateConfig>('ImageTemplateConfig').implement({
  description: 'How covers are made.',
  fields: (t) => ({
    format: t.field({
      type: AIImageFormatEnum,
      description: 'Their format.',
      resolve: ({ format }) => format,
    }),
    setDefaultCover: t.exposeBoolean('setDefaultCover', {
      description: "Whether the first one becomes the video's cover.",
    }),
  }),
});

const MediaAuditTemplateConfigType = builder
  .objectRef<MediaAuditTemplateConfig>('MediaAuditTemplateConfig')
  .implement({
    description: 'How media are reviewed.',
    fields: (t) => ({
      items: t.field({
        type: [AuditItemEnum],
        nullable: false,
        description: 'What is looked for.',
        resolve: ({ items }) => items,
      }),
      range: t.field({
        type: [AuditRangeEnum],
        nullable: false,
        description: 'The parts that are reviewed.',
        resolve: ({ range }) => range,
      }),
      content: t.field({
        type: [AuditContentEnum],
        nullable: false,
        description: 'The content that is reviewed.',
        resolve: ({ content }) => content,
      }),
      autoBlock: t.exposeBoolean('autoBlock', {
        description: 'Whether what the review finds illegal is blocked without anybody being asked.',
      }),
    }),
  });

const AITemplateConfigType = builder.unionType('AITemplateConfig', {
  description: 'What a template says, by its type.',
  types: [ImageTemplateConfigType, MediaAuditTemplateConfigType],
  resolveType: ({ kind }: AITemplateConfig) =>
    kind === 'IMAGE' ? ImageTemplateConfigType : MediaAuditTemplateConfigType,
});

export const AITemplateRef = builder.objectRef<AITemplate>('AITemplate');

AITemplateRef.implement({
  description: 'An AI template.',
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: "The template's id; `submitAIImageJob` asks for that of one of the type `IMAGE`.",
    }),
    name: t.exposeString('name', { description: 'Its name.' }),
    type: t.field({
      type: AITemplateTypeEnum,
      description: 'What it is for.',
      resolve: (template) => read(template, template.type),
    }),
    source: t.field({
      type: AITemplateSourceEnum,
      description: 'Who made it.',
      resolve: (template) => read(template, template.source),
    }),
    isDefault: t.boolean({
      description: 'Whether it is used for its type where none is named.',
      resolve: (template) => read(template, template.isDefault),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: (template) => read(template, template.createdAt),
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When it was last changed.',
      resolve: (template) => read(template, template.updatedAt),
    }),
    config: t.field({
      type: AITemplateConfigType,
      description: 'What it says.',
      resolve: (template) => read(template, template.config),
    }),
  }),
});

builder.queryFields((t) => ({
  aiTemplates: t.field({
    type: [AITemplateRef],
    nullable: false,
    description: "All templates of a type: VOD's own and the account's.",
    args: { type: t.arg({ type: AITemplateTypeEnum, required: true, description: 'What they are for.' }) },
    extensions: callCost({ does: 'call', values: MAX_TEMPLATES }),
    resolve: (_root, { type }, { templates, signal }) => templates.list(type, signal),
  }),
  aiTemplate: t.field({
    type: AITemplateRef,
    description: 'One template; null where there is none with this id.',
    args: { id: t.arg.id({ required: true, description: "The template's id: 1 to 64 characters." }) },
    extensions: callCost({ does: 'call', values: 1 }),
    resolve: (_root, { id }, { templates, signal }) => templates.get(checkedId(id), signal),
  }),
  defaultAITemplate: t.field({
    type: AITemplateRef,
    description: 'The template that is used for a type where none is named; null where there is none.',
    args: { type: t.arg({ type: AITemplateTypeEnum, required: true, description: 'What it is for.' }) },
    extensions: callCost({ does: 'call', values: 1 }),
    resolve: (_root, { type }, { templates, signal }) => templates.default(type, signal),
  }),
}));

builder.objectField(AIImageJobRef, 'template', (t) =>
  t.field({
    type: AITemplateRef,
    authScopes: readsJobs,
    description: 'The template that the images are made by, as it is now; null where it is gone.',
    extensions: callCost({ does: 'call', values: 1 }),
    resolve: ({ templateId }, _args, { templates, signal }) =>
      templateId !== undefined && isId(templateId) ? templates.get(templateId, signal) : undefined,
  }),
);

function read<T>({ requestId }: AITemplate, reading: Decoded<T>): T | undefined {
  return fieldValue(reading, 'GetAITemplate', requestId);
}
