import type { AITemplateConfigChange, AITemplateOutcome } from '../../domain/ai-template.ts';
import {
  AIImageFormatEnum,
  AITemplateRef,
  AuditContentEnum,
  AuditItemEnum,
  AuditRangeEnum,
} from './ai-template.ts';
import { readsJobs } from './authorization.ts';
import { builder } from './builder.ts';
import { callCost } from './call-cost.ts';
import { UserErrorType } from './user-error.ts';

/** Changes of templates. */

const ImageTemplateConfigInput = builder.inputType('ImageTemplateConfigInput', {
  description: 'How covers are to be made.',
  fields: (t) => ({
    format: t.field({ type: AIImageFormatEnum, required: true, description: 'Their format.' }),
    setDefaultCover: t.boolean({
      description: "Whether the first one becomes the video's cover; false where it is left out.",
    }),
  }),
});

const MediaAuditTemplateConfigInput = builder.inputType('MediaAuditTemplateConfigInput', {
  description: 'How media are to be reviewed.',
  fields: (t) => ({
    items: t.field({ type: [AuditItemEnum], required: true, description: 'What to look for: one at least.' }),
    range: t.field({
      type: [AuditRangeEnum],
      required: true,
      description: 'The parts to review: one at least.',
    }),
    content: t.field({
      type: [AuditContentEnum],
      description: 'The content to review; what is on the screen where it is left out.',
    }),
    autoBlock: t.boolean({
      description:
        'Whether what is illegal is blocked without anybody being asked; false where it is left out.',
    }),
  }),
});

const AITemplateConfigInput = builder.inputType('AITemplateConfigInput', {
  description: 'What a template is to say: exactly one, which also decides on its type.',
  isOneOf: true,
  fields: (t) => ({
    image: t.field({ type: ImageTemplateConfigInput, description: 'For a template of the type `IMAGE`.' }),
    mediaAudit: t.field({
      type: MediaAuditTemplateConfigInput,
      description: 'For a template of the type `MEDIA_AUDIT`.',
    }),
  }),
});

const CreateAITemplateInput = builder.inputType('CreateAITemplateInput', {
  description: 'A template to be made.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name: 1 to 128 bytes of UTF-8.' }),
    config: t.field({ type: AITemplateConfigInput, required: true, description: 'What it is to say.' }),
  }),
});

const UpdateAITemplateInput = builder.inputType('UpdateAITemplateInput', {
  description: 'What to change of a template; what is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The template's id." }),
    name: t.string({ description: 'Its new name: 1 to 128 bytes of UTF-8.' }),
    config: t.field({
      type: AITemplateConfigInput,
      description: "What it is to say from now on, all of it; of the template's own type.",
    }),
  }),
});

const AITemplatePayload = builder.objectRef<AITemplateOutcome>('AITemplatePayload').implement({
  description: 'What became of a change of a template: either `template` or `userErrors`.',
  fields: (t) => ({
    template: t.field({
      type: AITemplateRef,
      authScopes: readsJobs,
      description: 'The template as it is now; null where nothing was changed.',
      extensions: callCost({ does: 'call', values: 1 }),
      resolve: (outcome, _args, { templates, signal }) =>
        'made' in outcome ? templates.get(outcome.made, signal) : null,
    }),
    templateId: t.id({
      description: "The template's id; null where nothing was changed.",
      resolve: (outcome) => ('made' in outcome ? outcome.made : null),
    }),
    userErrors: t.field({
      type: [UserErrorType],
      nullable: false,
      description: 'What the caller has to mend; empty where the change was made.',
      resolve: (outcome) => ('userErrors' in outcome ? outcome.userErrors : []),
    }),
    requestId: t.exposeID('requestId', {
      description: "The id of VOD's answer: what VOD's support asks for.",
    }),
  }),
});

const DeleteAITemplatePayload = builder.objectRef<AITemplateOutcome>('DeleteAITemplatePayload').implement({
  description: 'What became of the deletion of a template.',
  fields: (t) => ({
    deletedId: t.id({
      description: 'The id that the template had; null where it was not deleted.',
      resolve: (outcome) => ('made' in outcome ? outcome.made : null),
    }),
    userErrors: t.field({
      type: [UserErrorType],
      nullable: false,
      description: 'What the caller has to mend; empty where the template was deleted.',
      resolve: (outcome) => ('userErrors' in outcome ? outcome.userErrors : []),
    }),
    requestId: t.exposeID('requestId', {
      description: "The id of VOD's answer: what VOD's support asks for.",
    }),
  }),
});

builder.mutationFields((t) => {
  const id = t.arg.id({ required: true, description: "The template's id." });
  return {
    createAITemplate: t.field({
      type: AITemplatePayload,
      nullable: false,
      description: 'Makes a template. Where its outcome is unknown, look for it before making it again.',
      args: { input: t.arg({ type: CreateAITemplateInput, required: true, description: 'The template.' }) },
      extensions: callCost({ does: 'call', values: 1 }),
      resolve: (_root, { input: { name, config } }, { templates }) =>
        templates.create({ name, config: configOf(config) }),
    }),
    updateAITemplate: t.field({
      type: AITemplatePayload,
      nullable: false,
      description:
        "Changes a template of the account's own. What somebody changes elsewhere at the same time can be overwritten.",
      args: { input: t.arg({ type: UpdateAITemplateInput, required: true, description: 'What to change.' }) },
      // VOD wants all of it, so what stays is read first; and its type, where its configuration is changed.
      extensions: callCost({ does: 'call', calls: () => 3, values: 1 }),
      resolve: (_root, { input: { config, ...change } }, { templates }) =>
        templates.update({ ...change, config: config && configOf(config) }),
    }),
    deleteAITemplate: t.field({
      type: DeleteAITemplatePayload,
      nullable: false,
      description: "Deletes a template of the account's own. Jobs that were made by it stay.",
      args: { id },
      extensions: callCost({ does: 'call', values: 1 }),
      resolve: (_root, args, { templates }) => templates.delete(args.id),
    }),
    setDefaultAITemplate: t.field({
      type: AITemplatePayload,
      nullable: false,
      description:
        'Makes a template the default of its type. VOD knows defaults of the type `MEDIA_AUDIT` alone.',
      args: { id },
      extensions: callCost({ does: 'call', values: 1 }),
      resolve: (_root, args, { templates }) => templates.setDefault(args.id),
    }),
  };
});

/** GraphQL sees to it that one of the two is there. */
function configOf({ image, mediaAudit }: typeof AITemplateConfigInput.$inferInput): AITemplateConfigChange {
  if (image) return { kind: 'IMAGE', ...image };
  if (mediaAudit) return { kind: 'MEDIA_AUDIT', ...mediaAudit };
  throw new Error('expected a configuration of one kind');
}
