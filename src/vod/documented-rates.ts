/**
 * The documented limits of the API in calls per second, for all users of an account together. The limits differ by region
 * and load, so they are only the rates at which the gateway starts: throttling lowers them and success raises them.
 *
 * Sources: the vendor's SDK of August 2023, which the API's documents quote, and the documents of AddAITemplate and
 * SetDefaultAITemplate. No document has a limit for ListAIJob or DeleteAITemplate.
 */
export const documentedRates: Readonly<Record<string, number>> = {
  AddAITemplate: 5,
  DeleteAIImageInfos: 100,
  GetAIImageJobs: 30,
  GetAITemplate: 5,
  GetAIVideoTagResult: 10,
  GetDefaultAITemplate: 10,
  GetJobDetail: 15,
  GetMediaAuditResult: 20,
  GetMediaDNAResult: 20,
  ListAIImageInfo: 100,
  ListAITemplate: 5,
  ListJobInfo: 15,
  SetDefaultAITemplate: 5,
  SubmitAIImageJob: 30,
  SubmitAIJob: 30,
  SubmitMediaDNADeleteJob: 10,
  UpdateAITemplate: 5,
};
