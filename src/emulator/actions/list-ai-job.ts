import { type ListedAIJob, listedAIJob } from '../jobs/ai-job.ts';
import type { ActionContext, ActionParameters } from './action.ts';
import { idsParameter } from './parameters.ts';

/**
 * ListAIJob: `{AIJobList: {AIJob: […]}, NonExistAIJobIds: {String: […]}}`. `AIJobList` is missing where no job was
 * found, and the order is that of the ids rather than the asked one: nothing promises either.
 */
export function listAIJob(parameters: ActionParameters, { jobs, now }: ActionContext) {
  const found: ListedAIJob[] = [];
  const unknown: string[] = [];
  const at = now();
  for (const id of idsParameter(parameters, 'JobIds').sort()) {
    const job = jobs.findAIJob(id);
    if (job === undefined) unknown.push(id);
    else found.push(listedAIJob(job, at));
  }
  return {
    ...(found.length === 0 ? {} : { AIJobList: { AIJob: found } }),
    NonExistAIJobIds: { String: unknown },
  };
}
