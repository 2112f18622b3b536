import type { ObjectRef } from '@pothos/core';
import { type Decoded, Undecodable } from '../../domain/decoded.ts';
import { MAX_IDS } from '../../domain/id.ts';
import type { AnyJob, JobFailure, JobKind, JobOf } from '../../domain/job.ts';
import type { OneJobSubmissionOutcome } from '../../domain/submission.ts';
import { kinds } from '../../jobs/kinds.ts';
import { currentJob } from '../../jobs/listing.ts';
import { UnknownJobsError } from '../../jobs/live/feed.ts';
import { jobBytes } from '../../jobs/lookup/cache.ts';
import type { JobLoader } from '../../jobs/lookup/loader.ts';
import type { JobEntry, PageQuery } from '../../ledger/ledger.ts';
import type { Follow, GraphQLContext } from '../context.ts';
import { badUserInput, undecodableField } from '../errors.ts';
import { type JobSource, readsWithVOD, sourceArgument } from './ai-job-source.ts';
import { builder, readsJobs, type SchemaTypes } from './builder.ts';
import {
  connectionType,
  isPagedBy,
  type PageArguments,
  pageArguments,
  pageOf,
  pageRequest,
} from './connection.ts';
import { cachedWithParent, callsVOD, hasItems, nullOnlyOnError, readsJobsTogether } from './directives.ts';
import { checkedId, checkedIds } from './ids.ts';
import {
  AIJobStatusEnum,
  type JobFilter,
  jobFilterFields,
  jobsFilter,
  type KnownJobsFilter,
  statusArgument,
} from './job-filter.ts';
import { refuse } from './scopes.ts';
import { madeBy, payloadFields } from './user-error.ts';
import { Video } from './video.ts';
import { checkedWaitMs, loadFinal, waitMsArgument } from './wait.ts';

/** What all kinds of jobs share: common fields, entity, queries, subscription and lists. */

const JobFailureType = builder.objectRef<JobFailure>('AIJobFailure').implement({
  description: 'The reason why a job failed.',
  directives: cachedWithParent,
  fields: (t) => ({
    code: t.exposeString('code', { description: "VOD's error code. Null if VOD gives none." }),
    message: t.exposeString('message', { description: "VOD's error message. Null if VOD gives none." }),
  }),
});

/** Arguments or fields that only some kinds have. Their types do not matter here. */
type NoArguments = ReturnType<typeof builder.args<Record<never, never>>>;

export interface JobTypeOptions<Kind extends JobKind> {
  readonly kind: Kind;
  /** The name of the type: `AIJob`. The root fields, the lists, the connection and the edge derive their names from it. */
  readonly name: `AI${string}`;
  /** A job of this kind, in descriptions: `AI job`. */
  readonly noun: string;
  /** The VOD action that submits jobs of this kind, for errors. */
  readonly submitAction: string;
  /** Whether VOD lists the jobs of this kind by video. The list of a video's jobs then has the argument `source`. */
  readonly isListedByVOD?: boolean;
  /** Further arguments of the list of a video's jobs. */
  readonly videoArguments?: NoArguments;
  /** Further fields of the filter for the jobs of all videos. */
  readonly filterFields?: (t: PothosSchemaTypes.InputFieldBuilder<SchemaTypes, 'InputObject'>) => NoArguments;
}

/**
 * Creates the type of one kind of job, its entity, its queries (`aiJob`, `aiJobs`, `knownAIJobs`), its subscription
 * (`aiJobUpdated`), its list of a video (`Video.aiJobs`) and its connection (`AIJobConnection`). The caller implements the
 * type with `fields` and the fields of that kind.
 *
 * A caller with the scope `jobs:submit` only sees the fields that the response to a submission contains. All other
 * fields require `jobs:read`.
 */
