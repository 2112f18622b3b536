import type {
  AIAuditContent,
  AIAuditItem,
  AITemplate,
  AITemplateConfig,
  AITemplateConfigChange,
  AITemplateOutcome,
  AITemplateSource,
  AITemplateType,
  MediaAuditTemplateConfig,
} from '../../domain/ai-template.ts';
import type { Decoded } from '../../domain/decoded.ts';
import { isId } from '../../domain/id.ts';
import type { AIAuditRange } from '../../domain/media-audit.ts';
import { AIImageFormatEnum, AIImageJobs, AIImageTemplateConfigType } from './ai-image-job.ts';
import { builder, readsJobs, writesTemplates } from './builder.ts';
import { callsVOD, listedInOneCall, nullOnlyOnError } from './directives.ts';
import { checkedId } from './ids.ts';
import { fieldValue } from './job.ts';
import { madeBy, payloadFields } from './user-error.ts';

const AITemplateTypeEnum = builder.enumType('AITemplateType', {
  description: 'The purpose of a template.',
  values: {
    IMAGE: { description: 'Image jobs, which create covers.' },
    MEDIA_AUDIT: { description: 'Automated review of videos.' },
  } satisfies Record<AITemplateType, object>,
});

const AITemplateSourceEnum = builder.enumType('AITemplateSource', {
  description: 'The origin of a template.',
  values: {
    SYSTEM: { description: 'Provided by VOD. The template cannot be changed or deleted.' },
    CUSTOM: { description: 'Created by the account.' },
  } satisfies Record<AITemplateSource, object>,
});

const AIAuditItemEnum = builder.enumType('AIAuditItem', {
  description: 'A category of content that an automated review detects.',
  values: {
    TERRORISM: { description: 'Terrorist or politically sensitive content.' },
    PORN: { description: 'Pornographic content.' },
    AD: { description: 'Advertisements.' },
    LOGO: { description: 'Logos.' },
    LIVE: { description: 'Undesirable scenes, such as smoking.' },
    AUDIO: { description: 'Speech that violates the rules.' },
  } satisfies Record<AIAuditItem, object>,
});

export const AIAuditRangeEnum = builder.enumType('AIAuditRange', {
  description: 'A part of a video that is reviewed.',
  values: {
    VIDEO: { description: 'The video itself.' },
    IMAGE_COVER: { description: 'The cover image.' },
    TEXT_TITLE: { description: 'The title.' },
  } satisfies Record<AIAuditRange, object>,
});

const AIAuditContentEnum = builder.enumType('AIAuditContent', {
  description: 'A kind of content that is reviewed.',
  values: { SCREEN: { description: 'The picture.' } } satisfies Record<AIAuditContent, object>,
});

const MediaAuditTemplateConfigType = builder
  .objectRef<MediaAuditTemplateConfig>('MediaAuditTemplateConfig')
  .implement({
    description: 'The settings of a template of type `MEDIA_AUDIT`.',
    fields: (t) => ({
      items: t.expose('items', {
        type: [AIAuditItemEnum],
        nullable: false,
        description: 'The categories of content that the review detects.',
      }),
      range: t.expose('range', {
        type: [AIAuditRangeEnum],
        nullable: false,
        description: 'The parts of the video that are reviewed.',
      }),
      content: t.expose('content', {
        type: [AIAuditContentEnum],
        nullable: false,
        description: 'The kinds of content that are reviewed.',
      }),
      autoBlock: t.exposeBoolean('autoBlock', {
        description:
          'Whether VOD blocks a video without a manual review if the automated review finds a violation. Null if the ' +
          'template does not set it.',
      }),
    }),
  });

const AITemplateConfigType = builder.unionType('AITemplateConfig', {
  description:
    'The settings of a template: `AIImageTemplateConfig` for the type `IMAGE`, `MediaAuditTemplateConfig` for ' +
    '`MEDIA_AUDIT`.',
  types: [AIImageTemplateConfigType, MediaAuditTemplateConfigType],
  resolveType: ({ kind }: AITemplateConfig) =>
    kind === 'IMAGE' ? AIImageTemplateConfigType : MediaAuditTemplateConfigType,
});

