import { useEffect, useMemo, useState } from 'react';
import { type OperationResult, useClient } from 'urql';
import { coverJobUpdates, jobUpdates } from '../gateway/documents.ts';
import { type Problem, problemOf } from '../gateway/problem.ts';
import { coverJobOf, isFinal, type Job, jobOf } from './job.ts';

/** The most ids that a subscription accepts. */
const maxIds = 100;

/**
 * The jobs with their newest states. Follows those that are not final with one subscription for each kind, which ends by
 * itself when all of them are.
 */
export function useLiveJobs(jobs: readonly Job[]): { jobs: readonly Job[]; problem: Problem | undefined } {
  const client = useClient();
  const [updates, setUpdates] = useState<ReadonlyMap<string, Job>>(new Map());
  const [problem, setProblem] = useState<Problem>();
  const follow = (isCovers: boolean) =>
    jobs
      .filter((job) => !isFinal(job) && (job.kind === 'COVERS') === isCovers)
      .map(({ id }) => id)
      .slice(0, maxIds)
      .join();
  const ids = follow(false);
  const coverIds = follow(true);

  useEffect(() => {
    const receive = (job: Job) => setUpdates((known) => new Map(known).set(job.id, job));
    const fail = ({ error }: OperationResult) => setProblem(error && problemOf(error));
    const subscriptions = [
      ids &&
        client.subscription(jobUpdates, { ids: ids.split(',') }).subscribe((result) => {
          fail(result);
          if (result.data) receive(jobOf(result.data.aiJobUpdated));
        }),
      coverIds &&
        client.subscription(coverJobUpdates, { ids: coverIds.split(',') }).subscribe((result) => {
          fail(result);
          if (result.data) receive(coverJobOf(result.data.aiImageJobUpdated));
        }),
    ];
    return () => {
      for (const subscription of subscriptions) if (subscription) subscription.unsubscribe();
    };
  }, [client, ids, coverIds]);

  const newest = useMemo(
    // A final state from a query is newer than any update.
    () => jobs.map((job) => (isFinal(job) ? job : (updates.get(job.id) ?? job))),
    [jobs, updates],
  );
  return { jobs: newest, problem };
}
