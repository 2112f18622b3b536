import { isSupported } from './regions.ts';
import { seededChoice } from './results/seeded-choice.ts';

/** Automated review (`AIMediaAudit`) and smart covers (`AIImage`). */
export const templateTypes = ['AIMediaAudit', 'AIImage'] as const;

export type TemplateType = (typeof templateTypes)[number];

/** `TemplateConfig` of an automated review template. */
export interface MediaAuditTemplateConfig {
  readonly AuditRange: readonly string[];
  readonly AuditContent: readonly string[];
  readonly AuditItem: readonly string[];
  readonly AuditAutoBlock: string;
}

/** `TemplateConfig` of a smart cover template. `SetDefaultCover` is text, as in the documents' samples. */
export interface ImageTemplateConfig {
  readonly Format: 'gif' | 'png';
  readonly SetDefaultCover: 'true' | 'false';
}

/** A template of AI jobs. */
export interface AITemplate {
  readonly templateId: string;
  readonly type: TemplateType;
  readonly name: string;
  /** `TemplateConfig` as JSON. */
  readonly config: string;
  /** `System` templates exist from the start. They cannot be changed or deleted. */
  readonly source: 'System' | 'Custom';
  /** Unix ms. */
  readonly createdAt: number;
  /** Unix ms. */
  readonly modifiedAt: number;
}

// The first AIMediaAudit template is the initial default of its type.
const systemTemplates = [
  systemTemplate('AIMediaAudit', 'System review', {
    AuditRange: ['text-title', 'video'],
    AuditContent: ['screen'],
    AuditItem: ['terrorism', 'porn'],
    AuditAutoBlock: 'no',
  }),
  systemTemplate('AIMediaAudit', 'System strict review', {
    AuditRange: ['video', 'image-cover', 'text-title'],
    AuditContent: ['screen'],
    AuditItem: ['terrorism', 'porn', 'ad', 'logo', 'live', 'audio'],
    AuditAutoBlock: 'yes',
  }),
  systemTemplate('AIImage', 'System animated covers', { Format: 'gif', SetDefaultCover: 'false' }),
  systemTemplate('AIImage', 'System still covers', { Format: 'png', SetDefaultCover: 'true' }),
];

/** The id of a smart cover template that every emulator has. */
export const systemImageTemplateId = systemTemplates.find(({ type }) => type === 'AIImage')?.templateId ?? '';

function systemTemplate(
  type: TemplateType,
  name: string,
  config: MediaAuditTemplateConfig | ImageTemplateConfig,
): AITemplate {
  const createdAt = Date.UTC(2020, 6, 8, 6, 50, 45);
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

/** A template to add without a call. */
export interface TemplateToAdd {
  /** Default: a new id. An existing template with this id is replaced. */
  readonly templateId?: string;
  /** Default: `AIImage`. */
  readonly type?: TemplateType;
  /** Default: `Emulator template`. */
  readonly name?: string;
  /** Not validated, so it can be a value that VOD never returns. Default: a valid one of the type. */
  readonly config?: string;
  /** Default: `Custom`. */
  readonly source?: AITemplate['source'];
  /** Unix ms. Default: now. */
  readonly createdAt?: number;
}

const defaultConfigs: Readonly<Record<TemplateType, string>> = {
  AIImage: '{"Format":"png","SetDefaultCover":"false"}',
  AIMediaAudit:
    '{"AuditRange":["video"],"AuditContent":["screen"],"AuditItem":["porn"],"AuditAutoBlock":"no"}',
};

/** The interface of an emulator's templates for tests. */
export interface EmulatorTemplates {
  /** The templates of both types: system templates, then the others in order of creation. */
  readonly all: readonly AITemplate[];
  /** The default template of automated review. `undefined` if the region does not support automated review. */
  readonly defaultId: string | undefined;
  find(templateId: string): AITemplate | undefined;
  add(template?: TemplateToAdd): AITemplate;
}

/** The dependencies of {@link TemplateStore}. */
export interface TemplateDependencies {
  readonly region: string;
  /** Unix ms. */
  readonly now: () => number;
  readonly newTemplateId: () => string;
}

/** Stores the templates. The actions validate every change. */
export class TemplateStore implements EmulatorTemplates {
  readonly #templates = new Map<string, AITemplate>();
  readonly #dependencies: TemplateDependencies;
  #defaultId: string | undefined;

  constructor(dependencies: TemplateDependencies) {
    this.#dependencies = dependencies;
    for (const template of systemTemplates) {
      if (isSupported(template.type, dependencies.region)) this.#put(template);
    }
    this.#defaultId = this.all.find(({ type }) => type === 'AIMediaAudit')?.templateId;
  }

  get all(): readonly AITemplate[] {
    return [...this.#templates.values()];
  }

  get defaultId(): string | undefined {
    return this.#defaultId;
  }

  find(templateId: string): AITemplate | undefined {
    return this.#templates.get(templateId);
  }

  add(template: TemplateToAdd = {}): AITemplate {
    const { now, newTemplateId } = this.#dependencies;
    const { type = 'AIImage', createdAt = now() } = template;
    return this.#put({
      templateId: template.templateId ?? newTemplateId(),
      type,
      name: template.name ?? 'Emulator template',
      config: template.config ?? defaultConfigs[type],
      source: template.source ?? 'Custom',
      createdAt,
      modifiedAt: createdAt,
    });
  }

  update(template: AITemplate, change: Pick<AITemplate, 'name' | 'config'>): void {
    this.#put({ ...template, ...change, modifiedAt: this.#dependencies.now() });
  }

  delete(template: AITemplate): void {
    this.#templates.delete(template.templateId);
  }

  setDefault(template: AITemplate): void {
    this.#defaultId = template.templateId;
  }

  #put(template: AITemplate): AITemplate {
    this.#templates.set(template.templateId, template);
    return template;
  }
}