const AITemplateRef = builder.objectRef<AITemplate>('AITemplate').implement({
  description: 'A template with the settings of image jobs or of automated reviews.',
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: 'The id of the template. `submitAIImageJob` accepts the id of a template of type `IMAGE`.',
    }),
    name: t.exposeString('name', { description: 'The name of the template. Null if it has none.' }),
    type: t.field({
      type: AITemplateTypeEnum,
      description: 'The purpose of the template. Null if VOD does not report it.',
      resolve: (template) => read(template, template.type),
    }),
    source: t.field({
      type: AITemplateSourceEnum,
      description: 'The origin of the template. Null if VOD does not report it.',
      resolve: (template) => read(template, template.source),
    }),
    isDefault: t.boolean({
      description:
        'Whether VOD uses the template if a job of its type names none. Null if VOD does not report it.',
      resolve: (template) => read(template, template.isDefault),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'The time at which the template was created. Null if VOD does not report it.',
      resolve: (template) => read(template, template.createdAt),
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'The time at which the template was last changed. Null if VOD does not report it.',
      resolve: (template) => read(template, template.updatedAt),
    }),
    config: t.field({
      type: AITemplateConfigType,
      description: "The template's settings. Null if VOD does not report them.",
      resolve: (template) => read(template, template.config),
    }),
  }),
});

builder.queryFields((t) => {
  const type = t.arg({
    type: AITemplateTypeEnum,
    required: true,
    description: 'The type of template.',
  });
  return {
    aiTemplates: t.field({
      type: [AITemplateRef],
      directives: { ...nullOnlyOnError, ...listedInOneCall },
      description: "All templates of one type, both VOD's and the account's.",
      args: { type },
      resolve: (_root, args, context) => context.services.templates.list(args.type, context),
    }),
    aiTemplate: t.field({
      type: AITemplateRef,
      directives: callsVOD(1),
      description: 'The template with this id. Null if VOD has no such template.',
      args: { id: t.arg.id({ required: true, description: 'The id of the template: 1 to 64 characters.' }) },
      resolve: (_root, { id }, context) => context.services.templates.get(checkedId(id), context),
    }),
    defaultAITemplate: t.field({
      type: AITemplateRef,
      directives: callsVOD(1),
      description:
        'The template that VOD uses if a job of this type names none. Null if the type has no default.',
      args: { type },
      resolve: (_root, args, context) => context.services.templates.default(args.type, context),
    }),
  };
});

builder.objectField(AIImageJobs.ref, 'template', (t) =>
  t.field({
    type: AITemplateRef,
    extensions: readsJobs,
    directives: callsVOD(1),
    description:
      'The template that the job uses, with its current settings. Null if VOD does not report it or has deleted it.',
    resolve: ({ templateId }, _args, context) =>
      templateId !== undefined && isId(templateId)
        ? context.services.templates.get(templateId, context)
        : undefined,
  }),
);

const AIImageTemplateConfigInput = builder.inputType('AIImageTemplateConfigInput', {
  description: 'The settings of a template of type `IMAGE`.',
  fields: (t) => ({
    format: t.field({
      type: AIImageFormatEnum,
      required: true,
      description: 'The file format of the covers.',
    }),
    setDefaultCover: t.boolean({
      description: "Whether the first image becomes the video's cover. Defaults to false.",
    }),
  }),
});

const MediaAuditTemplateConfigInput = builder.inputType('MediaAuditTemplateConfigInput', {
  description: 'The settings of a template of type `MEDIA_AUDIT`.',
  fields: (t) => ({
    items: t.field({
      type: [AIAuditItemEnum],
      required: true,
      description: 'The categories of content to detect: at least one.',
    }),
    range: t.field({
      type: [AIAuditRangeEnum],
      required: true,
      description: 'The parts of the video to review: at least one.',
    }),
    content: t.field({
      type: [AIAuditContentEnum],
      description: 'The kinds of content to review. Defaults to `[SCREEN]`.',
    }),
    autoBlock: t.boolean({
      description:
        'Whether VOD blocks a video without a manual review if the automated review finds a violation. Defaults to false.',
    }),
  }),
});

const AITemplateConfigInput = builder.inputType('AITemplateConfigInput', {
  description:
    'The settings of a template. Exactly one field is required, and it determines the type of the template.',
  isOneOf: true,
  fields: (t) => ({
    image: t.field({
      type: AIImageTemplateConfigInput,
      description: 'The settings of a template of type `IMAGE`.',
    }),
    mediaAudit: t.field({
      type: MediaAuditTemplateConfigInput,
      description: 'The settings of a template of type `MEDIA_AUDIT`.',
    }),
  }),
});

const CreateAITemplateInput = builder.inputType('CreateAITemplateInput', {
  description: 'The template to create.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'The name of the template: 1 to 128 bytes of UTF-8.',
    }),
    config: t.field({
      type: AITemplateConfigInput,
      required: true,
      description: "The template's settings.",
    }),
  }),
});

const UpdateAITemplateInput = builder.inputType('UpdateAITemplateInput', {
  description: 'The changes to a template. Omitted fields keep their values.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id of the template.' }),
    name: t.string({ description: 'The new name: 1 to 128 bytes of UTF-8.' }),
    config: t.field({
      type: AITemplateConfigInput,
      description:
        'The new settings. They replace all previous settings and must match the type of the template.',
    }),
  }),
});

