import { ApiError, invalidParameter, operationDenied } from '../errors.ts';
import { isoSeconds } from '../jobs/lifecycle.ts';
import { requireSupport } from '../regions.ts';
import {
  type AITemplate,
  type ImageTemplateConfig,
  type MediaAuditTemplateConfig,
  type TemplateStore,
  type TemplateType,
  templateTypes,
} from '../templates.ts';
import {
  type ActionContext,
  type ActionParameters,
  jsonObject,
  requireBytes,
  requiredParameter,
} from './action.ts';

const maxNameBytes = 128;

/** AddAITemplate: returns `{TemplateId}`. No document requires unique names, so two templates can share one. */
export function addAITemplate(parameters: ActionParameters, { templates, region }: ActionContext) {
  const type = typeParameter(parameters);
  const name = nameParameter(parameters);
  const config = configParameter(parameters, type);
  requireTemplates(type, region);
  return { TemplateId: templates.add({ type, name, config }).templateId };
}

/** UpdateAITemplate: replaces the name and the configuration, which are both required. Returns `{TemplateId}`. */
export function updateAITemplate(parameters: ActionParameters, context: ActionContext) {
  const templateId = requiredParameter(parameters, 'TemplateId');
  const name = nameParameter(parameters);
  requiredParameter(parameters, 'TemplateConfig');
  const template = customTemplate(templateId, context);
  context.templates.update(template, { name, config: configParameter(parameters, template.type) });
  return { TemplateId: templateId };
}

/** DeleteAITemplate: returns `{TemplateId}`. Rejects the default template. Jobs of a deleted template do not change. */
export function deleteAITemplate(parameters: ActionParameters, context: ActionContext) {
  const template = customTemplate(requiredParameter(parameters, 'TemplateId'), context);
  if (template.templateId === context.templates.defaultId) {
    throw operationDenied('The default template cannot be deleted.');
  }
  context.templates.delete(template);
  return { TemplateId: template.templateId };
}

/** GetAITemplate: `{TemplateInfo}`. */
export function getAITemplate(parameters: ActionParameters, context: ActionContext) {
  const template = existingTemplate(requiredParameter(parameters, 'TemplateId'), context);
  return { TemplateInfo: templateInfo(template, context.templates) };
}

/** ListAITemplate: `{TemplateInfoList: […]}`, all templates of a type. */
export function listAITemplate(parameters: ActionParameters, { templates, region }: ActionContext) {
  const type = typeParameter(parameters);
  requireTemplates(type, region);
  const ofType = templates.all.filter((template) => template.type === type);
  return { TemplateInfoList: ofType.map((template) => templateInfo(template, templates)) };
}

/** SetDefaultAITemplate: returns `{TemplateId}`. Only automated review has a default, which can be a system template. */
export function setDefaultAITemplate(parameters: ActionParameters, context: ActionContext) {
  const template = existingTemplate(requiredParameter(parameters, 'TemplateId'), context);
  if (template.type !== 'AIMediaAudit') {
    throw invalidParameter(
      `The parameter TemplateId accepts a template of type AIMediaAudit; got one of type ${template.type}.`,
    );
  }
  context.templates.setDefault(template);
  return { TemplateId: template.templateId };
}

/** GetDefaultAITemplate: `{TemplateInfo}`. */
export function getDefaultAITemplate(parameters: ActionParameters, context: ActionContext) {
  const type = requiredParameter(parameters, 'TemplateType');
  if (type !== 'AIMediaAudit') {
    throw invalidParameter(`The parameter TemplateType accepts AIMediaAudit; got "${type}".`);
  }
  requireTemplates(type, context.region);
  const template = existingTemplate(context.templates.defaultId ?? '', context);
  return { TemplateInfo: templateInfo(template, context.templates) };
}

/**
 * The error for a template that does not exist. The documents of these actions have no code for it. This one follows
 * `InvalidVideo.NotFound`.
 */
export function templateNotFound(): ApiError {
  return new ApiError(404, 'InvalidTemplate.NotFound', 'The template does not exist.');
}

function existingTemplate(templateId: string, { templates, region }: ActionContext): AITemplate {
  // Every region that supports any templates supports those of automated review.
  requireTemplates('AIMediaAudit', region);
  const template = templates.find(templateId);
  if (template === undefined) throw templateNotFound();
  return template;
}

