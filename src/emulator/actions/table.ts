import type { ActionHandler } from './action.ts';
import { deleteAIImageInfos, listAIImageInfo } from './ai-image-infos.ts';
import {
  addAITemplate,
  deleteAITemplate,
  getAITemplate,
  getDefaultAITemplate,
  listAITemplate,
  setDefaultAITemplate,
  updateAITemplate,
} from './ai-templates.ts';
import { getAIImageJobs } from './get-ai-image-jobs.ts';
import { listAIJob } from './list-ai-job.ts';
import { getAIVideoTagResult, getMediaDNAResult } from './results-by-media.ts';
import { submitAIImageJob } from './submit-ai-image-job.ts';
import { submitAIJob } from './submit-ai-job.ts';

/** Every action that the emulator has. */
export const actions = {
  AddAITemplate: addAITemplate,
  DeleteAIImageInfos: deleteAIImageInfos,
  DeleteAITemplate: deleteAITemplate,
  GetAIImageJobs: getAIImageJobs,
  GetAITemplate: getAITemplate,
  GetAIVideoTagResult: getAIVideoTagResult,
  GetDefaultAITemplate: getDefaultAITemplate,
  GetMediaDNAResult: getMediaDNAResult,
  ListAIImageInfo: listAIImageInfo,
  ListAIJob: listAIJob,
  ListAITemplate: listAITemplate,
  SetDefaultAITemplate: setDefaultAITemplate,
  SubmitAIImageJob: submitAIImageJob,
  SubmitAIJob: submitAIJob,
  UpdateAITemplate: updateAITemplate,
} as const satisfies Record<string, ActionHandler>;

export type Action = keyof typeof actions;

export const actionNames = Object.keys(actions) as readonly Action[];

export function isAction(name: string): name is Action {
  return Object.hasOwn(actions, name);
}
