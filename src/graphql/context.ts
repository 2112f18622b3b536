import type { AIImageJob, AIJob } from '../domain/job.ts';
import type { Listing } from '../jobs/listing.ts';
import type { JobLoader } from '../jobs/loader.ts';
import type { Submissions } from '../jobs/submission.ts';

/** What the resolvers of one request work with. The loaders are its identity map and end with it. */
export interface GraphQLContext {
  readonly aiJobs: JobLoader<AIJob>;
  readonly aiImageJobs: JobLoader<AIImageJob>;
  readonly submissions: Submissions;
  readonly listing: Listing;
}