function customTemplate(templateId: string, context: ActionContext): AITemplate {
  const template = existingTemplate(templateId, context);
  if (template.source === 'System') {
    throw operationDenied('A system template cannot be changed or deleted.');
  }
  return template;
}

function requireTemplates(type: TemplateType, region: string): void {
  requireSupport(type, region, `Templates of type ${type} are`);
}

/** `TemplateInfo`, as the GetAITemplate documentation describes it. */
function templateInfo(template: AITemplate, { defaultId }: TemplateStore) {
  return {
    TemplateId: template.templateId,
    TemplateType: template.type,
    TemplateName: template.name,
    TemplateConfig: template.config,
    Source: template.source,
    IsDefault: template.templateId === defaultId ? 'Default' : notDefault(template.templateId),
    CreationTime: isoSeconds(template.createdAt),
    ModifyTime: isoSeconds(template.modifiedAt),
  };
}

/**
 * The parameter tables have `NotDefault`, the ListAITemplate sample has `NoDefault`, and the parameters document makes
 * the key optional. A fixed quarter of the ids gets each of the latter two forms, so that clients meet all three.
 */
function notDefault(templateId: string): 'NotDefault' | 'NoDefault' | undefined {
  const quarter = templateId.charCodeAt(templateId.length - 1) % 4;
  if (quarter === 0) return undefined;
  return quarter === 1 ? 'NoDefault' : 'NotDefault';
}

function typeParameter(parameters: ActionParameters): TemplateType {
  const text = requiredParameter(parameters, 'TemplateType');
  const type = templateTypes.find((known) => known === text);
  if (type === undefined) {
    throw invalidParameter(
      `The parameter TemplateType accepts ${templateTypes.join(' or ')}; got "${text}".`,
    );
  }
  return type;
}

function nameParameter(parameters: ActionParameters): string {
  const name = requiredParameter(parameters, 'TemplateName');
  requireBytes('TemplateName', name, maxNameBytes);
  return name;
}

/** The document requires every key of a type. All values are text or lists of text. */
function configParameter(parameters: ActionParameters, type: TemplateType): string {
  const config = jsonObject('TemplateConfig', requiredParameter(parameters, 'TemplateConfig'));
  return JSON.stringify(type === 'AIImage' ? imageConfig(config) : mediaAuditConfig(config));
}

type Config = Readonly<Record<string, unknown>>;

function imageConfig(config: Config): ImageTemplateConfig {
  rejectOtherKeys('AIImage', config, ['Format', 'SetDefaultCover']);
  return {
    Format: oneOf(config, 'Format', ['gif', 'png']),
    SetDefaultCover: oneOf(config, 'SetDefaultCover', ['true', 'false']),
  };
}

// VOD's samples return the keys in this order, also after a call with another order.
function mediaAuditConfig(config: Config): MediaAuditTemplateConfig {
  rejectOtherKeys('AIMediaAudit', config, ['AuditRange', 'AuditContent', 'AuditItem', 'AuditAutoBlock']);
  return {
    AuditRange: someOf(config, 'AuditRange', ['video', 'image-cover', 'text-title']),
    AuditContent: someOf(config, 'AuditContent', ['screen']),
    AuditItem: someOf(config, 'AuditItem', ['terrorism', 'porn', 'ad', 'logo', 'live', 'audio']),
    AuditAutoBlock: oneOf(config, 'AuditAutoBlock', ['yes', 'no']),
  };
}

function rejectOtherKeys(type: TemplateType, config: Config, keys: readonly string[]): void {
  const other = Object.keys(config).find((key) => !keys.includes(key));
  if (other === undefined) return;
  throw invalidParameter(
    `The parameter TemplateConfig accepts ${keys.join(', ')} for ${type}; got ${JSON.stringify(other)}.`,
  );
}

function oneOf<Value extends string>(config: Config, key: string, values: readonly Value[]): Value {
  const value = values.find((known) => known === config[key]);
  if (value === undefined) throw invalidValue(config, key, values);
  return value;
}

function someOf(config: Config, key: string, values: readonly string[]): readonly string[] {
  const given = config[key];
  if (!Array.isArray(given) || given.length === 0 || !given.every((value) => values.includes(value))) {
    throw invalidValue(config, key, values);
  }
  return [...new Set<string>(given)];
}

function invalidValue(config: Config, key: string, values: readonly string[]) {
  return invalidParameter(
    `The parameter TemplateConfig accepts ${values.join(', ')} as ${key}; got ${JSON.stringify(config[key])}.`,
  );
}
