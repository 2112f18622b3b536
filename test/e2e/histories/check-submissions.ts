import {
  codeOf,
  type History,
  type LedgerSubmission,
  type Problem,
  type SubmitOperation,
  saysNothing,
  type UpstreamJob,
} from './history.ts';

/** Everything about one key, or about one submit without a key. */
interface Group {
  readonly name: string;
  readonly isKeyed: boolean;
  readonly submits: SubmitOperation[];
  readonly jobs: UpstreamJob[];
  readonly rows: LedgerSubmission[];
}

/** Codes that answer for the key. After all faults, each key must have one of them or its jobs. */
const conclusive = new Set(['SUBMISSION_OUTCOME_UNKNOWN', 'REJECTED_BY_VOD', 'IDEMPOTENCY_KEY_REUSED']);
/** If the gateway could not write the rejection down, the outcome is open or unknown for later requests. */
const afterRejection = /^(REJECTED_BY_VOD|SUBMISSION_IN_PROGRESS|SUBMISSION_OUTCOME_UNKNOWN)$/;
/** A response with any other code is a defect. */
const documented =
  /^(GATEWAY_DOWN|NO_RESPONSE|SUBMISSION_(OUTCOME_UNKNOWN|IN_PROGRESS)|LEDGER_UNAVAILABLE|RATE_LIMITED|OVERLOADED|REJECTED_BY_VOD|NOT_SENT|IDEMPOTENCY_KEY_REUSED|UPSTREAM_(THROTTLED|UNAVAILABLE|TIMEOUT|REJECTED))$/;

/** Compares the responses to submits with the jobs in VOD and with the ledger. */
export function checkSubmissions(history: History): Problem[] {
  const { groups, problems } = grouped(history);
  for (const group of groups) {
    const rules = [
      ...jobProblems(group),
      ...responseProblems(group),
      ...ledgerProblems(group),
      ...(group.isKeyed ? keyProblems(group, history.settledAt) : []),
    ];
    for (const rule of rules) problems.push({ rule: `${group.name}: ${rule}`, operations: group.submits });
  }
  return problems;
}

function grouped({ operations, jobs, submissions }: History) {
  const groups = new Map<string, Group>();
  const byVideo = new Map<string, Group>();
  for (const submit of operations) {
    if (submit.type !== 'submit') continue;
    const name = submit.key ?? submit.videoId;
    const isKeyed = submit.key !== undefined;
    const group = groups.get(name) ?? { name, isKeyed, submits: [], jobs: [], rows: [] };
    groups.set(name, group);
    byVideo.set(submit.videoId, group);
    group.submits.push(submit);
  }
  const problems: Problem[] = [];
  const add = <Item extends { readonly videoId: string }>(
    item: Item,
    list: (group: Group) => Item[],
    what: string,
  ) => {
    const group = byVideo.get(item.videoId);
    if (group) list(group).push(item);
    else
      problems.push({ rule: `${what} for ${item.videoId}, which no client has submitted`, operations: [] });
  };
  for (const job of jobs) add(job, (group) => group.jobs, `the job ${job.id} exists`);
  for (const row of submissions) add(row, (group) => group.rows, `the submission ${row.id} exists`);
  return { groups: groups.values(), problems };
}

/** Each key makes one job at most, and only by a request that could have made it. */
function* jobProblems({ jobs, submits }: Group): Generator<string> {
  if (jobs.length > 1) yield `made ${jobs.length} submissions: ${jobs.map(({ id }) => id)}`;
  for (const job of jobs) {
    const isSender = (submit: SubmitOperation) =>
      isOf(job, submit) &&
      submit.startedAt <= job.createdAt &&
      // A request without a known outcome can have an effect at any later time.
      (submit.outcome.type === 'unknown' ||
        (submit.outcome.type === 'ok' && job.createdAt <= submit.endedAt));
    if (!submits.some(isSender)) yield `nothing was sent according to the responses, but ${job.id} was made`;
  }
}

function* responseProblems({ submits, jobs }: Group): Generator<string> {
  for (const submit of submits) {
    const { outcome } = submit;
    const made = jobs.filter((job) => isOf(job, submit)).map(({ id }) => id);
    if (outcome.type === 'ok') {
      if (outcome.jobs.length === 0) yield 'a response named no jobs';
      for (const id of outcome.jobs) {
        if (!made.includes(id)) yield `${id} was returned as made, but VOD has ${made.join() || 'no job'}`;
      }
    } else {
      const { code } = outcome;
      if (!documented.test(code)) yield `a response had the code ${code}`;
      if (/^(REJECTED_BY_VOD|IDEMPOTENCY_KEY_REUSED)$/.test(code) && made.length > 0)
        yield `a response had the code ${code}, but this input made ${made}`;
    }
  }
}

