import { listedAIImageJob } from '../jobs/ai-image-job.ts';
import type { ActionContext, ActionParameters } from './action.ts';
import { idsParameter } from './parameters.ts';

/** GetAIImageJobs: `{AIImageJobList: […]}`, in the order of the ids; a job that does not exist is not in it. */
export function getAIImageJobs(parameters: ActionParameters, { jobs, now }: ActionContext) {
  const at = now();
  const found = idsParameter(parameters, 'JobIds')
    .sort()
    .map((id) => jobs.findAIImageJob(id))
    .filter((job) => job !== undefined);
  return { AIImageJobList: found.map((job) => listedAIImageJob(job, at)) };
}
