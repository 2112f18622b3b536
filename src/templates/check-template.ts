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
 * Finds all mistakes of a template's change before anything is sent, each with the path of its field: in a configuration,
 * below `image` or `mediaAudit`, by its kind. The rules are those of the AddAITemplate and UpdateAITemplate documents, and
 * of that of the video AI parameters.
 */

/** The most bytes of UTF-8 that a template's name may have. */
const MAX_NAME_BYTES = 128;

const features = { IMAGE: 'IMAGE_AI', MEDIA_AUDIT: 'MEDIA_AUDIT' } as const;
const keys = { IMAGE: 'image', MEDIA_AUDIT: 'mediaAudit' } as const;

/** All mistakes of a new template; none where it can be sent. */
export function checkCreateAITemplate(
  { name, config }: CreateAITemplate,
  region: Region,
): readonly UserError[] {
  return [...checkName(name), ...checkConfig(config, region)];
}

/** All mistakes of an update, as far as they can be told without the template; none where it can be sent. */
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

/** The mistakes of a template's id. Where there are templates at all, there are templates for reviews. */
export function checkTemplateId(id: string, region: Region): readonly UserError[] {
  return [...checkRegion(['id'], features.MEDIA_AUDIT, region), ...checkId(['id'], id)];
}

/** The mistake of a configuration that is not of its template's type. */
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
  if (!name.isWellFormed()) return [invalid(['name'], 'expected text; got half a character')];
  return [];
}

function checkConfig(config: AITemplateConfigChange, region: Region): readonly UserError[] {
  const { kind } = config;
  const field = ['config', keys[kind]];
  const errors = [...checkRegion(field, features[kind], region)];
  if (config.kind === 'IMAGE') {
    errors.push(...checkOwnKeys(field, config, ['format', 'setDefaultCover']));
    errors.push(...checkWord([...field, 'format'], config.format, configValues.format));
    errors.push(...checkFlag([...field, 'setDefaultCover'], config.setDefaultCover));
    return errors;
  }
  errors.push(...checkOwnKeys(field, config, ['items', 'range', 'content', 'autoBlock']));
  errors.push(...checkWords([...field, 'items'], config.items, configValues.items));
  errors.push(...checkWords([...field, 'range'], config.range, configValues.range));
  if (config.content) errors.push(...checkWords([...field, 'content'], config.content, configValues.content));
  errors.push(...checkFlag([...field, 'autoBlock'], config.autoBlock));
  return errors;
}

/** A key of the other type would be refused, or never take effect. */
function checkOwnKeys(
  field: readonly string[],
  config: AITemplateConfigChange,
  own: readonly string[],
): readonly UserError[] {
  return Object.keys(config)
    .filter((key) => key !== 'kind' && !own.includes(key))
    .map((key) => invalid([...field, key], `expected none but ${own.join(', ')}; got this one`));
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
