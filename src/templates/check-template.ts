import type {
  AITemplateConfigChange,
  AITemplateType,
  CreateAITemplate,
  UpdateAITemplate,
} from '../domain/ai-template.ts';
import { checkId, checkRegion, invalid } from '../domain/check-input.ts';
import type { Region } from '../domain/region.ts';
import type { UserError } from '../domain/submission.ts';

/**
 * Checks changes of templates before they are sent and returns all errors. GraphQL has already checked the types of the
 * values. The path of a configuration's field contains its kind: `config.image` or `config.mediaAudit`. Sources: the
 * AddAITemplate and UpdateAITemplate documents, and the document on video AI parameters.
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
  if (config.kind === 'IMAGE') return unsupported;
  return [
    ...unsupported,
    ...(['items', 'range', 'content'] as const)
      .filter((key) => config[key]?.length === 0)
      .map((key) => invalid([...field, key], 'expected at least one value; got an empty list')),
  ];
}
