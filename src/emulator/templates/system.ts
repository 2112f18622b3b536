import { isSupported } from '../regions.ts';
import type { ImageTemplateConfig } from '../results/ai-image.ts';
import { seededChoice } from '../results/seeded-choice.ts';
import type { MediaAuditTemplateConfig, TemplateType } from './config.ts';
import type { AITemplate } from './template.ts';

const createdAt = Date.UTC(2020, 6, 8, 6, 50, 45);

// The first of AIMediaAudit is that type's default from the start.
const templates: readonly AITemplate[] = [
  audit('System review', {
    AuditRange: ['text-title', 'video'],
    AuditContent: ['screen'],
    AuditItem: ['terrorism', 'porn'],
    AuditAutoBlock: 'no',
  }),
  audit('System strict review', {
    AuditRange: ['video', 'image-cover', 'text-title'],
    AuditContent: ['screen'],
    AuditItem: ['terrorism', 'porn', 'ad', 'logo', 'live', 'audio'],
    AuditAutoBlock: 'yes',
  }),
  image('System animated covers', { Format: 'gif', SetDefaultCover: 'false' }),
  image('System still covers', { Format: 'png', SetDefaultCover: 'true' }),
];

/** The templates that a region has from the start, the default one of automated review first. */
export function systemTemplates(region: string): readonly AITemplate[] {
  return templates.filter(({ type }) => isSupported(type, region));
}

/** The id of a system template for covers: the same in every emulator. */
export const systemImageTemplateId = templates.find(({ type }) => type === 'AIImage')?.templateId ?? '';

function audit(name: string, config: MediaAuditTemplateConfig): AITemplate {
  return template('AIMediaAudit', name, config);
}

function image(name: string, config: ImageTemplateConfig): AITemplate {
  return template('AIImage', name, config);
}

function template(type: TemplateType, name: string, config: object): AITemplate {
  return {
    templateId: seededChoice(`system template|${name}`).hex(32),
    type,
    name,
    config: JSON.stringify(config),
    source: 'System',
    createdAt,
    modifiedAt: createdAt,
  };
}
