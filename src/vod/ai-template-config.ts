import { z } from 'zod';
import type { AIImageFormat, AIImageTemplateConfig } from '../domain/ai-image-template.ts';
import type {
  AIAuditContent,
  AIAuditItem,
  AITemplateConfig,
  AITemplateConfigChange,
  AITemplateType,
  MediaAuditTemplateConfig,
} from '../domain/ai-template.ts';
import { type Decoded, Undecodable } from '../domain/decoded.ts';
import type { AIAuditRange } from '../domain/media-audit.ts';
import { decodeJSON, flag, isAbsent, list, optional, word } from './fields.ts';

/** `TemplateConfig` of AI templates. Source: AITemplateConfig in the document on video AI parameters. */

/** The template types on the wire. */
export const wireTemplateTypes = {
  IMAGE: 'AIImage',
  MEDIA_AUDIT: 'AIMediaAudit',
} as const satisfies Record<AITemplateType, string>;

const wireFormats = { GIF: 'gif', PNG: 'png' } as const satisfies Record<AIImageFormat, string>;

const wireItems = {
  TERRORISM: 'terrorism',
  PORN: 'porn',
  AD: 'ad',
  LOGO: 'logo',
  LIVE: 'live',
  AUDIO: 'audio',
} as const satisfies Record<AIAuditItem, string>;

const wireRange = {
  VIDEO: 'video',
  IMAGE_COVER: 'image-cover',
  TEXT_TITLE: 'text-title',
} as const satisfies Record<AIAuditRange, string>;

const wireContent = { SCREEN: 'screen' } as const satisfies Record<AIAuditContent, string>;

/** Maps the API's values to the domain's. */
function inverse<Value extends string>(
  wire: Readonly<Record<Value, string>>,
): Readonly<Record<string, Value>> {
  const entries = Object.entries(wire) as [Value, string][];
  return Object.fromEntries(entries.map(([value, wireValue]) => [wireValue, value]));
}

/** The template types by their names on the wire. */
export const templateTypes = inverse<AITemplateType>(wireTemplateTypes);
/** The parts of a video by their names on the wire. */
export const auditRanges = inverse<AIAuditRange>(wireRange);
/** The cover formats by their names on the wire. */
export const imageFormats = inverse<AIImageFormat>(wireFormats);

/** The settings of a template for covers, also in the `TemplateConfig` of an image job. */
export const imageTemplateConfig: z.ZodType<AIImageTemplateConfig> = z
  .object({ Format: optional(word(imageFormats)), SetDefaultCover: optional(flag) })
  .transform(({ Format, SetDefaultCover }) => ({
    kind: 'IMAGE',
    format: Format,
    setDefaultCover: SetDefaultCover,
  }));

const mediaAuditConfig: z.ZodType<MediaAuditTemplateConfig> = z
  .object({
    AuditItem: list(word(inverse<AIAuditItem>(wireItems))),
    AuditRange: list(word(inverse<AIAuditRange>(wireRange))),
    AuditContent: list(word(inverse<AIAuditContent>(wireContent))),
    AuditAutoBlock: optional(flag),
  })
  .transform((config) => ({
    kind: 'MEDIA_AUDIT',
    items: config.AuditItem,
    range: config.AuditRange,
    content: config.AuditContent,
    autoBlock: config.AuditAutoBlock,
  }));

/** `TemplateConfig`. Its structure depends on the template's type. An undocumented value makes it undecodable. */
export function decodeTemplateConfig(
  type: Decoded<AITemplateType>,
  config: unknown,
): Decoded<AITemplateConfig> {
  if (type === 'IMAGE') return decodeJSON<AITemplateConfig>('TemplateConfig', config, imageTemplateConfig);
  if (type === 'MEDIA_AUDIT') return decodeJSON<AITemplateConfig>('TemplateConfig', config, mediaAuditConfig);
  return isAbsent(config)
    ? undefined
    : (type ?? new Undecodable('TemplateType', 'the type of the configuration', 'no type'));
}

/** `TemplateConfig` in the API's format: it requires every key, and booleans are words. */
export function encodeTemplateConfig(config: AITemplateConfigChange): string {
  if (config.kind === 'IMAGE') {
    const { format, setDefaultCover } = config;
    return JSON.stringify({ Format: wireFormats[format], SetDefaultCover: String(setDefaultCover ?? false) });
  }
  const { items, range, content, autoBlock } = config;
  return JSON.stringify({
    AuditItem: [...new Set(items)].map((item) => wireItems[item]),
    AuditRange: [...new Set(range)].map((part) => wireRange[part]),
    AuditContent: [...new Set(content ?? (['SCREEN'] as const))].map((part) => wireContent[part]),
    AuditAutoBlock: autoBlock ? 'yes' : 'no',
  });
}
