import { z } from 'zod';
import type {
  AIImageFormat,
  AITemplateConfig,
  AITemplateConfigChange,
  AITemplateType,
  AuditContent,
  AuditItem,
  AuditRange,
  ImageTemplateConfig,
  MediaAuditTemplateConfig,
} from '../domain/ai-template.ts';
import { type Decoded, Undecodable } from '../domain/decoded.ts';
import { flag, list, optional, readJSON, word } from './fields.ts';

/** `TemplateConfig` of AI templates: AITemplateConfig in the document of the video AI parameters. */

export const wireTypes = {
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
} as const satisfies Record<AuditItem, string>;

const wireRange = {
  VIDEO: 'video',
  IMAGE_COVER: 'image-cover',
  TEXT_TITLE: 'text-title',
} as const satisfies Record<AuditRange, string>;

const wireContent = { SCREEN: 'screen' } as const satisfies Record<AuditContent, string>;

/** The values that each enum of a configuration has. */
export const configValues = {
  format: Object.keys(wireFormats),
  items: Object.keys(wireItems),
  range: Object.keys(wireRange),
  content: Object.keys(wireContent),
} as const;

/** From the API's words to ours. */
function inverse<Ours extends string>(wire: Readonly<Record<Ours, string>>): Readonly<Record<string, Ours>> {
  const entries = Object.entries(wire) as [Ours, string][];
  return Object.fromEntries(entries.map(([ours, theirs]) => [theirs, ours]));
}

export const templateTypes = inverse<AITemplateType>(wireTypes);
export const imageFormats = inverse<AIImageFormat>(wireFormats);

const imageConfig: z.ZodType<ImageTemplateConfig> = z
  .object({ Format: optional(word(imageFormats)), SetDefaultCover: optional(flag) })
  .transform(({ Format, SetDefaultCover }) => ({
    kind: 'IMAGE',
    format: Format,
    setDefaultCover: SetDefaultCover,
  }));

const mediaAuditConfig: z.ZodType<MediaAuditTemplateConfig> = z
  .object({
    AuditItem: list(word(inverse<AuditItem>(wireItems))),
    AuditRange: list(word(inverse<AuditRange>(wireRange))),
    AuditContent: list(word(inverse<AuditContent>(wireContent))),
    AuditAutoBlock: optional(flag),
  })
  .transform((config) => ({
    kind: 'MEDIA_AUDIT',
    items: config.AuditItem,
    range: config.AuditRange,
    content: config.AuditContent,
    autoBlock: config.AuditAutoBlock,
  }));

/** Decodes `TemplateConfig` as the template's type says; a value that no document names makes it undecodable. */
export function readTemplateConfig(
  type: Decoded<AITemplateType>,
  config: unknown,
): Decoded<AITemplateConfig> {
  if (type === 'IMAGE') return readJSON<AITemplateConfig>('TemplateConfig', config, imageConfig);
  if (type === 'MEDIA_AUDIT') return readJSON<AITemplateConfig>('TemplateConfig', config, mediaAuditConfig);
  return config === undefined || config === null || config === ''
    ? undefined
    : (type ?? new Undecodable('TemplateType', 'the type of the configuration', 'no type'));
}

/** `TemplateConfig` as the API wants it: all its keys are required, and its booleans are words. */
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
