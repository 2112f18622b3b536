import type { AIImageFormat, AIImageTemplateConfig } from './ai-image-template.ts';
import type { Decoded } from './decoded.ts';
import type { AIAuditRange } from './media-audit.ts';
import type { Optional, SubmissionOutcome } from './submission.ts';

/** The purpose of a template. On the wire: `AIImage` (covers), `AIMediaAudit` (automated review). */
export type AITemplateType = 'IMAGE' | 'MEDIA_AUDIT';

/** The origin of a template. On the wire: `System`, `Custom`. */
export type AITemplateSource = 'SYSTEM' | 'CUSTOM';

/** The subjects of a review. On the wire: `terrorism`, `porn`, `ad`, `logo`, `live`, `audio`. */
export type AIAuditItem = 'TERRORISM' | 'PORN' | 'AD' | 'LOGO' | 'LIVE' | 'AUDIO';

/** The type of content that is reviewed. On the wire: `screen`. */
export type AIAuditContent = 'SCREEN';

/** An AI template: AITemplateInfo in GetAITemplate, ListAITemplate and GetDefaultAITemplate. */
export interface AITemplate {
  readonly id: string;
  readonly name: string | undefined;
  readonly type: Decoded<AITemplateType>;
  readonly source: Decoded<AITemplateSource>;
  /** Whether this is the default template of its type. */
  readonly isDefault: Decoded<boolean>;
  readonly createdAt: Decoded<Date>;
  readonly updatedAt: Decoded<Date>;
  readonly config: Decoded<AITemplateConfig>;
  /** The `RequestId` of the response with this template. The vendor's support asks for it. */
  readonly requestId: string | undefined;
}

/** `TemplateConfig`, by the template's type. Source: AITemplateConfig in the document on video AI parameters. */
export type AITemplateConfig = AIImageTemplateConfig | MediaAuditTemplateConfig;

/** The configuration of a template for automated review. */
export interface MediaAuditTemplateConfig {
  readonly kind: 'MEDIA_AUDIT';
  readonly items: readonly AIAuditItem[];
  readonly range: readonly AIAuditRange[];
  readonly content: readonly AIAuditContent[];
  /** Whether a video is blocked automatically if the review finds illegal content. */
  readonly autoBlock: boolean | undefined;
}

/** The input of AddAITemplate. The configuration's kind is the template's type. */
export interface CreateAITemplate {
  /** 1 to 128 bytes of UTF-8. */
  readonly name: string;
  readonly config: AITemplateConfigChange;
}

/** The input of UpdateAITemplate. Absent values stay unchanged. */
export interface UpdateAITemplate {
  readonly id: string;
  /** 1 to 128 bytes of UTF-8. */
  readonly name?: Optional<string>;
  /** Replaces the whole configuration. Its kind has to be the template's type. */
  readonly config?: Optional<AITemplateConfigChange>;
}

/** A configuration, as input. */
export type AITemplateConfigChange = AIImageTemplateConfigChange | MediaAuditTemplateConfigChange;

/** The configuration of a template for covers, as input. */
export interface AIImageTemplateConfigChange {
  readonly kind: 'IMAGE';
  readonly format: AIImageFormat;
  /** Default: `false`. */
  readonly setDefaultCover?: Optional<boolean>;
}

/** The configuration of a template for automated review, as input. */
export interface MediaAuditTemplateConfigChange {
  readonly kind: 'MEDIA_AUDIT';
  readonly items: readonly AIAuditItem[];
  readonly range: readonly AIAuditRange[];
  /** Default: `SCREEN`, the only value. */
  readonly content?: Optional<readonly AIAuditContent[]>;
  /** Default: `false`. */
  readonly autoBlock?: Optional<boolean>;
}

/** The result of a change: the template's id, or errors that the caller can correct. */
export type AITemplateOutcome = SubmissionOutcome<string>;
