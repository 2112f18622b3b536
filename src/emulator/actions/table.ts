import type { ActionHandler } from './action.ts';
import { getAIImageJobs } from './get-ai-image-jobs.ts';
import { listAIJob } from './list-ai-job.ts';
import { submitAIImageJob } from './submit-ai-image-job.ts';
import { submitAIJob } from './submit-ai-job.ts';

/** Every action that the emulator has. */
export const actions = {
  GetAIImageJobs: getAIImageJobs,
  ListAIJob: listAIJob,
  SubmitAIImageJob: submitAIImageJob,
  SubmitAIJob: submitAIJob,
} as const satisfies Record<string, ActionHandler>;

export type Action = keyof typeof actions;

export const actionNames = Object.keys(actions) as readonly Action[];

export function isAction(name: string): name is Action {
  return Object.hasOwn(actions, name);
}
