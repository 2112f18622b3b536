import { z } from 'zod';
import type { Decoded } from '../domain/decoded.ts';
import { anything, decodeFailure, decodeStatus, decodeText, decodeTime, rawText } from './fields.ts';

/** The common fields of the jobs that have their result in `Data`: those of ListAIJob and GetAIMediaAuditJob. */
export const wireDataJob = z.object({
  JobId: z.string().min(1),
  MediaId: anything,
  Status: anything,
  Code: anything,
  Message: anything,
  CreationTime: anything,
  CompleteTime: anything,
  Data: anything,
});

/** The fields of a job of which only the response to its submission is known. */
export const submittedDataJob = {
  origin: 'submitted',
  status: 'INIT',
  createdAt: undefined,
  completedAt: undefined,
  failure: undefined,
  data: undefined,
  result: () => undefined,
  wire: undefined,
} as const;

/**
 * Decodes one job. An undecodable field leaves the other fields intact.
 *
 * @param decodeResult decodes `Data` of a successful job, on first use
 */
export function decodeDataJob<Wire extends z.infer<typeof wireDataJob>, Result>(
  job: Wire,
  requestId: string | undefined,
  decodeResult: (data: unknown) => Decoded<Result>,
) {
  const status = decodeStatus(job.Status);
  let result: { readonly value: Decoded<Result> } | undefined;
  return {
    origin: 'read' as const,
    requestId,
    id: job.JobId,
    videoId: decodeText(job.MediaId),
    status,
    createdAt: decodeTime('CreationTime', job.CreationTime),
    completedAt: decodeTime('CompleteTime', job.CompleteTime),
    failure: decodeFailure(status, job.Code, job.Message),
    data: rawText(job.Data),
    result(): Decoded<Result> {
      if (status !== 'SUCCESS') return undefined;
      result ??= { value: decodeResult(job.Data) };
      return result.value;
    },
    wire: job,
  };
}