export function jobType<Kind extends JobKind>(options: JobTypeOptions<Kind>) {
  type Job = JobOf[Kind];
  const { kind, name, noun, submitAction } = options;
  const { records, read: readAction } = kinds[kind];
  const { action, maxIds } = readAction;
  const loader = ({ loaders }: GraphQLContext): JobLoader<Job> => loaders[kind];
  const ref = builder.objectRef<Job>(name);
  // The return type of a Pothos resolver depends on whether the field is a list, which TypeScript cannot decide for a
  // type parameter. Fields that return one job therefore have the type of any job.
  const anyRef: ObjectRef<SchemaTypes, AnyJob> = ref;

  /** The value of a decoded field; throws `UPSTREAM_INVALID_RESPONSE` if VOD sent something else. */
  const read = <T>(job: Job, value: Decoded<T>): T | undefined =>
    fieldValue(value, job.origin === 'read' ? action : submitAction, job.requestId);

  /** Resolves a field that the response to a submission lacks. Looks the job up if only that response is known. */
  const readComplete =
    <T>(field: (job: Job) => Decoded<T>) =>
    (job: Job, _args: object, context: GraphQLContext): T | undefined | Promise<T | undefined> =>
      job.origin === 'read'
        ? read(job, field(job))
        : loader(context)
            .load(job.id)
            .then((complete) => complete && read(complete, field(complete)));

  const fields = (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Job>) => ({
    id: t.id({
      nullable: false,
      description: 'The id of the job, assigned by VOD.',
      resolve: ({ id }) => id,
    }),
    status: t.field({
      type: AIJobStatusEnum,
      description: 'The processing state. `SUCCESS` and `FAIL` are final. Null if VOD does not report it.',
      resolve: (job) => read(job, job.status),
    }),
    video: t.field({
      type: Video,
      directives: cachedWithParent,
      description: 'The video that the job processes. Null if VOD does not name it.',
      resolve: ({ videoId }) => (videoId === undefined ? undefined : { id: videoId }),
    }),
    createdAt: t.field({
      type: 'DateTime',
      extensions: readsJobs,
      description: 'The time at which VOD created the job. Null if VOD does not report it.',
      resolve: readComplete(({ createdAt }) => createdAt),
    }),
    failure: t.field({
      type: JobFailureType,
      extensions: readsJobs,
      description: 'The reason why the job failed. Null unless `status` is `FAIL`.',
      resolve: ({ failure }) => failure,
    }),
  });

  builder.asEntity(ref, {
    key: builder.selection<{ id: string }>('id'),
    // Async, so that an error fails only this reference.
    resolveReference: async ({ id }, context, info) =>
      context.caller.scopes.has(readsJobs.scope)
        ? loader(context).load(checkedId(id))
        : refuse(context, info, readsJobs.scope),
  });

  const fieldName = `ai${name.slice('AI'.length)}`;

  builder.queryFields((t) => ({
    [fieldName]: t.field({
      type: anyRef,
      directives: callsVOD(1),
      description: `The ${noun} with this id. Null if VOD has no such job.`,
      args: {
        id: t.arg.id({ required: true, description: 'The id of the job: 1 to 64 characters.' }),
        ...waitMsArgument('the job is final'),
      },
      resolve: async (_root, args, context): Promise<AnyJob | undefined> => {
        const id = checkedId(args.id);
        const waitMs = checkedWaitMs(args.waitMs);
        if (waitMs === undefined) return loader(context).load(id);
        const load = async () => [await loader(context).load(id)];
        const { waits } = context.services.live[kind];
        const [latest] = await loadFinal({ load, count: 1, waitMs, waits, action, context });
        if (latest instanceof Error) throw latest;
        return latest;
      },
    }),
    [`${fieldName}s`]: t.field({
      type: [ref],
      directives: { ...readsJobsTogether(readAction), ...hasItems(MAX_IDS) },
      nullable: { list: false, items: true },
      description: `The ${noun}s with these ids: one entry for each id, in order. An entry is null if VOD has no such job.`,
      args: {
        ids: t.arg.idList({ required: true, description: `The ids of the jobs: at most ${MAX_IDS}.` }),
        ...waitMsArgument('all jobs are final'),
      },
      resolve: async (_root, args, context) => {
        const ids = checkedIds(args.ids);
        const waitMs = checkedWaitMs(args.waitMs);
        context.budget.expect(ids.length);
        const load = () => loadInOrder(loader(context), ids);
        if (waitMs === undefined) return load();
        const { waits } = context.services.live[kind];
        const count = ids.length;
        const latest = await loadFinal({ load, count, waitMs, waits, action, context });
        // GraphQL takes an error in a list as the error of its entry, which the types do not say.
        return latest as (Job | undefined)[];
      },
    }),
  }));

  builder.subscriptionField(`${fieldName}Updated`, (t) =>
    t.field({
      type: anyRef,
      directives: callsVOD(Math.ceil(MAX_IDS / maxIds)),
      nullable: false,
      description:
        `Sends the current state of each of these ${noun}s, in order, and then every change. Ends when all jobs are ` +
        'final. After a lost connection, subscribe again: the subscription starts with the current states.',
      args: {
        ids: t.arg.idList({
          required: true,
          description: `The ids of the jobs: at most ${MAX_IDS}. If VOD has no job with one of them, the subscription fails.`,
        }),
      },
      subscribe: (_root, args, context) => follow<Job>(context.services.live[kind].follow, args.ids, context),
      resolve: async (job: Job, _args, context): Promise<AnyJob> => {
        context.startEvent();
        const { budget, callerKey, services } = context;
        // All subscribers of a job get its state at once. Together they can take seconds, and more memory than there is.
        const bytes = jobBytes(job);
        budget.holdBytes(bytes);
        const microseconds = MICROSECONDS_PER_EVENT + bytes * MICROSECONDS_PER_BYTE;
        const turn = budget.turn() ?? services.eventTurns.take(callerKey, microseconds);
        if (turn) await turn;
        return job;
      },
    }),
  );

  const { connection, edge } = connectionType<JobEntry>(name, `${noun}s`);
  const current = (entry: JobEntry, context: GraphQLContext): Promise<Job> =>
    currentJob(entry, records, loader(context), context.listing);

  builder.objectField(edge, 'node', (t) =>
    t.field({
      type: anyRef,
      directives: { ...nullOnlyOnError, ...readsJobsTogether(readAction) },
      description: 'The job. A job that was not final when last read is read again from VOD.',
      resolve: (entry, _args, context): Promise<AnyJob> => current(entry, context),
    }),
  );

  builder.objectField(Video, `${fieldName}s`, (t) =>
    t.field({
      type: connection,
      extensions: readsJobs,
      directives: { ...nullOnlyOnError, ...isPagedBy('first', 'last') },
      description: options.isListedByVOD
        ? `The ${noun}s of this video, newest first: those that were submitted through this gateway, or with ` +
          '`source: VOD` all of the last six months.'
        : `The ${noun}s that were submitted for this video through this gateway, newest first.`,
      args: {
        ...pageArguments,
        ...statusArgument,
        ...options.videoArguments,
        ...(options.isListedByVOD ? sourceArgument : undefined),
      },
      resolve({ id: videoId }, args: PageArguments & JobFilter & JobSource, context) {
        const isUnion = args.source === 'VOD';
        const listing = isUnion ? context.unionListing : context.listing;
        const request = pageRequest(args);
        const matching = { kind, videoId, type: args.type ?? undefined, status: args.status ?? undefined };
        const reads = {
          find: (page: PageQuery) => listing.videoJobs({ ...matching, ...page }),
          count: () => listing.countVideoJobs({ ...matching, limit: 0, order: 'newest' }),
        };
        return pageOf<JobEntry>(
          request,
          isUnion ? readsWithVOD(matching, reads, context) : reads,
          context.budget,
        );
      },
    }),
  );

  const filter = builder.inputType(`${name}Filter`, {
    description: `Selects ${noun}s. A job must match every field that is given.`,
    fields: (t) => ({ ...jobFilterFields(t), ...options.filterFields?.(t) }),
  });

  builder.queryField(`known${name}s`, (t) =>
    t.field({
      type: connection,
      directives: { ...nullOnlyOnError, ...isPagedBy('first', 'last') },
      description: `The ${noun}s that were submitted through this gateway, newest first.`,
      args: { ...pageArguments, filter: t.arg({ type: filter, description: 'The jobs to return.' }) },
      resolve(_root, args, { listing, budget }) {
        const request = pageRequest(args);
        const known: KnownJobsFilter = args.filter ?? {};
        const matching = { kind, ...jobsFilter(known) };
        const reads = {
          find: (page: PageQuery) => listing.jobs({ ...matching, ...page }),
          count: () => listing.countJobs(matching),
        };
        return pageOf<JobEntry>(request, reads, budget);
      },
    }),
  );

  return {
    kind,
    ref,
    anyRef,
    noun,
    /** The name of the query for one job. */
    fieldName,
    /** The action that reads the jobs. */
    readAction,
    /** The fields that all kinds have. */
    fields,
    read,
    readComplete,
    /** The job of an entry of a list: a final job as recorded, any other job as VOD returns it now. */
    current,
    /** The payload of a mutation that creates one job. */
    payload: (payloadName: `Submit${string}Payload`) =>
      builder.objectRef<OneJobSubmissionOutcome<Job>>(payloadName).implement({
        description: 'The result of a submission: either `job` is set or `userErrors` has entries.',
        fields: (t) => ({
          job: t.field({
            type: anyRef,
            description: 'The created job. Null if `userErrors` has entries.',
            resolve: madeBy,
          }),
          ...payloadFields(t),
        }),
      }),
  };
}

