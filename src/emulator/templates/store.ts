import type { TemplateType } from './config.ts';
import { systemTemplates } from './system.ts';
import type { AITemplate } from './template.ts';

/** A template to put in without a call. */
export interface TemplateToAdd {
  /** Default: a new one. One that is there already is replaced. */
  readonly templateId?: string;
  /** Default: `AIImage`. */
  readonly type?: TemplateType;
  /** Default: `Emulator template`. */
  readonly name?: string;
  /** Taken word for word: it may be one that the API never gives. Default: a right one of its type. */
  readonly config?: string;
  /** Default: `Custom`. */
  readonly source?: AITemplate['source'];
  /** Unix ms; default: now. */
  readonly createdAt?: number;
}

/** The templates of an emulator, as tests see them. */
export interface EmulatorTemplates {
  /** Those of both types: the system's first, then in order of creation. */
  readonly all: readonly AITemplate[];
  /** The default template of automated review; `undefined` where the region has none. */
  readonly defaultId: string | undefined;
  find(templateId: string): AITemplate | undefined;
  add(template?: TemplateToAdd): AITemplate;
}

/** What a new template takes from the emulator that it is created in. */
export interface TemplateSurroundings {
  readonly region: string;
  /** Unix ms. */
  readonly now: () => number;
  readonly newTemplateId: () => string;
}

const defaultConfigs: Readonly<Record<TemplateType, string>> = {
  AIImage: '{"Format":"png","SetDefaultCover":"false"}',
  AIMediaAudit:
    '{"AuditRange":["video"],"AuditContent":["screen"],"AuditItem":["porn"],"AuditAutoBlock":"no"}',
};

/** Holds the templates. What may be done to them is for the actions to decide. */
export class TemplateStore implements EmulatorTemplates {
  readonly #templates = new Map<string, AITemplate>();
  readonly #surroundings: TemplateSurroundings;
  #defaultId: string | undefined;

  constructor(surroundings: TemplateSurroundings) {
    this.#surroundings = surroundings;
    for (const template of systemTemplates(surroundings.region)) this.#put(template);
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
    const { now, newTemplateId } = this.#surroundings;
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
    this.#put({ ...template, ...change, modifiedAt: this.#surroundings.now() });
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
