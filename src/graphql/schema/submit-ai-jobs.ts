import type {
  AIJobSubmission,
  AIJobSubmissionOutcome,
  Optional,
  UserError,
} from '../../domain/submission.ts';
import { DailyLimitError, SubmissionOutcomeUnknownError } from '../../jobs/submit/submissions.ts';
import { LedgerError } from '../../ledger/ledger.ts';
import { RpcError } from '../../rpc/errors.ts';
import { type GraphQLContext, submissionRefusal } from '../context.ts';
import { AIJobConfigInput, AIJobTypeEnum, SubmitAIJobPayload } from './ai-job.ts';
import { builder } from './builder.ts';
import { callsVOD, hasItems, nullOnlyOnError } from './directives.ts';
import { submissionInputFields } from './submission-input.ts';
import { UserErrorType } from './user-error.ts';

/** The maximum number of videos in one mutation. */
const MAX_VIDEOS = 100;
/**
 * The number of videos that are submitted at the same time. A submission is recorded before it waits for the quota, so a
 * gateway that is killed leaves at most as many with an unknown outcome. The others were not begun.
 */
const CONCURRENT_SUBMISSIONS = 10;

const SubmitAIJobsVideoInput = builder.inputType('SubmitAIJobsVideoInput', {
  description: 'One of the videos to submit.',
  fields: (t) => ({
    videoId: t.id({ required: true, description: 'The id of the video in VOD: 1 to 64 characters.' }),
    ...submissionInputFields(t),
  }),
});

const SubmitAIJobsInput = builder.inputType('SubmitAIJobsInput', {
  description: 'The videos to submit, and how to analyse all of them.',
  fields: (t) => ({
    videos: t.field({
      type: [SubmitAIJobsVideoInput],
      required: true,
      description:
        'The videos: 1 to 100. Each is a submission of its own. An idempotency key can be used only once.',
    }),
    types: t.field({
      type: [AIJobTypeEnum],
      description:
        'The types of analysis. VOD creates one job for each video and type. If omitted, VOD chooses the types.',
    }),
    config: t.field({ type: AIJobConfigInput, description: 'The settings for each type of job.' }),
  }),
});

/** The results in the order of the videos: an `Error` is an unexpected one, which becomes an error at its path. */
interface SubmitAIJobsOutcome {
  readonly results: readonly (AIJobSubmissionOutcome | Error)[] | null;
  readonly userErrors: readonly UserError[];
}

