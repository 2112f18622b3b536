import type { Decoded } from './decoded.ts';
import type { Optional, SubmissionOutcome } from './submission.ts';

/** What a template is for. On the wire: `AIImage` (covers), `AIMediaAudit` (automated review). */
export type AITemplateType = 'IMAGE' | 'MEDIA_AUDIT';

/** Who made a template. On the wire: `System`, `Custom`. */
export type AITemplateSource = 'SYSTEM' | 'CUSTOM';

/** The formats of covers. On the wire: `gif`, `png`. */
export type AIImageFormat = 'GIF' | 'PNG';

/** What a review looks for. On the wire: `terrorism`, `porn`, `ad`, `logo`, `live`, `audio`. */
export type AuditItem = 'TERRORISM' | 'PORN' | 'AD' | 'LOGO' | 'LIVE' | 'AUDIO';

/** The parts of a medium that are reviewed. On the wire: `video`, `image-cover`, `text-title`. */
export type AuditRange = 'VIDEO' | 'IMAGE_COVER' | 'TEXT_TITLE';

/** The content that is reviewed. On the wire: `screen`. */
export type AuditContent = 'SCREEN';

/** An AI template, as GetAITemplate, ListAITemplate and GetDefaultAITemplate describe it (AITemplateInfo). */
export interface AITemplate {
  readonly id: string;
  readonly name: string | undefined;
  readonly type: Decoded<AITemplateType>;
  readonly source: Decoded<AITemplateSource>;
  /** Whether it is what is used for its type where none is named. */
  readonly isDefault: Decoded<boolean>;
  readonly createdAt: Decoded<Date>;
  readonly updatedAt: Decoded<Date>;
  readonly config: Decoded<AITemplateConfig>;
  /** The `RequestId` of the answer that it comes from: what the vendor's support asks for. */
  readonly requestId: string | undefined;
}

/** `TemplateConfig`, by the template's type (AITemplateConfig in the document of the video AI parameters). */
export type AITemplateConfig = ImageTemplateConfig | MediaAuditTemplateConfig;

export interface ImageTemplateConfig {
  readonly kind: 'IMAGE';
  readonly format: AIImageFormat | undefined;
  /** Whether one of the covers becomes the video's cover. */
  readonly setDefaultCover: boolean | undefined;
}

export interface MediaAuditTemplateConfig {
  readonly kind: 'MEDIA_AUDIT';
  readonly items: readonly AuditItem[];
  readonly range: readonly AuditRange[];
  readonly content: readonly AuditContent[];
  /** Whether what the review finds illegal is blocked without anybody being asked. */
  readonly autoBlock: boolean | undefined;
}

/** What AddAITemplate is asked for; the template is of the configuration's kind. */
export interface CreateAITemplate {
  /** 1 to 128 bytes of UTF-8. */
  readonly name: string;
  readonly config: AITemplateConfigChange;
}

/** What UpdateAITemplate is asked for: what is not given stays as it is. */
export interface UpdateAITemplate {
  readonly id: string;
  /** 1 to 128 bytes of UTF-8. */
  readonly name?: Optional<string>;
  /** Takes the place of the whole configuration; of the template's own type. */
  readonly config?: Optional<AITemplateConfigChange>;
}

/** A configuration as it is asked for. */
export type AITemplateConfigChange = ImageTemplateConfigChange | MediaAuditTemplateConfigChange;

export interface ImageTemplateConfigChange {
  readonly kind: 'IMAGE';
  readonly format: AIImageFormat;
  /** `false` unless it is given. */
  readonly setDefaultCover?: Optional<boolean>;
}

export interface MediaAuditTemplateConfigChange {
  readonly kind: 'MEDIA_AUDIT';
  readonly items: readonly AuditItem[];
  readonly range: readonly AuditRange[];
  /** `SCREEN`, which is all there is, unless it is given. */
  readonly content?: Optional<readonly AuditContent[]>;
  /** `false` unless it is given. */
  readonly autoBlock?: Optional<boolean>;
}

/** What became of a change: the id of the template that it made or changed, or what the caller has to mend. */
export type AITemplateOutcome = SubmissionOutcome<string>;
