import { readFileSync } from 'node:fs';
import type { VideoTagResult } from '../../src/domain/ai-job-result.ts';

/** A sample response from the vendor's documents. They mask parts of ids with `*`. */
export function fixture(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));
}

/** A smart-tag result without tags. */
export const noTags: VideoTagResult = {
  type: 'VIDEO_TAG',
  people: [],
  times: [],
  locations: [],
  keywords: [],
  categories: [],
  transcripts: [],
};
