import DataLoader from 'dataloader';
import { Pool } from 'undici';

/**
 * Reads jobs for the servers that the gateway is compared with: no signature, no retry, no deadline, no checks. Each is
 * started with the port to listen on and the origin of VOD.
 */

/** Where to listen. */
export const port = Number(process.argv[2]);
const pool = new Pool(process.argv[3] ?? '');

interface WireJob {
  readonly JobId: string;
  readonly MediaId: string;
  readonly Type: string;
  readonly Status: string;
  readonly Data?: string;
}

interface Answer {
  readonly Code?: string;
  readonly AIJobList?: { readonly AIJob: readonly WireJob[] };
}

/** A job as the schema shows it. */
export interface Job {
  readonly id: string;
  readonly type: string | undefined;
  readonly status: string;
  readonly video: { readonly id: string };
  readonly data: string | undefined;
}

export type JobLoader = DataLoader<string, Job | undefined>;

/** The loader of one request: what it asks for in one tick leaves in tens. */
export function createJobLoader(): JobLoader {
  return new DataLoader(listAIJob, { maxBatchSize: 10 });
}

const types: Readonly<Record<string, string>> = { AIVideoTag: 'VIDEO_TAG', AIMediaDNA: 'MEDIA_DNA' };

async function listAIJob(ids: readonly string[]): Promise<(Job | undefined)[]> {
  const { statusCode, body } = await pool.request({
    method: 'GET',
    path: `/?Action=ListAIJob&JobIds=${ids.join(',')}`,
  });
  const answer = (await body.json()) as Answer;
  if (statusCode !== 200) throw new Error(answer.Code);
  const jobs = new Map<string, Job>();
  for (const job of answer.AIJobList?.AIJob ?? []) {
    jobs.set(job.JobId, {
      id: job.JobId,
      type: types[job.Type],
      status: job.Status.toUpperCase(),
      video: { id: job.MediaId },
      data: job.Data,
    });
  }
  return ids.map((id) => jobs.get(id));
}