/** The ledger has each job, or has its submission as unknown. */
function* ledgerProblems({ submits, jobs, rows, isKeyed }: Group): Generator<string> {
  if (rows.length > 1) yield `the ledger has ${rows.length} submissions: ${rows.map(({ id }) => id)}`;
  for (const job of jobs) {
    const row = rows.find(({ id }) => id === job.submissionId);
    if (!row) yield `${job.id} is lost: its submission ${job.submissionId} is not in the ledger`;
    else if (row.state === 'MADE' ? !row.jobs.includes(job.id) : row.state !== 'UNKNOWN')
      yield `${job.id} is lost: its submission is ${row.state} with ${row.jobs.join() || 'no job'}`;
  }
  for (const { id, state, jobs: written } of rows) {
    if (state === 'PENDING') yield `the submission ${id} is still PENDING`;
    if (state === 'MADE' && !jobs.some((job) => written.includes(job.id)))
      yield `the submission ${id} is MADE with ${written.join() || 'no job'}, which VOD does not have`;
  }
  // A client that knows of jobs finds them in the ledger. Without a response, it can be that nothing was written.
  if (submits.some(({ outcome }) => outcome.type === 'ok') && !rows.some(({ state }) => state === 'MADE'))
    yield `jobs were returned, but the ledger has ${rows.map(({ state }) => state).join() || 'nothing'}`;
  const isMarkedUnknown = submits.some(({ outcome }) => codeOf(outcome) === 'SUBMISSION_OUTCOME_UNKNOWN');
  if (isMarkedUnknown && rows.length === 0)
    yield `the outcome is unknown, but the ledger has no ${isKeyed ? 'submission with the key' : 'submission'}`;
}

/** Requests with the same key and input get the same outcome once it is known. */
function* keyProblems({ submits }: Group, settledAt: number): Generator<string> {
  const inputs = Map.groupBy(submits, ({ kind, videoId }) => `${kind} ${videoId}`);
  const withJobs = new Set<string>();
  for (const [input, same] of inputs) {
    const answers = new Set<string>();
    for (const { outcome } of same) if (outcome.type === 'ok') answers.add([...outcome.jobs].sort().join());
    if (answers.size > 0) withJobs.add(input);
    if (answers.size > 1) yield `the same input got different jobs: ${[...answers].join(' and ')}`;
    yield* contradictions(same);
    const last = same.filter(({ startedAt }) => startedAt >= settledAt).at(-1);
    const code = last && codeOf(last.outcome);
    if (!last || (code !== undefined && !conclusive.has(code)))
      yield `${input}: the outcome is never told; the last response after all faults was ${code ?? 'none'}`;
  }
  if (withJobs.size > 1) yield `several inputs got jobs: ${[...withJobs].join(' and ')}`;
}

/** Compares each request with those that ended before it started. */
function* contradictions(same: readonly SubmitOperation[]): Generator<string> {
  const told = { ok: first(same, 'ok'), REJECTED_BY_VOD: first(same, 'REJECTED_BY_VOD') };
  const reusedAt = first(same, 'IDEMPOTENCY_KEY_REUSED');
  for (const { startedAt, outcome } of same) {
    if (saysNothing(outcome)) continue;
    const code = codeOf(outcome) ?? 'ok';
    if (startedAt > told.ok && code !== 'ok') yield `the jobs were returned, and later ${code}`;
    if (startedAt > told.REJECTED_BY_VOD && !afterRejection.test(code))
      yield `VOD rejected the input, and later the response was ${code}`;
    if (startedAt > reusedAt && code !== 'IDEMPOTENCY_KEY_REUSED')
      yield `the key belonged to another input, and later the response was ${code}`;
  }
}

/** The end of the first request with this outcome; infinity without any. */
function first(submits: readonly SubmitOperation[], wanted: string): number {
  const ends = submits
    .filter(({ outcome }) => (codeOf(outcome) ?? 'ok') === wanted)
    .map(({ endedAt }) => endedAt);
  return Math.min(...ends);
}

function isOf(job: UpstreamJob, { kind, videoId }: SubmitOperation): boolean {
  return job.kind === kind && job.videoId === videoId;
}
