import { invalidParameter, operationDenied, RefusedCall } from '../errors.ts';
import { isSupported } from '../regions.ts';
import { type TemplateType, templateConfig, templateTypes } from '../templates/config.ts';
import type { TemplateStore } from '../templates/store.ts';
import { type AITemplate, templateInfo } from '../templates/template.ts';
import type { ActionContext, ActionParameters } from './action.ts';
import { jsonObject, requiredParameter } from './parameters.ts';

const maxNameBytes = 128;

/** AddAITemplate: `{TemplateId}`. Nothing says that a name is taken, so two templates may share one. */
export function addAITemplate(parameters: ActionParameters, { templates, region }: ActionContext) {
  const type = typeParameter(parameters);
  const name = nameParameter(parameters);
  const config = configParameter(parameters, type);
  refuseUnsupported(type, region);
  return { TemplateId: templates.add({ type, name, config }).templateId };
}

/** UpdateAITemplate: `{TemplateId}`. All three parameters are required: it replaces, and the type stays. */
export function updateAITemplate(parameters: ActionParameters, context: ActionContext) {
  const templateId = requiredParameter(parameters, 'TemplateId');
  const name = nameParameter(parameters);
  requiredParameter(parameters, 'TemplateConfig');
  const template = customTemplate(templateId, context);
  context.templates.update(template, { name, config: configParameter(parameters, template.type) });
  return { TemplateId: templateId };
}

/** DeleteAITemplate: `{TemplateId}`. The default template cannot be deleted; the jobs of one that was stay as they are. */
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
  return { TemplateInfo: infoOf(template, context.templates) };
}

/** ListAITemplate: `{TemplateInfoList: […]}` (flat), all of a type. */
export function listAITemplate(parameters: ActionParameters, { templates, region }: ActionContext) {
  const type = typeParameter(parameters);
  refuseUnsupported(type, region);
  const ofType = templates.all.filter((template) => template.type === type);
  return { TemplateInfoList: ofType.map((template) => infoOf(template, templates)) };
}

/** SetDefaultAITemplate: `{TemplateId}`. Only automated review has a default; a system template may be it. */
export function setDefaultAITemplate(parameters: ActionParameters, context: ActionContext) {
  const template = existingTemplate(requiredParameter(parameters, 'TemplateId'), context);
  if (template.type !== 'AIMediaAudit') {
    throw invalidParameter(
      `The parameter TemplateId takes a template of AIMediaAudit, got one of ${template.type}.`,
    );
  }
  context.templates.setDefault(template);
  return { TemplateId: template.templateId };
}

/** GetDefaultAITemplate: `{TemplateInfo}`. */
export function getDefaultAITemplate(parameters: ActionParameters, context: ActionContext) {
  const type = requiredParameter(parameters, 'TemplateType');
  if (type !== 'AIMediaAudit') {
    throw invalidParameter(`The parameter TemplateType takes AIMediaAudit, got "${type}".`);
  }
  refuseUnsupported(type, context.region);
  const template = existingTemplate(context.templates.defaultId ?? '', context);
  return { TemplateInfo: infoOf(template, context.templates) };
}

/**
 * What is said of a template that does not exist. No document of these actions has a code of its own for it; this one
 * is formed as `InvalidVideo.NotFound` is.
 */
export function templateNotFound(): RefusedCall {
  return new RefusedCall(404, 'InvalidTemplate.NotFound', 'The template does not exist.');
}

function infoOf(template: AITemplate, templates: TemplateStore) {
  return templateInfo(template, template.templateId === templates.defaultId);
}

function existingTemplate(templateId: string, { templates, region }: ActionContext): AITemplate {
  // Every region that has templates at all has those of automated review.
  refuseUnsupported('AIMediaAudit', region);
  const template = templates.find(templateId);
  if (template === undefined) throw templateNotFound();
  return template;
}

function customTemplate(templateId: string, context: ActionContext): AITemplate {
  const template = existingTemplate(templateId, context);
  if (template.source === 'System') {
    throw operationDenied('A system template can be neither changed nor deleted.');
  }
  return template;
}

function refuseUnsupported(type: TemplateType, region: string): void {
  if (isSupported(type, region)) return;
  throw operationDenied(`Templates of ${type} are not supported in the region ${region}.`);
}

function typeParameter(parameters: ActionParameters): TemplateType {
  const text = requiredParameter(parameters, 'TemplateType');
  const type = templateTypes.find((known) => known === text);
  if (type === undefined) {
    throw invalidParameter(`The parameter TemplateType takes ${templateTypes.join(' or ')}, got "${text}".`);
  }
  return type;
}

function nameParameter(parameters: ActionParameters): string {
  const name = requiredParameter(parameters, 'TemplateName');
  const bytes = Buffer.byteLength(name);
  if (bytes > maxNameBytes) {
    throw invalidParameter(`The parameter TemplateName takes ${maxNameBytes} bytes at most, got ${bytes}.`);
  }
  return name;
}

function configParameter(parameters: ActionParameters, type: TemplateType): string {
  const text = requiredParameter(parameters, 'TemplateConfig');
  return JSON.stringify(templateConfig(type, jsonObject('TemplateConfig', text)));
}
