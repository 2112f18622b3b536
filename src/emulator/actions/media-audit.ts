import { ApiError, invalidParameter } from '../errors.ts';
import { listedAIJob, successOf } from '../jobs/ai-job.ts';
import { isObject, parseJson } from '../json.ts';
import { requireSupport } from '../regions.ts';
import { mediaAuditAudioDetail, mediaAuditDetail, mediaAuditTimeline } from '../results/media-audit.ts';
import { seededChoice } from '../results/seeded-choice.ts';
import {
  type ActionContext,
  type ActionParameters,
  jsonObject,
  requiredParameter,
  requireVideo,
  userDataParameter,
} from './action.ts';
import { templateNotFound } from './ai-templates.ts';

/** SubmitAIMediaAuditJob: reviews a video. Returns `{JobId, MediaId}`. */
export function submitAIMediaAuditJob(parameters: ActionParameters, context: ActionContext) {
  const { MediaType } = parameters;
  if (MediaType && MediaType !== 'video') {
    throw invalidParameter(`The parameter MediaType accepts video; got "${MediaType}".`);
  }
  const userData = userDataParameter(parameters);
  const mediaId = mediaParameter(parameters, context);
  if (parameters.TemplateId) requireAuditTemplate(parameters.TemplateId, context);
  const { jobId } = submit(mediaId, userData, false, context);
  return { JobId: jobId, MediaId: mediaId };
}

/** SubmitAIImageAuditJob: reviews an image. Returns `{JobId}`. */
export function submitAIImageAuditJob(parameters: ActionParameters, context: ActionContext) {
  const templateId = requiredParameter(parameters, 'TemplateId');
  const mediaId = mediaParameter(parameters, context);
  requireAuditTemplate(templateId, context);
  return { JobId: submit(mediaId, undefined, true, context).jobId };
}

/**
 * GetAIMediaAuditJob: `{MediaAuditJob: {…}}`. No document describes the response for an unknown id. Half of the ids get no
 * key and half an error, so that clients meet both.
 */
export function getAIMediaAuditJob(parameters: ActionParameters, { jobs, now }: ActionContext) {
  const id = requiredParameter(parameters, 'JobId');
  const job = jobs.findAIJob(id);
  if (job?.type !== 'AIMediaAudit') {
    if (seededChoice(`no review job|${id}`).chance(0.5)) return {};
    throw new ApiError(404, 'NoSuchResource', `The specified resource ${id} does not exist.`);
  }
  const listed = listedAIJob(job, now());
  // Text that is not JSON stays text.
  return { MediaAuditJob: { ...listed, Data: parseJson(listed.Data) ?? listed.Data } };
}

/** GetMediaAuditResult: `{MediaAuditResult: {…}}` of the job that succeeded last. */
export function getMediaAuditResult(parameters: ActionParameters, context: ActionContext) {
  return resultOf('MediaAuditResult', parameters, context, (_mediaId, data) => data);
}

/** GetMediaAuditResultTimeline: `{MediaAuditResultTimeline: {Porn: […], …}}`. */
export function getMediaAuditResultTimeline(parameters: ActionParameters, context: ActionContext) {
  return resultOf('MediaAuditResultTimeline', parameters, context, mediaAuditTimeline);
}

/** GetMediaAuditResultDetail: `{MediaAuditResultDetail: {Total, List: […]}}`, 20 a page. */
export function getMediaAuditResultDetail(parameters: ActionParameters, context: ActionContext) {
  requiredParameter(parameters, 'PageNo');
  const page = pageParameter(parameters) ?? 1;
  return resultOf('MediaAuditResultDetail', parameters, context, (id) => mediaAuditDetail(id, page));
}

/** GetMediaAuditAudioResultDetail: `{MediaAuditAudioResultDetail: {Total, PageTotal, List: […]}}`. */
export function getMediaAuditAudioResultDetail(parameters: ActionParameters, context: ActionContext) {
  const page = pageParameter(parameters);
  const key = 'MediaAuditAudioResultDetail';
  return resultOf(key, parameters, context, (id) => mediaAuditAudioDetail(id, page));
}

/** SubmitMediaDNADeleteJob: `{JobId}`. No action reads this job, and the emulator keeps no fingerprints. */
export function submitMediaDNADeleteJob(parameters: ActionParameters, context: ActionContext) {
  const mediaId = requiredParameter(parameters, 'MediaId');
  requireSupport('AIMediaDNA', context.region);
  requireVideo(mediaId);
  context.jobs.deleteMediaDNA(mediaId);
  return { JobId: seededChoice(`DNA deletion|${mediaId}|${context.now()}`).hex(32) };
}

function submit(
  mediaId: string,
  userData: string | undefined,
  isImage: boolean,
  { jobs }: ActionContext,
): { readonly jobId: string } {
  return jobs.submitAIJob({ mediaId, type: 'AIMediaAudit', videoTag: {}, userData, isImage });
}

function mediaParameter(parameters: ActionParameters, context: ActionContext): string {
  const mediaId = requiredParameter(parameters, 'MediaId');
  const configuration = parameters.MediaAuditConfiguration;
  const type = configuration && jsonObject('MediaAuditConfiguration', configuration).ResourceType;
  if (type !== undefined && type !== '' && !(typeof type === 'string' && /^\w+$/.test(type))) {
    throw invalidParameter(
      'The parameter MediaAuditConfiguration accepts letters, digits and _ as ResourceType.',
    );
  }
  requireSupport('AIMediaAudit', context.region);
  requireVideo(mediaId);
  return mediaId;
}

function requireAuditTemplate(templateId: string, { templates, strictTemplates }: ActionContext): void {
  const template = templates.find(templateId);
  if (template === undefined) {
    if (strictTemplates || templateId.includes('missing')) throw templateNotFound();
    return;
  }
  if (template.type !== 'AIMediaAudit') {
    throw invalidParameter(
      `The parameter TemplateId accepts a template of type AIMediaAudit; got one of type ${template.type}.`,
    );
  }
}

function pageParameter({ PageNo }: ActionParameters): number | undefined {
  if (!PageNo) return undefined;
  if (!/^[1-9]\d{0,9}$/.test(PageNo)) {
    throw invalidParameter(`The parameter PageNo accepts an integer from 1; got "${PageNo}".`);
  }
  return Number(PageNo);
}

/** No document describes the response for a medium without a result. Half of them get no key and half an empty object. */
function resultOf(
  key: string,
  parameters: ActionParameters,
  context: ActionContext,
  result: (mediaId: string, data: object) => object,
): Record<string, unknown> {
  const mediaId = requiredParameter(parameters, 'MediaId');
  requireSupport('AIMediaAudit', context.region);
  requireVideo(mediaId);
  const at = context.now();
  const data = context.jobs
    .aiJobsOf(mediaId)
    .filter(({ type }) => type === 'AIMediaAudit')
    .map((job) => successOf(job, at))
    .filter((success) => success !== undefined)
    .sort((a, b) => a.completedAt - b.completedAt)
    .map((success) => parseJson(success.data))
    .at(-1);
  if (isObject(data)) return { [key]: result(mediaId, data) };
  return seededChoice(`no review|${mediaId}`).chance(0.5) ? {} : { [key]: {} };
}
