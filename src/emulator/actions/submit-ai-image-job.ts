import { invalidParameter, operationDenied } from '../errors.ts';
import { isSupported } from '../regions.ts';
import type { ActionContext, ActionParameters } from './action.ts';
import { templateNotFound } from './ai-templates.ts';
import { refuseMissingVideo, requiredParameter, userDataParameter } from './parameters.ts';

/** SubmitAIImageJob: starts picking covers from a video; `{JobId}`. */
export function submitAIImageJob(parameters: ActionParameters, context: ActionContext) {
  const videoId = requiredParameter(parameters, 'VideoId');
  const templateId = requiredParameter(parameters, 'AITemplateId');
  const pipelineId = parameters.AIPipelineId;
  const userData = userDataParameter(parameters);
  if (!isSupported('AIImage', context.region)) {
    throw operationDenied(`Image AI is not supported in the region ${context.region}.`);
  }
  refuseMissingVideo(videoId);
  checkTemplate(templateId, context);

  const job = context.jobs.submitAIImageJob({
    videoId,
    templateId,
    ...(userData === undefined ? {} : { userData }),
    ...(pipelineId === undefined ? {} : { pipelineId }),
  });
  return { JobId: job.jobId };
}

/**
 * Unless templates are taken strictly, an id that no template has stands for one with a configuration of its own,
 * unless it holds `missing`.
 */
function checkTemplate(templateId: string, { templates, strictTemplates }: ActionContext): void {
  const template = templates.find(templateId);
  if (template === undefined) {
    if (strictTemplates || templateId.includes('missing')) throw templateNotFound();
    return;
  }
  if (template.type !== 'AIImage') {
    throw invalidParameter(
      `The parameter AITemplateId takes a template of AIImage, got one of ${template.type}.`,
    );
  }
}
