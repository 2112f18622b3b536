import type {
  AITemplateConfigChange,
  AITemplateType,
  CreateAITemplate,
  UpdateAITemplate,
} from '../domain/ai-template.ts';
import { checkId, checkRegion, invalid } from '../domain/check-input.ts';
import { describeText } from '../domain/id.ts';
import type { Region } from '../domain/region.ts';
import type { Optional, UserError } from '../domain/submission.ts';
import { configValues } from '../vod/ai-template-config.ts';

/**
 * Checks changes of templates before they are sent and returns all errors. The path of a configuration's field contains its
 * kind: `config.image` or `config.mediaAudit`. Sources: the AddAITemplate and UpdateAITemplate documents, and the document
 * on video AI parameters.
 */

/** The API's limit for a template's name, in bytes of UTF-8. */
const MAX_NAME_BYTES = 128;

const features = { IMAGE: 'IMAGE_AI', MEDIA_AUDIT: 'MEDIA_AUDIT' } as const;
const keys = { IMAGE: 'image', MEDIA_AUDIT: 'mediaAudit' } as const;

/** Checks a new template. */
export function checkCreateAITemplate(
  { name, config }: CreateAITemplate,
  region: Region,
): readonly UserError[] {
  return [...checkName(name), ...checkConfig(config, region)];
}

/** Checks an update, except for the template's type: see {@link checkKind}. */
export function checkUpdateAITemplate(
  { id, name, config }: UpdateAITemplate,
  region: Region,
): readonly UserError[] {
  const hasName = name !== undefined && name !== null;
  return [
    ...checkTemplateId(id, region),
    ...(hasName ? checkName(name) : []),
    ...(config ? checkConfig(config, region) : []),
    ...(hasName || config ? [] : [invalid(['name'], 'expected `name`, `config` or both; got neither')]),
  ];
}

/** Checks a template's id. Every region with templates has review templates. */
export function checkTemplateId(id: string, region: Region): readonly UserError[] {
  return [...checkRegion(['id'], features.MEDIA_AUDIT, region), ...checkId(['id'], id)];
}

/** Checks that a configuration has the type of its template. */
export function checkKind(kind: AITemplateType, type: AITemplateType): readonly UserError[] {
  if (kind === type) return [];
  const message = `expected the configuration of a template of type ${type}; got one of type ${kind}`;
  return [invalid(['config', keys[kind]], message)];
}

function checkName(name: string): readonly UserError[] {
  const bytes = Buffer.byteLength(name);
  if (bytes < 1 || bytes > MAX_NAME_BYTES) {
    const got = bytes === 0 ? 'an empty text' : bytes;
    return [invalid(['name'], `expected 1 to ${MAX_NAME_BYTES} bytes of UTF-8; got ${got}`)];
  }
  if (!name.isWellFormed()) return [invalid(['name'], 'expected valid Unicode; got an unpaired surrogate')];
  return [];
}

function checkConfig(config: AITemplateConfigChange, region: Region): readonly UserError[] {
  const field = ['config', keys[config.kind]];
  const unsupported = checkRegion(field, features[config.kind], region);
  if (config.kind === 'IMAGE') {
    return [
      ...unsupported,
      ...checkKeys(field, config, ['format', 'setDefaultCover']),
      ...checkWord([...field, 'format'], config.format, configValues.format),
      ...checkFlag([...field, 'setDefaultCover'], config.setDefaultCover),
    ];
  }
  return [
    ...unsupported,
    ...checkKeys(field, config, ['items', 'range', 'content', 'autoBlock']),
    ...checkWords([...field, 'items'], config.items, configValues.items),
    ...checkWords([...field, 'range'], config.range, configValues.range),
    ...(config.content ? checkWords([...field, 'content'], config.content, configValues.content) : []),
    ...checkFlag([...field, 'autoBlock'], config.autoBlock),
  ];
}

/** The API would reject a key of the other type, or ignore it. */
function checkKeys(
  field: readonly string[],
  config: AITemplateConfigChange,
  keys: readonly string[],
): readonly UserError[] {
  return Object.keys(config)
    .filter((key) => key !== 'kind' && !keys.includes(key))
    .map((key) => invalid([...field, key], `expected only the keys ${keys.join(', ')}; got ${key}`));
}

function checkWords(
  field: readonly string[],
  given: Optional<readonly string[]>,
  words: readonly string[],
): readonly UserError[] {
  if (!given || given.length === 0) {
    return [
      invalid(field, `expected at least one of ${words.join(', ')}; got ${given ? 'none' : 'nothing'}`),
    ];
  }
  return given.flatMap((value, index) => checkWord([...field, String(index)], value, words));
}

function checkWord(
  field: readonly string[],
  given: Optional<string>,
  words: readonly string[],
): readonly UserError[] {
  if (typeof given === 'string' && words.includes(given)) return [];
  const got = typeof given === 'string' ? describeText(given) : 'nothing';
  return [invalid(field, `expected ${words.join(' or ')}; got ${got}`)];
}

function checkFlag(field: readonly string[], given: unknown): readonly UserError[] {
  if (given === undefined || given === null || typeof given === 'boolean') return [];
  return [invalid(field, `expected true or false; got a ${typeof given}`)];
}
