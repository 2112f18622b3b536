import type { AIImageJob, AIJob, AnyJob } from '../../domain/job.ts';
import { UnknownJobsError } from '../../jobs/live/feed.ts';
import { type Follow, type GraphQLContext, resetReaders } from '../context.ts';
import { badUserInput } from '../errors.ts';
import { AIImageJobRef } from './ai-image-job.ts';
import { AIJobRef } from './ai-job.ts';
import { readsJobs } from './authorization.ts';
import { builder } from './builder.ts';
import { callCost } from './call-cost.ts';
import { checkedIds } from './job.ts';

/** Subscriptions to jobs. */

const idsDescription =
  "The jobs' ids, at most 100. An id that VOD does not know is an error, and nothing is followed.";

builder.subscriptionType({
  description: 'Follows jobs until they are final, without polling.',
  authScopes: readsJobs,
});

builder.subscriptionFields((t) => ({
  aiJobUpdated: t.field({
    type: AIJobRef,
    nullable: false,
    description:
      'The present state of each of these AI jobs, in order, and then each change; ends when all are final. ' +
      'Whoever subscribes again, after a lost connection for example, starts from the state as it is then.',
    args: { ids: t.arg.idList({ required: true, description: idsDescription }) },
    extensions: callCost({
      does: 'follow',
      kind: 'AI',
      ids: ({ ids }: { ids: readonly string[] }) => checkedIds(ids),
    }),
    subscribe: (_root, { ids }, context) => follow(context.followAIJobs, ids, context),
    resolve: (job: AIJob, _args, context) => changed(job, context),
  }),
  aiImageJobUpdated: t.field({
    type: AIImageJobRef,
    nullable: false,
    description: 'The same for image jobs.',
    args: { ids: t.arg.idList({ required: true, description: idsDescription }) },
    extensions: callCost({
      does: 'follow',
      kind: 'IMAGE',
      ids: ({ ids }: { ids: readonly string[] }) => checkedIds(ids),
    }),
    subscribe: (_root, { ids }, context) => follow(context.followAIImageJobs, ids, context),
    resolve: (job: AIImageJob, _args, context) => changed(job, context),
  }),
}));

async function follow<Job extends AnyJob>(
  followJobs: Follow<Job>,
  ids: readonly string[],
  { signal, callTrace }: GraphQLContext,
): Promise<AsyncIterable<Job>> {
  try {
    return await followJobs(checkedIds(ids), signal, callTrace);
  } catch (error) {
    if (!(error instanceof UnknownJobsError)) throw error;
    throw badUserInput(
      error.indexes.map((index) => ({
        field: `ids.${index}`,
        message: `expected the id of a job; VOD knows none with ${JSON.stringify(ids[index])}`,
      })),
    );
  }
}

function changed<Job extends AnyJob>(job: Job, context: GraphQLContext): Job {
  resetReaders(context);
  return job;
}
