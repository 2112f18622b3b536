import { send } from './fetch.ts';

const WaitForAIJob = `
  query WaitForAIJob($id: ID!) {
    aiJob(id: $id, waitMs: 25000) { id status failure { code message } }
  }
`;

interface Job {
  readonly id: string;
  readonly status: 'INIT' | 'PROCESSING' | 'SUCCESS' | 'FAIL';
}

/** Waits for the end of a job, with one request at a time. */
export async function waitForJob(url: string, apiKey: string, id: string): Promise<Job> {
  for (;;) {
    const { data, errors } = await send<{ aiJob: Job | null }>(url, apiKey, WaitForAIJob, { id });
    if (!data?.aiJob) throw new Error(errors?.[0]?.message ?? 'there is no such job');
    if (['SUCCESS', 'FAIL'].includes(data.aiJob.status)) return data.aiJob;
  }
}
