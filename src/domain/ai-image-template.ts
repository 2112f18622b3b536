/** The formats of covers. On the wire: `gif`, `png`. */
export type AIImageFormat = 'GIF' | 'PNG';

/** The configuration of a template for covers. */
export interface AIImageTemplateConfig {
  readonly kind: 'IMAGE';
  readonly format: AIImageFormat | undefined;
  /** Whether one of the covers becomes the video's cover. */
  readonly setDefaultCover: boolean | undefined;
}
