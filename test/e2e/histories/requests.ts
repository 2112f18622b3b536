import type { JobKind } from '../../../src/domain/job.ts';
import type { ResponseError } from '../../support/running-gateway.ts';
import type { Outcome, ReadOperation, Submit } from './history.ts';

/** The most ids that one query asks for. */
export const MAX_IDS = 100;

interface Response<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly ResponseError[];
}

interface Submitted {
  readonly submit: {
    /** A list for AI jobs, one for an image job. */
    readonly made: readonly { readonly id: string }[] | { readonly id: string } | null;
    readonly userErrors: readonly { readonly code: string }[];
  } | null;
}

/** Submits one job. Never rejects. */
export async function submit(target: Target, { kind, key, videoId }: Submit): Promise<Outcome> {
  const [type, field, made, input] =
    kind === 'AI'
      ? ['SubmitAIJobInput', 'submitAIJob', 'jobs', { videoId, types: ['VIDEO_TAG'] }]
      : ['SubmitAIImageJobInput', 'submitAIImageJob', 'job', { videoId, templateId: 'template' }];
  const query = `mutation ($input: ${type}!) {
    submit: ${field}(input: $input) { made: ${made} { id } userErrors { code } }
  }`;
  const response = await execute<Submitted>(target, query, { input: { ...input, idempotencyKey: key } });
  if (typeof response === 'string') return outcomeOf(response);
  const jobs = [response.data?.submit?.made ?? []].flat().map(({ id }) => id);
  if (jobs.length > 0) return { type: 'ok', jobs };
  const code = response.data?.submit?.userErrors[0]?.code ?? response.errors?.[0]?.extensions.code;
  return outcomeOf(code ?? 'NO_ERROR');
}

interface Read {
  readonly jobs: readonly ({ readonly id: string; readonly status: string } | null)[];
}

/** Reads jobs. Never rejects. Jobs with an error are not among the `seen`. */
export async function read(
  target: Target,
  kind: JobKind,
  ids: readonly string[],
): Promise<Pick<ReadOperation, 'seen' | 'outcome'>> {
  const field = kind === 'AI' ? 'aiJobs' : 'aiImageJobs';
  const query = `query ($ids: [ID!]!) { jobs: ${field}(ids: $ids) { id status } }`;
  const response = await execute<Read>(target, query, { ids });
  if (typeof response === 'string') return { seen: [], outcome: { type: 'unknown', code: response } };
  const failed = new Set(response.errors?.map(({ path }) => path?.[1]));
  const jobs = response.data?.jobs ?? [];
  const seen = ids
    .map((id, index) => ({ id, status: jobs[index]?.status ?? null }))
    .filter((_, index) => index < jobs.length && !failed.has(index));
  const code = response.errors?.[0]?.extensions.code;
  return { seen, outcome: code === undefined ? { type: 'ok' } : { type: 'unknown', code } };
}

/** A gateway and a caller. */
export interface Target {
  /** Empty while the gateway does not run. */
  readonly origin: string;
  readonly apiKey: string;
  readonly timeoutMs: number;
}

/** Returns the response, or a code of ours: nothing listened, or there was no complete response. */
async function execute<Data>(
  { origin, apiKey, timeoutMs }: Target,
  query: string,
  variables: object,
): Promise<Response<Data> | 'GATEWAY_DOWN' | 'NO_RESPONSE'> {
  if (origin === '') return 'GATEWAY_DOWN';
  try {
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return (await response.json()) as Response<Data>;
  } catch (error) {
    const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
    return cause?.code === 'ECONNREFUSED' ? 'GATEWAY_DOWN' : 'NO_RESPONSE';
  }
}

const unknownCodes = /^(NO_RESPONSE|SUBMISSION_OUTCOME_UNKNOWN|NO_ERROR|INTERNAL_SERVER_ERROR)$/;

function outcomeOf(code: string): Outcome {
  return { type: unknownCodes.test(code) ? 'unknown' : 'fail', code };
}
