import { createHash } from 'node:crypto';
import { invalidParameter } from '../errors.ts';
import { type AIImageJob, imagesOf, listedAIImageJob } from '../jobs/ai-image-job.ts';
import { isoSeconds } from '../jobs/lifecycle.ts';
import { requireSupport } from '../regions.ts';
import { seededChoice } from '../results/seeded-choice.ts';
import {
  type ActionContext,
  type ActionParameters,
  idsParameter,
  requiredParameter,
  requireVideo,
  userDataParameter,
} from './action.ts';
import { templateNotFound } from './ai-templates.ts';

/** SubmitAIImageJob: creates a job that picks covers from a video. Returns `{JobId}`. */
export function submitAIImageJob(parameters: ActionParameters, context: ActionContext) {
  const videoId = requiredParameter(parameters, 'VideoId');
  const templateId = requiredParameter(parameters, 'AITemplateId');
  const userData = userDataParameter(parameters);
  requireImageAI(context);
  requireVideo(videoId);
  requireImageTemplate(templateId, context);
  const job = { videoId, templateId, userData, pipelineId: parameters.AIPipelineId };
  return { JobId: context.jobs.submitAIImageJob(job).jobId };
}

/** GetAIImageJobs: `{AIImageJobList: […]}`, sorted by job id, without the jobs that do not exist. */
export function getAIImageJobs(parameters: ActionParameters, { jobs, now }: ActionContext) {
  const at = now();
  const found = idsParameter(parameters, 'JobIds')
    .sort()
    .map((id) => jobs.findAIImageJob(id))
    .filter((job) => job !== undefined);
  return { AIImageJobList: found.map((job) => listedAIImageJob(job, at)) };
}

/**
 * ListAIImageInfo: `{AIImageInfoList: […]}`, the images of a video's successful jobs without the deleted ones. The
 * images of the newest job are first.
 */
export function listAIImageInfo(parameters: ActionParameters, context: ActionContext) {
  const videoId = requiredParameter(parameters, 'VideoId');
  requireImageAI(context);
  requireVideo(videoId);
  const at = context.now();
  const infos = context.jobs
    .aiImageJobsOf(videoId)
    .reverse()
    .sort((a, b) => b.createdAt - a.createdAt)
    .flatMap((job) => imageInfosOf(job, at));
  return { AIImageInfoList: infos.filter((info) => !context.jobs.isAIImageDeleted(info.AIImageInfoId)) };
}

/**
 * DeleteAIImageInfos: returns only the request id. The document has no error for an unknown id and no list of them, so
 * unknown ids are ignored. The job's own result keeps its images.
 */
export function deleteAIImageInfos(parameters: ActionParameters, context: ActionContext) {
  const ids = idsParameter(parameters, 'AIImageInfoIds');
  requireImageAI(context);
  for (const id of ids) context.jobs.deleteAIImage(id);
  return {};
}

function requireImageAI({ region }: ActionContext): void {
  requireSupport('AIImage', region, 'Image AI is');
}

/**
 * Accepts an existing template for smart covers. Without `strictTemplates` it also accepts any unknown id that does not
 * contain `missing`.
 */
function requireImageTemplate(templateId: string, { templates, strictTemplates }: ActionContext): void {
  const template = templates.find(templateId);
  if (template === undefined) {
    if (strictTemplates || templateId.includes('missing')) throw templateNotFound();
    return;
  }
  if (template.type !== 'AIImage') {
    throw invalidParameter(
      `The parameter AITemplateId accepts a template of type AIImage; got one of type ${template.type}.`,
    );
  }
}

/** One entry of `AIImageInfoList`, as the ListAIImageInfo documentation describes it. */
export interface AIImageInfo {
  readonly AIImageInfoId: string;
  readonly VideoId: string;
  readonly JobId: string;
  /** A signed URL. It expires one hour after the call. */
  readonly FileURL: string;
  readonly Format: string;
  /** Text, although `AIImageResult` has a number. */
  readonly Score: string;
  readonly Version: string;
  readonly CreationTime: string;
}

const urlValiditySeconds = 3600;

function imageInfosOf(job: AIImageJob, now: number): AIImageInfo[] {
  const { images, completedAt } = imagesOf(job, now);
  return images.map(({ Url, Score }, index) => {
    const id = seededChoice(`image info|${job.jobId}|${index}`).hex(32);
    return {
      AIImageInfoId: id,
      VideoId: job.videoId,
      JobId: job.jobId,
      FileURL: signedUrl(Url, now),
      Format: /\.gif(\?|$)/i.test(Url) ? 'gif' : 'png',
      Score: String(Score),
      Version: seededChoice(`image version|${id}`).hex(32),
      CreationTime: isoSeconds(completedAt),
    };
  });
}

/**
 * Signs a URL as Alibaba Cloud CDN does: `auth_key=<expiry in Unix seconds>-<random>-<user>-<MD5>`.
 *
 * @param now Unix ms
 */
function signedUrl(url: string, now: number): string {
  const expiry = Math.floor(now / 1000) + urlValiditySeconds;
  const hash = createHash('md5').update(`${url}-${expiry}-0-0-emulator`).digest('hex');
  return `${url}${url.includes('?') ? '&' : '?'}auth_key=${expiry}-0-0-${hash}`;
}