const SubmitAIJobsPayload = builder.objectRef<SubmitAIJobsOutcome>('SubmitAIJobsPayload').implement({
  description: 'The results of several submissions. Exactly one of `results` and `userErrors` has entries.',
  fields: (t) => ({
    results: t.field({
      type: [SubmitAIJobPayload],
      directives: { semanticNonNull: { levels: [1] }, ...hasItems(MAX_VIDEOS) },
      nullable: { list: true, items: true },
      description:
        'One result for each video, in the order of `videos`. In its `userErrors`, `field` is a path as in ' +
        '`submitAIJob`, such as `["videoId"]`. Send the videos with `NOT_SENT` again. Null if `userErrors` has entries.',
      resolve: ({ results }) => results as readonly AIJobSubmissionOutcome[] | null,
    }),
    userErrors: t.field({
      type: [UserErrorType],
      nullable: false,
      description:
        'The problems with the list of videos, such as an idempotency key that is used twice. Nothing was sent. Empty if ' +
        '`results` has entries.',
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

builder.mutationField('submitAIJobs', (t) =>
  t.field({
    type: SubmitAIJobsPayload,
    directives: { ...nullOnlyOnError, ...callsVOD(1) },
    description:
      'Submits up to 100 videos for smart tags, video DNA or both. The submissions are independent: if one fails, the others ' +
      'keep their jobs. VOD charges for each job.',
    args: {
      input: t.arg({ type: SubmitAIJobsInput, required: true, description: 'The submissions.' }),
    },
    resolve: async (_root, { input: { videos, types, config } }, context) => {
      const userErrors = checkVideos(videos);
      if (userErrors.length > 0) return { results: null, userErrors };
      const { clock, timeoutMs } = context.services;
      const endsAt = clock.monotonic() + timeoutMs;
      const results = await inTurn(videos, async ({ idempotencyKey, ...video }) => {
        // Each submission can take as long itself.
        if (clock.monotonic() > endsAt)
          return notSent('the time to submit the videos before this one is over');
        // The same input as that of `submitAIJob`, so that a key leads to the same submission in both.
        return submit({ ...video, types, config }, idempotencyKey, context).catch(unexpected);
      });
      return { results, userErrors: [] };
    },
  }),
);

/** Returns the problems with the list. Each video is checked when it is submitted. */
function checkVideos(videos: readonly { readonly idempotencyKey?: Optional<string> }[]): UserError[] {
  if (videos.length === 0 || videos.length > MAX_VIDEOS) {
    const message = `videos: expected 1 to ${MAX_VIDEOS} videos; got ${videos.length}`;
    return [{ code: 'INVALID_INPUT', field: ['videos'], message }];
  }
  const firstIndexes = new Map<string, number>();
  const errors: UserError[] = [];
  for (const [index, { idempotencyKey }] of videos.entries()) {
    if (typeof idempotencyKey !== 'string') continue;
    const first = firstIndexes.get(idempotencyKey);
    if (first === undefined) {
      firstIndexes.set(idempotencyKey, index);
      continue;
    }
    const field = ['videos', String(index), 'idempotencyKey'];
    const message = `${field.join('.')}: expected a key for each video; got the key of videos.${first}`;
    errors.push({ code: 'INVALID_INPUT', field, message });
  }
  return errors;
}

/** Runs the function for each item, {@link CONCURRENT_SUBMISSIONS} at a time. Returns the results in the order of the items. */
async function inTurn<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [index, item] of waiting) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: CONCURRENT_SUBMISSIONS }, worker));
  return results;
}

function notSent(message: string): AIJobSubmissionOutcome {
  return { userErrors: [{ code: 'NOT_SENT', message }] };
}

/** Submits one video. Every failure that can be expected is an outcome; others reject. */
async function submit(
  submission: AIJobSubmission,
  idempotencyKey: Optional<string>,
  context: GraphQLContext,
): Promise<AIJobSubmissionOutcome> {
  const refusal = await submissionRefusal(context);
  if (refusal !== undefined) return notSent(refusal);
  try {
    return await context.services.submissions.submitAIJob(submission, idempotencyKey, context);
  } catch (error) {
    const outcome = outcomeOf(error);
    if (!outcome || !(error instanceof Error)) throw error;
    context.services.reportFailure(error);
    return outcome;
  }
}

function outcomeOf(error: unknown): AIJobSubmissionOutcome | undefined {
  if (error instanceof SubmissionOutcomeUnknownError) {
    const { message, submissionId, failure } = error;
    const userErrors: UserError[] = [{ code: 'SUBMISSION_OUTCOME_UNKNOWN', message, ...upstreamOf(failure) }];
    return { userErrors, submissionId, requestId: failure?.requestId };
  }
  if (error instanceof DailyLimitError) return notSent(error.message);
  if (error instanceof LedgerError) {
    return notSent('The ledger is unavailable; nothing was sent.');
  }
  // `Submissions` reports a call that may have run as an unknown outcome.
  if (error instanceof RpcError && !error.mayHaveRun) {
    const { message, requestId } = error;
    return { userErrors: [{ code: 'NOT_SENT', message, ...upstreamOf(error) }], requestId };
  }
  return undefined;
}

/** VOD's reason, if VOD gave one. Its message is left out, because it may be about the gateway's account. */
function upstreamOf(error: RpcError | undefined): Pick<UserError, 'upstream'> {
  if (error?.code === undefined) return {};
  const { code, requestId } = error;
  return { upstream: { code, message: undefined, requestId } };
}

/** GraphQL reports an `Error` in a list at the path of its item, so the other items stay. */
function unexpected(error: unknown): Error {
  return error instanceof Error ? error : new Error('not an Error', { cause: error });
}