/** The CPU time of an event with a short job (`npm run bench -- --only subscribe`), and of each estimated byte of a longer one. */
const MICROSECONDS_PER_EVENT = 35;
const MICROSECONDS_PER_BYTE = 1 / 2_500;

/**
 * Loads jobs: one entry for each id, in order. GraphQL takes an `Error` in a list as the error of that entry. One promise for
 * the whole list costs less than one for each entry, above all if ids are repeated.
 */
async function loadInOrder<Job>(
  loader: JobLoader<Job>,
  ids: readonly string[],
): Promise<(Job | undefined)[]> {
  const unique = [...new Set(ids)];
  const outcomes = await Promise.all(unique.map((id) => loader.load(id))).catch(
    // Entry by entry: this costs a promise more for each.
    async () => (await loader.loadMany(unique)) as (Job | undefined)[],
  );
  if (unique.length === ids.length) return outcomes;
  const byId = new Map(unique.map((id, index) => [id, outcomes[index]]));
  return ids.map((id) => byId.get(id));
}

/** The value of a decoded field; throws `UPSTREAM_INVALID_RESPONSE` if `action` returned something undecodable. */
export function fieldValue<T>(
  value: Decoded<T>,
  action: string,
  requestId: string | undefined,
): T | undefined {
  if (value instanceof Undecodable) throw undecodableField(value, action, requestId);
  return value;
}

async function follow<Job extends AnyJob>(
  followJobs: Follow<Job>,
  ids: readonly string[],
  context: GraphQLContext,
): Promise<AsyncIterable<Job>> {
  try {
    return await followJobs(checkedIds(ids), context);
  } catch (error) {
    if (!(error instanceof UnknownJobsError)) throw error;
    throw badUserInput(
      error.indexes.map((index) => ({
        field: `ids.${index}`,
        message: `expected the id of a job; got ${JSON.stringify(ids[index])}, which VOD does not know`,
      })),
    );
  }
}
