import { isoSeconds } from '../jobs/lifecycle.ts';
import type { TemplateType } from './config.ts';

/** A template of AI jobs. */
export interface AITemplate {
  readonly templateId: string;
  readonly type: TemplateType;
  readonly name: string;
  /** `TemplateConfig`: JSON. */
  readonly config: string;
  /** `System`: there from the start, for good. */
  readonly source: 'System' | 'Custom';
  /** Unix ms. */
  readonly createdAt: number;
  /** Unix ms. */
  readonly modifiedAt: number;
}

/** `TemplateInfo`, as the GetAITemplate documentation describes it. */
export interface TemplateInfo {
  readonly TemplateId: string;
  readonly TemplateType: TemplateType;
  readonly TemplateName: string;
  /** JSON. */
  readonly TemplateConfig: string;
  readonly Source: 'System' | 'Custom';
  readonly IsDefault?: 'Default' | 'NotDefault' | 'NoDefault';
  readonly CreationTime: string;
  readonly ModifyTime: string;
}

/** What the API tells of a template. */
export function templateInfo(template: AITemplate, isDefault: boolean): TemplateInfo {
  return {
    TemplateId: template.templateId,
    TemplateType: template.type,
    TemplateName: template.name,
    TemplateConfig: template.config,
    Source: template.source,
    ...(isDefault ? { IsDefault: 'Default' } : notDefault(template.templateId)),
    CreationTime: isoSeconds(template.createdAt),
    ModifyTime: isoSeconds(template.modifiedAt),
  };
}

/**
 * The tables say `NotDefault`, the ListAITemplate sample `NoDefault`, and the parameters document that the key need not
 * be there. A fixed quarter of the ids gets each of the odd forms, so that clients meet all three.
 */
function notDefault(templateId: string): Pick<TemplateInfo, 'IsDefault'> {
  const quarter = templateId.charCodeAt(templateId.length - 1) % 4;
  if (quarter === 0) return {};
  return { IsDefault: quarter === 1 ? 'NoDefault' : 'NotDefault' };
}
