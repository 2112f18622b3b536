import { ApiError, invalidParameter } from '../errors.ts';
import { type AIJob, type AIJobType, listedAIJob } from '../jobs/ai-job.ts';
import { isoSeconds } from '../jobs/lifecycle.ts';
import { seededChoice } from '../results/seeded-choice.ts';
import { type ActionContext, type ActionParameters, requiredParameter, requireVideo } from './action.ts';

/** The jobs of the last six months are listed. */
const listedMs = 180 * 86_400_000;
const userId = 1234567890;

/** The names of the types in GetJobDetail: those of DescribeVodAIData. */
const internalTypes: Readonly<Record<AIJobType, string>> = {
  AIMediaAudit: 'AIVideoCensor',
  AIMediaDNA: 'AIVideoFPShot',
  AIVideoTag: 'AIVideoTag',
};

/** ListJobInfo: `{MediaId, JobType, JobInfoList: [{JobId, Status, UserId, CreateTime, CompleteTime}]}`. */
export function listJobInfo(parameters: ActionParameters, context: ActionContext) {
  const mediaId = requiredParameter(parameters, 'MediaId');
  const jobType = jobTypeParameter(parameters, ['ai', 'transcode', 'snapshot']);
  requireVideo(mediaId);
  const at = context.now();
  const jobs = jobType === 'ai' ? context.jobs.aiJobsOf(mediaId).filter((job) => isListed(job, at)) : [];
  return {
    MediaId: mediaId,
    JobType: jobType,
    JobInfoList: jobs.map((job) => ({ JobId: job.jobId, UserId: userId, ...commonInfo(job, at) })),
  };
}

/** GetJobDetail: `{JobType, AIJobDetail: {…}}`. The emulator has no jobs of the other types. */
export function getJobDetail(parameters: ActionParameters, { jobs, now }: ActionContext) {
  const jobId = requiredParameter(parameters, 'JobId');
  const jobType = jobTypeParameter(parameters, ['ai', 'transcode', 'snapshot', 'workflow']);
  const at = now();
  const job = jobType === 'ai' ? jobs.findAIJob(jobId) : undefined;
  if (job === undefined || !isListed(job, at)) {
    // No document names the error for an unknown job. This is the product's code for other resources.
    throw new ApiError(404, 'NoSuchResource', `The specified resource ${jobId} does not exist.`);
  }
  return {
    JobType: jobType,
    AIJobDetail: {
      JobId: job.jobId,
      MediaId: job.mediaId,
      JobType: internalTypes[job.type],
      Trigger: job.trigger ?? 'Manual',
      TemplateConfig: '{}',
      UserId: userId,
      ...commonInfo(job, at),
    },
  };
}

function isListed({ createdAt }: AIJob, now: number): boolean {
  return createdAt > now - listedMs;
}

function commonInfo(job: AIJob, now: number) {
  const { Status, CompleteTime } = listedAIJob(job, now);
  // The samples of both actions end times with a line break. Half of the jobs have one, so that clients meet both.
  const end = seededChoice(`times|${job.jobId}`).chance(0.5) ? '\n' : '';
  return {
    Status: Status === 'init' ? 'reserved' : Status,
    CreateTime: isoSeconds(job.createdAt) + end,
    CompleteTime: CompleteTime === undefined ? undefined : CompleteTime + end,
  };
}

function jobTypeParameter(parameters: ActionParameters, types: readonly string[]): string {
  const type = requiredParameter(parameters, 'JobType');
  if (types.includes(type)) return type;
  throw invalidParameter(`The parameter JobType accepts ${types.join(', ')}; got "${type}".`);
}
