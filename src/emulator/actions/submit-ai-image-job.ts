import { RefusedCall } from '../errors.ts';
import { isSupported } from '../regions.ts';
import type { ActionContext, ActionParameters } from './action.ts';
import { refuseMissingVideo, requiredParameter, userDataParameter } from './parameters.ts';

/** SubmitAIImageJob: starts picking covers from a video; `{JobId}`. Any template id is known. */
export function submitAIImageJob(parameters: ActionParameters, { jobs, region }: ActionContext) {
  const videoId = requiredParameter(parameters, 'VideoId');
  const templateId = requiredParameter(parameters, 'AITemplateId');
  const pipelineId = parameters.AIPipelineId;
  const userData = userDataParameter(parameters);
  if (!isSupported('AIImage', region)) {
    throw new RefusedCall(403, 'OperationDenied', `Image AI is not supported in the region ${region}.`);
  }
  refuseMissingVideo(videoId);

  const job = jobs.submitAIImageJob({
    videoId,
    templateId,
    ...(userData === undefined ? {} : { userData }),
    ...(pipelineId === undefined ? {} : { pipelineId }),
  });
  return { JobId: job.jobId };
}
