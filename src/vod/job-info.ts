import { z } from 'zod';
import { type Decoded, Undecodable } from '../domain/decoded.ts';
import type { AIJobStatus } from '../domain/job.ts';
import type { CallObserver, CallOptions, RpcClient } from '../rpc/client.ts';
import { InvalidResponseError } from '../rpc/errors.ts';
import { anything, decodeStatus, decodeText, decodeTime, decodeWord } from './fields.ts';
import { decodeBody, decodeIfFound } from './responses.ts';

/** ListJobInfo and GetJobDetail: the jobs of the last six months, whoever submitted them. */

/** One AI job of a video. ListJobInfo does not say of which type it is. */
export interface ListedJob {
  readonly id: string;
  readonly status: Decoded<AIJobStatus>;
  readonly createdAt: Decoded<Date>;
}

/** The AI jobs of one video: smart tags, video DNA and reviews. */
export interface JobList {
  readonly jobs: readonly ListedJob[];
  /** The number of listed jobs whose id cannot be decoded. */
  readonly undecodable: number;
  /** Whether the response repeats the id of the video, so that it certainly is the response to this question. */
  readonly isOfVideo: boolean;
  /** VOD's time when it responded, in Unix milliseconds. */
  readonly serverTime: number | undefined;
}

/** What started a job. On the wire: `Auto`, for a workflow, and `Manual`. */
export type JobTrigger = 'AUTO' | 'MANUAL';

export interface JobDetail {
  readonly id: string;
  readonly videoId: string | undefined;
  /** VOD's internal name of the type: `AIVideoTag`, `AIVideoFPShot` for video DNA, `AIVideoCensor` for a review. */
  readonly internalType: string | undefined;
  readonly trigger: Decoded<JobTrigger>;
  readonly createdAt: Decoded<Date>;
}

/** The actions. They reject only with an `RpcError`. */
export interface JobInfoActions {
  /** ListJobInfo. `undefined` if the video does not exist. */
  listJobInfo(videoId: string, signal?: AbortSignal, observer?: CallObserver): Promise<JobList | undefined>;
  /** GetJobDetail. `undefined` if the job does not exist or is older than six months. */
  jobDetail(jobId: string, signal?: AbortSignal, observer?: CallObserver): Promise<JobDetail | undefined>;
  /** The current rate limit of one of the two actions, in calls per second. */
  jobInfoRate(action: JobInfoAction): number;
}

export type JobInfoAction = 'ListJobInfo' | 'GetJobDetail';

/** The internal name of review jobs in GetJobDetail and DescribeVodAIData. */
export const REVIEW_TYPE = 'AIVideoCensor';

/** Creates the actions. */
export function jobInfoActions(rpc: RpcClient): JobInfoActions {
  const call = (
    action: JobInfoAction,
    parameters: Record<string, string>,
    options: Pick<CallOptions, 'signal' | 'observer'>,
  ) => rpc.call(action, { ...parameters, JobType: 'ai' }, { kind: 'read', ...options });
  return {
    listJobInfo: (videoId, signal, observer) =>
      decodeIfFound(call('ListJobInfo', { MediaId: videoId }, { signal, observer }), (response) => {
        const { MediaId, JobInfoList } = decodeBody(response, listResponse);
        const isOfVideo = MediaId === videoId;
        // Without its id and its list, the response is not about this video.
        if (JobInfoList === undefined && !isOfVideo) {
          throw new InvalidResponseError('neither MediaId nor JobInfoList', response);
        }
        const elements = (JobInfoList ?? []).map((element) => wireInfo.safeParse(element));
        const jobs = elements.flatMap(({ data }) => (data ? [decodeInfo(data)] : []));
        return {
          jobs,
          undecodable: elements.length - jobs.length,
          isOfVideo,
          serverTime: response.serverTime,
        };
      }),
    jobDetail: (jobId, signal, observer) =>
      decodeIfFound(call('GetJobDetail', { JobId: jobId }, { signal, observer }), (response) => {
        const { AIJobDetail } = decodeBody(response, detailResponse);
        return {
          id: AIJobDetail.JobId,
          videoId: decodeText(AIJobDetail.MediaId),
          internalType: decodeText(AIJobDetail.JobType),
          trigger: decodeWord('Trigger', AIJobDetail.Trigger, triggers),
          createdAt: decodeInfoTime(AIJobDetail.CreateTime),
        };
      }),
    jobInfoRate: (action) => rpc.rate(action),
  };
}

const listResponse = z.object({ MediaId: anything, JobInfoList: z.array(z.unknown()).nullish() });
const wireInfo = z.object({ JobId: z.string().min(1), Status: anything, CreateTime: anything });
const detailResponse = z.object({
  AIJobDetail: z.object({
    JobId: z.string().min(1),
    MediaId: anything,
    JobType: anything,
    Trigger: anything,
    CreateTime: anything,
  }),
});

const triggers: Readonly<Record<string, JobTrigger>> = { Auto: 'AUTO', Manual: 'MANUAL' };

function decodeInfo({ JobId, Status, CreateTime }: z.infer<typeof wireInfo>): ListedJob {
  return { id: JobId, status: decodeStatus(Status), createdAt: decodeInfoTime(CreateTime) };
}

/** A time of these actions. The samples end with a line break. */
function decodeInfoTime(value: unknown): Decoded<Date> {
  return decodeTime('CreateTime', typeof value === 'string' ? value.trim() : value);
}

/** The time of creation in Unix milliseconds. `undefined` if it is absent or undecodable. */
export function createdAtOf({ createdAt }: Pick<ListedJob, 'createdAt'>): number | undefined {
  return createdAt instanceof Undecodable ? undefined : createdAt?.getTime();
}
