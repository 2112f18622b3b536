import type { ActionHandler } from './action.ts';
import { deleteAIImageInfos, getAIImageJobs, listAIImageInfo, submitAIImageJob } from './ai-image-jobs.ts';
import { listAIJob, submitAIJob } from './ai-jobs.ts';
import {
  addAITemplate,
  deleteAITemplate,
  getAITemplate,
  getDefaultAITemplate,
  listAITemplate,
  setDefaultAITemplate,
  updateAITemplate,
} from './ai-templates.ts';
import { getJobDetail, listJobInfo } from './job-info.ts';
import {
  getAIMediaAuditJob,
  getMediaAuditAudioResultDetail,
  getMediaAuditResult,
  getMediaAuditResultDetail,
  getMediaAuditResultTimeline,
  submitAIImageAuditJob,
  submitAIMediaAuditJob,
  submitMediaDNADeleteJob,
} from './media-audit.ts';
import { getMessageCallback, setMessageCallback } from './message-callback.ts';
import { getAIVideoTagResult, getMediaDNAResult } from './video-results.ts';

/** The actions that the emulator supports. */
export const actions = {
  AddAITemplate: addAITemplate,
  DeleteAIImageInfos: deleteAIImageInfos,
  DeleteAITemplate: deleteAITemplate,
  GetAIImageJobs: getAIImageJobs,
  GetAIMediaAuditJob: getAIMediaAuditJob,
  GetAITemplate: getAITemplate,
  GetAIVideoTagResult: getAIVideoTagResult,
  GetDefaultAITemplate: getDefaultAITemplate,
  GetJobDetail: getJobDetail,
  GetMediaAuditAudioResultDetail: getMediaAuditAudioResultDetail,
  GetMediaAuditResult: getMediaAuditResult,
  GetMediaAuditResultDetail: getMediaAuditResultDetail,
  GetMediaAuditResultTimeline: getMediaAuditResultTimeline,
  GetMediaDNAResult: getMediaDNAResult,
  GetMessageCallback: getMessageCallback,
  ListAIImageInfo: listAIImageInfo,
  ListAIJob: listAIJob,
  ListAITemplate: listAITemplate,
  ListJobInfo: listJobInfo,
  SetDefaultAITemplate: setDefaultAITemplate,
  SetMessageCallback: setMessageCallback,
  SubmitAIImageAuditJob: submitAIImageAuditJob,
  SubmitAIImageJob: submitAIImageJob,
  SubmitAIJob: submitAIJob,
  SubmitAIMediaAuditJob: submitAIMediaAuditJob,
  SubmitMediaDNADeleteJob: submitMediaDNADeleteJob,
  UpdateAITemplate: updateAITemplate,
} as const satisfies Record<string, ActionHandler>;

export type Action = keyof typeof actions;

export const actionNames = Object.keys(actions) as readonly Action[];

export function isAction(name: string): name is Action {
  return Object.hasOwn(actions, name);
}
