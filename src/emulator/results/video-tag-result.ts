import { seededChoice } from './seeded-choice.ts';

// The original speech data is not among them: it comes with the job alone.
const keys = ['Category', 'Keyword', 'Location', 'Person', 'Time'] as const;

/**
 * `VideoTagResult` of GetAIVideoTagResult, from the `Data` of a job. Its older sample has `Times` as `ListAIJob` has it,
 * `["3260", "4000"]`; the current one puts all of them into one text, `["[\"3260\",\"4000\"]"]`. A fixed half of the
 * videos gets the latter, so that clients meet both.
 */
export function videoTagResult(
  mediaId: string,
  data: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const isOneText = seededChoice(`times|${mediaId}`).chance(0.5);
  const result: Record<string, unknown> = {};
  for (const key of keys) {
    const tags = data[key];
    if (tags === undefined) continue;
    result[key] = isOneText && Array.isArray(tags) ? tags.map(withTimesInOneText) : tags;
  }
  return result;
}

function withTimesInOneText(tag: { readonly Times?: unknown }) {
  return tag.Times === undefined ? tag : { ...tag, Times: [JSON.stringify(tag.Times)] };
}
