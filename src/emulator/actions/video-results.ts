import { type AIJobType, successOf } from '../jobs/ai-job.ts';
import { isObject, parseJson } from '../json.ts';
import { requireSupport } from '../regions.ts';
import { seededChoice } from '../results/seeded-choice.ts';
import { type ActionContext, type ActionParameters, requiredParameter, requireVideo } from './action.ts';

/** GetAIVideoTagResult: `{VideoTagResult: {Category, Keyword, Location, Person, Time}}`. Each key can be missing. */
export function getAIVideoTagResult(parameters: ActionParameters, context: ActionContext) {
  const mediaId = mediaIdParameter(parameters, 'AIVideoTag', context);
  const data = latestData(mediaId, 'AIVideoTag', context);
  if (data === undefined) return noResult(mediaId, 'VideoTagResult');
  return { VideoTagResult: videoTagResult(mediaId, data) };
}

/** GetMediaDNAResult: `{DNAResult: {VideoDNA: […]}}`. The list is empty if no video is similar. */
export function getMediaDNAResult(parameters: ActionParameters, context: ActionContext) {
  const mediaId = mediaIdParameter(parameters, 'AIMediaDNA', context);
  const data = latestData(mediaId, 'AIMediaDNA', context);
  if (data === undefined) return noResult(mediaId, 'DNAResult');
  return { DNAResult: { VideoDNA: data.VideoDNA } };
}

function mediaIdParameter(parameters: ActionParameters, type: AIJobType, { region }: ActionContext): string {
  const mediaId = requiredParameter(parameters, 'MediaId');
  requireSupport(type, region);
  requireVideo(mediaId);
  return mediaId;
}

/**
 * The result of the job of a type that succeeded last. Failed jobs are ignored. `undefined` if no job has succeeded, or
 * if the job was added with a result that is not a JSON object.
 */
function latestData(
  mediaId: string,
  type: AIJobType,
  { jobs, now }: ActionContext,
): Record<string, unknown> | undefined {
  const at = now();
  const successes = jobs
    .aiJobsOf(mediaId)
    .filter((job) => job.type === type)
    .map((job) => successOf(job, at))
    .filter((success) => success !== undefined)
    // The sort is stable: of two jobs that completed at the same time, the newer one counts.
    .sort((a, b) => a.completedAt - b.completedAt);
  const data = parseJson(successes.at(-1)?.data);
  return isObject(data) ? data : undefined;
}

/**
 * No document describes the response for a video without a result, or an error code for it. Half of the ids get no key
 * and half an empty object, so that clients meet both.
 */
function noResult(mediaId: string, key: string) {
  return seededChoice(`no result|${mediaId}`).chance(0.5) ? {} : { [key]: {} };
}

// Without the original speech data, which only the job has.
const tagKeys = ['Category', 'Keyword', 'Location', 'Person', 'Time'] as const;

/**
 * `VideoTagResult`, from the `Data` of a job. The document's older sample has `Times` as ListAIJob does,
 * `["3260", "4000"]`. The current one joins them into one text, `["[\"3260\",\"4000\"]"]`. A fixed half of the videos
 * gets the latter, so that clients meet both.
 */
function videoTagResult(mediaId: string, data: Record<string, unknown>): Record<string, unknown> {
  const isOneText = seededChoice(`times|${mediaId}`).chance(0.5);
  const result: Record<string, unknown> = {};
  for (const key of tagKeys) {
    const tags = data[key];
    if (tags === undefined) continue;
    result[key] = isOneText && Array.isArray(tags) ? tags.map(withTimesInOneText) : tags;
  }
  return result;
}

function withTimesInOneText(tag: { readonly Times?: unknown }) {
  return tag.Times === undefined ? tag : { ...tag, Times: [JSON.stringify(tag.Times)] };
}
