import type { ImageTemplateConfig } from '../templates.ts';
import { seededChoice } from './seeded-choice.ts';

/** One entry of `AIImageResult`. */
export interface ImageResult {
  readonly Score: number;
  readonly Url: string;
}

/** The configuration that the emulator uses for the id of a template that does not exist. */
export function imageTemplateConfig(templateId: string): ImageTemplateConfig {
  const choice = seededChoice(`template|${templateId}`);
  return {
    Format: choice.chance(0.5) ? 'gif' : 'png',
    SetDefaultCover: choice.chance(0.5) ? 'true' : 'false',
  };
}

/**
 * The images picked from a video, best first, as the GetAIImageJobs documentation describes them.
 *
 * @param mediaOrigin serves the files, such as `http://127.0.0.1:4010`
 */
export function imageResult(
  videoId: string,
  templateId: string,
  mediaOrigin: string,
  { Format }: Pick<ImageTemplateConfig, 'Format'> = imageTemplateConfig(templateId),
): ImageResult[] {
  const choice = seededChoice(`image|${videoId}|${templateId}`);
  return Array.from({ length: choice.integer(1, 5) }, () => ({
    Score: choice.integer(100_000, 9_999_999) / 1_000_000,
    Url: `${mediaOrigin}/${encodeURIComponent(videoId)}/image/ai/${choice.hex(24)}.${Format}`,
  })).sort((a, b) => b.Score - a.Score);
}
