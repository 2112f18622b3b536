import { operationDenied } from '../errors.ts';
import { type AIImageJob, imagesOf } from '../jobs/ai-image-job.ts';
import { isoSeconds } from '../jobs/lifecycle.ts';
import { isSupported } from '../regions.ts';
import {
  type AIImageInfo,
  imageFormat,
  imageInfoId,
  imageVersion,
  signedUrl,
} from '../results/ai-image-info.ts';
import type { ActionContext, ActionParameters } from './action.ts';
import { idsParameter, refuseMissingVideo, requiredParameter } from './parameters.ts';

/**
 * ListAIImageInfo: `{AIImageInfoList: […]}` (flat), the images that a video's successful jobs made and that were not
 * deleted, those of the newest job first.
 */
export function listAIImageInfo(parameters: ActionParameters, context: ActionContext) {
  const videoId = requiredParameter(parameters, 'VideoId');
  refuseUnsupported(context.region);
  refuseMissingVideo(videoId);
  const at = context.now();
  const infos = context.jobs
    .aiImageJobsOf(videoId)
    .reverse()
    .sort((a, b) => b.createdAt - a.createdAt)
    .flatMap((job) => infosOf(job, at));
  return { AIImageInfoList: infos.filter((info) => !context.jobs.isAIImageDeleted(info.AIImageInfoId)) };
}

/**
 * DeleteAIImageInfos: nothing but the request's id is answered. The document knows no error of an unknown id and has no
 * place for a list of them, so they are passed over. The job's own result keeps its images: only the infos go.
 */
export function deleteAIImageInfos(parameters: ActionParameters, { jobs, region }: ActionContext) {
  const ids = idsParameter(parameters, 'AIImageInfoIds');
  refuseUnsupported(region);
  for (const id of ids) jobs.deleteAIImage(id);
  return {};
}

function infosOf(job: AIImageJob, now: number): AIImageInfo[] {
  const { images, completedAt } = imagesOf(job, now);
  return images.map((image, index) => {
    const id = imageInfoId(job.jobId, index);
    return {
      AIImageInfoId: id,
      VideoId: job.videoId,
      JobId: job.jobId,
      FileURL: signedUrl(image.Url, now),
      Format: imageFormat(image),
      Score: String(image.Score),
      Version: imageVersion(id),
      CreationTime: isoSeconds(completedAt),
    };
  });
}

function refuseUnsupported(region: string): void {
  if (!isSupported('AIImage', region)) {
    throw operationDenied(`Image AI is not supported in the region ${region}.`);
  }
}
