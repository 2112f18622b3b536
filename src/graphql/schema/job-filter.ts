import type { AIJobStatus, AIJobType } from '../../domain/job.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { filterOfVideo } from './ids.ts';

/** The state of jobs, and the arguments and inputs by which lists of jobs are filtered. */

export const AIJobStatusEnum = builder.enumType('AIJobStatus', {
  description: 'The processing state of a job.',
  values: {
    INIT: { description: 'VOD has accepted the job and has not started it.' },
    PROCESSING: { description: 'VOD is processing the job.' },
    SUCCESS: { description: 'The job has succeeded. Its result is available. This state is final.' },
    FAIL: { description: 'The job has failed. `failure` gives the reason. This state is final.' },
  } satisfies Record<AIJobStatus, object>,
});

/** The arguments that filter the jobs of one video. */
export interface JobFilter {
  readonly type?: AIJobType | null | undefined;
  readonly status?: AIJobStatus | null | undefined;
}

/** The values of the inputs `AIJobFilter` and `AIImageJobFilter`. */
export interface KnownJobsFilter {
  readonly status?: readonly AIJobStatus[] | null | undefined;
  readonly type?: readonly AIJobType[] | null | undefined;
  readonly videoId?: string | null | undefined;
  readonly createdAfter?: Date | null | undefined;
  readonly createdBefore?: Date | null | undefined;
}

/** The conditions of a filter, for the ledger; throws `BAD_USER_INPUT` if the id of the video is invalid. */
export function jobsFilter({ status, type, videoId, createdAfter, createdBefore }: KnownJobsFilter) {
  return {
    statuses: status ?? undefined,
    types: type ?? undefined,
    ...filterOfVideo(videoId),
    since: createdAfter?.getTime(),
    until: createdBefore?.getTime(),
  };
}

/** The fields of filters that all kinds of jobs have. */
export function jobFilterFields(t: PothosSchemaTypes.InputFieldBuilder<SchemaTypes, 'InputObject'>) {
  return {
    status: t.field({
      type: [AIJobStatusEnum],
      description: 'Only jobs that were in one of these states when the gateway last read them.',
    }),
    videoId: t.id({ description: 'Only jobs on this video: 1 to 64 characters.' }),
    createdAfter: t.field({
      type: 'DateTime',
      description: 'Only jobs that were submitted at this time or later.',
    }),
    createdBefore: t.field({
      type: 'DateTime',
      description: 'Only jobs that were submitted before this time.',
    }),
  };
}

/** The argument `status` of a list of jobs. */
export const statusArgument = builder.args((t) => ({
  status: t.field({
    type: AIJobStatusEnum,
    description: 'Only jobs that were in this state when the gateway last read them are returned.',
  }),
}));