const DeleteAITemplateInput = builder.inputType('DeleteAITemplateInput', {
  description: 'The template to delete.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The id of the template.' }) }),
});

const SetDefaultAITemplateInput = builder.inputType('SetDefaultAITemplateInput', {
  description: 'The template to make the default of its type.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The id of the template.' }) }),
});

const AITemplatePayload = builder.objectRef<AITemplateOutcome>('AITemplatePayload').implement({
  description:
    'The result of creating or changing a template: either `templateId` is set or `userErrors` has entries.',
  fields: (t) => ({
    template: t.field({
      type: AITemplateRef,
      extensions: readsJobs,
      directives: callsVOD(1),
      description: 'The template after the change. Null if `userErrors` has entries.',
      resolve: (outcome, _args, context) =>
        'made' in outcome ? context.services.templates.get(outcome.made, context) : null,
    }),
    templateId: t.id({
      description: 'The id of the template. Null if `userErrors` has entries.',
      resolve: madeBy,
    }),
    ...payloadFields(t),
  }),
});

const DeleteAITemplatePayload = builder.objectRef<AITemplateOutcome>('DeleteAITemplatePayload').implement({
  description: 'The result of deleting a template: either `deletedId` is set or `userErrors` has entries.',
  fields: (t) => ({
    deletedId: t.id({
      description: 'The id of the deleted template. Null if `userErrors` has entries.',
      resolve: madeBy,
    }),
    ...payloadFields(t),
  }),
});

builder.mutationFields((t) => ({
  createAITemplate: t.field({
    type: AITemplatePayload,
    extensions: writesTemplates,
    directives: { ...nullOnlyOnError, ...callsVOD(1) },
    description:
      'Creates a template. After the error `SUBMISSION_OUTCOME_UNKNOWN`, check whether the template exists before you ' +
      'create it again.',
    args: {
      input: t.arg({ type: CreateAITemplateInput, required: true, description: 'The template to create.' }),
    },
    resolve: (_root, { input: { name, config } }, context) => {
      context.budget.addCalls(1);
      return context.services.templates.create({ name, config: configOf(config) }, context);
    },
  }),
  updateAITemplate: t.field({
    type: AITemplatePayload,
    extensions: writesTemplates,
    directives: { ...nullOnlyOnError, ...callsVOD(2) },
    description:
      "Changes one of the account's own templates. A change that another client makes at the same time can be " +
      'overwritten.',
    args: {
      input: t.arg({ type: UpdateAITemplateInput, required: true, description: 'The changes.' }),
    },
    // VOD replaces the whole template. The gateway first reads the values to keep and, to check new settings, the type.
    resolve: (_root, { input: { config, ...change } }, context) => {
      context.budget.addCalls(2);
      return context.services.templates.update({ ...change, config: config && configOf(config) }, context);
    },
  }),
  deleteAITemplate: t.field({
    type: DeleteAITemplatePayload,
    extensions: writesTemplates,
    directives: { ...nullOnlyOnError, ...callsVOD(1) },
    description: "Deletes one of the account's own templates. Jobs that used it are kept.",
    args: {
      input: t.arg({ type: DeleteAITemplateInput, required: true, description: 'The template to delete.' }),
    },
    resolve: (_root, { input: { id } }, context) => {
      context.budget.addCalls(1);
      return context.services.templates.delete(id, context);
    },
  }),
  setDefaultAITemplate: t.field({
    type: AITemplatePayload,
    extensions: writesTemplates,
    directives: { ...nullOnlyOnError, ...callsVOD(1) },
    description:
      'Makes a template the default of its type. VOD supports a default only for the type `MEDIA_AUDIT`.',
    args: {
      input: t.arg({
        type: SetDefaultAITemplateInput,
        required: true,
        description: 'The template to make the default.',
      }),
    },
    resolve: (_root, { input: { id } }, context) => {
      context.budget.addCalls(1);
      return context.services.templates.setDefault(id, context);
    },
  }),
}));

function configOf({ image, mediaAudit }: typeof AITemplateConfigInput.$inferInput): AITemplateConfigChange {
  if (image) return { kind: 'IMAGE', ...image };
  if (mediaAudit) return { kind: 'MEDIA_AUDIT', ...mediaAudit };
  // Unreachable: GraphQL validates @oneOf.
  throw new Error('expected a configuration of one kind');
}

function read<T>({ requestId }: AITemplate, value: Decoded<T>): T | undefined {
  return fieldValue(value, 'GetAITemplate', requestId);
}
