import { operationDenied } from '../errors.ts';
import { type AIJobType, successOf } from '../jobs/ai-job.ts';
import { isSupported } from '../regions.ts';
import { seededChoice } from '../results/seeded-choice.ts';
import { videoTagResult } from '../results/video-tag-result.ts';
import type { ActionContext, ActionParameters } from './action.ts';
import { isObject, refuseMissingVideo, requiredParameter } from './parameters.ts';

/** GetAIVideoTagResult: `{VideoTagResult: {Category, Keyword, Location, Person, Time}}`, any of which may be missing. */
export function getAIVideoTagResult(parameters: ActionParameters, context: ActionContext) {
  const mediaId = mediaIdParameter(parameters, 'AIVideoTag', context);
  const data = latestData(mediaId, 'AIVideoTag', context);
  return data === undefined
    ? noResult(mediaId, 'VideoTagResult')
    : { VideoTagResult: videoTagResult(mediaId, data) };
}

/** GetMediaDNAResult: `{DNAResult: {VideoDNA: […]}}`; the list is empty where nothing is similar. */
export function getMediaDNAResult(parameters: ActionParameters, context: ActionContext) {
  const mediaId = mediaIdParameter(parameters, 'AIMediaDNA', context);
  const data = latestData(mediaId, 'AIMediaDNA', context);
  return data === undefined ? noResult(mediaId, 'DNAResult') : { DNAResult: { VideoDNA: data.VideoDNA } };
}

function mediaIdParameter(parameters: ActionParameters, type: AIJobType, { region }: ActionContext): string {
  const mediaId = requiredParameter(parameters, 'MediaId');
  if (!isSupported(type, region)) {
    throw operationDenied(`${type} is not supported in the region ${region}.`);
  }
  refuseMissingVideo(mediaId);
  return mediaId;
}

/** The result of the job of a type that succeeded last; a later one that failed does not take it away. */
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
    // Stable, so of two that ended in the same moment the one that was created last counts.
    .sort((a, b) => a.completedAt - b.completedAt);
  return parsedObject(successes.at(-1)?.data);
}

function parsedObject(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    // A job that was put in with something else than JSON as its result.
    return undefined;
  }
}

/**
 * No document says what is answered where a video has no result yet, and none has an error code for it. Half of the ids
 * get no key at all and half an empty object, so that clients meet both.
 */
function noResult(mediaId: string, key: string) {
  return seededChoice(`no result|${mediaId}`).chance(0.5) ? {} : { [key]: {} };
}
