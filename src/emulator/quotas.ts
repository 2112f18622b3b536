import type { Action } from './actions/table.ts';

/** Calls per second for each action. An action that is left out has no limit. */
export type CallsPerSecond = Readonly<Partial<Record<Action, number>>>;

/**
 * The documented limits of an account. Sources: the vendor's API metadata, the SDK of August 2023, and "Limits" of 2021
 * for actions whose own document has no limit: 100 for AI queries (ListAIJob, GetAIMediaAuditJob and the details of reviews), 30
 * for submissions of reviews, and 10 for configuration (DeleteAITemplate, GetMessageCallback).
 */
export const documentedLimits: CallsPerSecond = {
  AddAITemplate: 5,
  DeleteAIImageInfos: 100,
  DeleteAITemplate: 10,
  GetAIImageJobs: 30,
  GetAIMediaAuditJob: 100,
  GetAITemplate: 5,
  GetAIVideoTagResult: 10,
  GetDefaultAITemplate: 10,
  GetJobDetail: 15,
  GetMediaAuditAudioResultDetail: 100,
  GetMediaAuditResult: 20,
  GetMediaAuditResultDetail: 100,
  GetMediaAuditResultTimeline: 100,
  GetMediaDNAResult: 20,
  GetMessageCallback: 10,
  ListAIImageInfo: 100,
  ListAIJob: 100,
  ListAITemplate: 5,
  ListJobInfo: 15,
  SetDefaultAITemplate: 5,
  SetMessageCallback: 15,
  SubmitAIImageAuditJob: 30,
  SubmitAIImageJob: 30,
  SubmitAIJob: 30,
  SubmitAIMediaAuditJob: 30,
  SubmitMediaDNADeleteJob: 10,
  UpdateAITemplate: 5,
};
