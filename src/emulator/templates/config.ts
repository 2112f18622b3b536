import { invalidParameter } from '../errors.ts';
import type { ImageTemplateConfig } from '../results/ai-image.ts';

/** The kinds of AI template: automated review, and smart covers. */
export const templateTypes = ['AIMediaAudit', 'AIImage'] as const;

export type TemplateType = (typeof templateTypes)[number];

/** `TemplateConfig` of an automated review template. */
export interface MediaAuditTemplateConfig {
  readonly AuditRange: readonly string[];
  readonly AuditContent: readonly string[];
  readonly AuditItem: readonly string[];
  readonly AuditAutoBlock: string;
}

// As the video AI parameters document lists them. In the order in which its samples answer, whatever was sent.
const auditValues = {
  AuditRange: ['video', 'image-cover', 'text-title'],
  AuditContent: ['screen'],
  AuditItem: ['terrorism', 'porn', 'ad', 'logo', 'live', 'audio'],
} as const;

/**
 * Reads the configuration of a template: the document declares every key of a type as required, and all values as text
 * or lists of text. Throws `RefusedCall` (`InvalidParameter`).
 */
export function templateConfig(
  type: TemplateType,
  config: Readonly<Record<string, unknown>>,
): MediaAuditTemplateConfig | ImageTemplateConfig {
  return type === 'AIImage' ? imageConfig(config) : mediaAuditConfig(config);
}

function imageConfig(config: Readonly<Record<string, unknown>>): ImageTemplateConfig {
  refuseOtherKeys('AIImage', config, ['Format', 'SetDefaultCover']);
  return {
    Format: oneOf(config, 'Format', ['gif', 'png']),
    SetDefaultCover: oneOf(config, 'SetDefaultCover', ['true', 'false']),
  };
}

function mediaAuditConfig(config: Readonly<Record<string, unknown>>): MediaAuditTemplateConfig {
  refuseOtherKeys('AIMediaAudit', config, [...Object.keys(auditValues), 'AuditAutoBlock']);
  return {
    AuditRange: someOf(config, 'AuditRange', auditValues.AuditRange),
    AuditContent: someOf(config, 'AuditContent', auditValues.AuditContent),
    AuditItem: someOf(config, 'AuditItem', auditValues.AuditItem),
    AuditAutoBlock: oneOf(config, 'AuditAutoBlock', ['yes', 'no']),
  };
}

function refuseOtherKeys(
  type: TemplateType,
  config: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): void {
  const other = Object.keys(config).find((key) => !keys.includes(key));
  if (other === undefined) return;
  throw invalidParameter(
    `The parameter TemplateConfig takes ${keys.join(', ')} for ${type}, got ${JSON.stringify(other)}.`,
  );
}

function oneOf<Value extends string>(
  config: Readonly<Record<string, unknown>>,
  key: string,
  values: readonly Value[],
): Value {
  const value = values.find((known) => known === config[key]);
  if (value === undefined) throw invalidValue(config, key, values);
  return value;
}

function someOf(
  config: Readonly<Record<string, unknown>>,
  key: string,
  values: readonly string[],
): readonly string[] {
  const given = config[key];
  if (!Array.isArray(given) || given.length === 0 || !given.every((value) => values.includes(value))) {
    throw invalidValue(config, key, values);
  }
  return [...new Set<string>(given)];
}

function invalidValue(config: Readonly<Record<string, unknown>>, key: string, values: readonly string[]) {
  return invalidParameter(
    `The parameter TemplateConfig takes ${values.join(', ')} as ${key}, got ${JSON.stringify(config[key])}.`,
  );
}
