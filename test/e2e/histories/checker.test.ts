import { describe, expect, it } from 'vitest';
import { check } from './checker.ts';
import type { History, Outcome, ReadOperation, SubmitOperation } from './history.ts';

const SETTLED_AT = 1_000;
const key = { type: 'submit', kind: 'AI', key: 'key', videoId: 'video', caller: 'ann', gateway: 0 } as const;
const ok: Outcome = { type: 'ok', jobs: ['job'] };
const unknown: Outcome = { type: 'unknown', code: 'SUBMISSION_OUTCOME_UNKNOWN' };
const fail = (code: string): Outcome => ({ type: 'fail', code });

/** A submit that runs for 20 ms. */
function submit(
  startedAt: number,
  outcome: Outcome,
  changes: Partial<SubmitOperation> = {},
): SubmitOperation {
  return { ...key, startedAt, endedAt: startedAt + 20, outcome, ...changes };
}

/** A read that runs for 5 ms. */
function read(startedAt: number, status: string | null, changes: Partial<ReadOperation> = {}): ReadOperation {
  return {
    ...{ type: 'read', kind: 'AI', ids: ['job'], reader: 'client', caller: 'ann', gateway: 0 },
    ...{ seen: [{ id: 'job', status }], startedAt, endedAt: startedAt + 5, outcome: { type: 'ok' } },
    ...changes,
  };
}

const job = {
  kind: 'AI',
  id: 'job',
  videoId: 'video',
  createdAt: 110,
  submissionId: 'one',
  status: 'SUCCESS',
} as const;
const row = { id: 'one', kind: 'AI', key: 'key', videoId: 'video', state: 'MADE', jobs: ['job'] } as const;

/** Two submits of one key and their job, read by two gateways. Nothing is wrong with it. */
const correct = {
  operations: [
    submit(100, ok),
    submit(SETTLED_AT, ok),
    read(150, 'INIT'),
    read(200, 'PROCESSING'),
    read(SETTLED_AT, 'SUCCESS', { reader: 'final 0' }),
    read(SETTLED_AT, 'SUCCESS', { reader: 'final 1', gateway: 1 }),
  ],
  jobs: [job],
  submissions: [row],
  settledAt: SETTLED_AT,
} satisfies History;

const reads = correct.operations.slice(2);
const finalReads = reads.slice(2);

/** The rules that a changed history breaks. */
function broken(changes: Partial<History>): string {
  return check({ ...correct, ...changes })
    .map(({ rule }) => rule)
    .join('\n');
}

/** A history of one input without a job. */
const withoutJob = (operations: History['operations'], changes: Partial<History> = {}) =>
  broken({ operations, jobs: [], submissions: [], ...changes });

describe('the checker accepts', () => {
  it('a correct history', () => {
    expect(check(correct)).toEqual([]);
  });

  it('an unknown outcome with a job that is found later', () => {
    expect(broken({ operations: [submit(100, unknown), submit(SETTLED_AT, ok), ...reads] })).toBe('');
  });

  it('an unknown outcome that stays unknown', () => {
    const operations = [submit(100, unknown), submit(SETTLED_AT, unknown)];
    const submissions = [{ ...row, state: 'UNKNOWN', jobs: [] } as const];
    expect(withoutJob(operations, { submissions })).toBe('');
    expect(broken({ operations: [...operations, ...reads], submissions })).toBe('');
  });

  it('a submit that failed and was sent again', () => {
    const failed = submit(50, fail('UPSTREAM_THROTTLED'));
    expect(broken({ operations: [failed, ...correct.operations] })).toBe('');
  });

  it('a key that belongs to another input', () => {
    const other = submit(SETTLED_AT, fail('IDEMPOTENCY_KEY_REUSED'), { videoId: 'other' });
    expect(broken({ operations: [...correct.operations, other] })).toBe('');
  });
});

describe('the checker finds', () => {
  it('a key that made two submissions', () => {
    const jobs = [job, { ...job, id: 'second', submissionId: 'two' }];
    expect(broken({ jobs })).toContain('key: made 2 submissions: job,second');
  });

  it('two submissions by two inputs of a key', () => {
    const second = { ...job, id: 'second', videoId: 'other', submissionId: 'two' };
    const other = { type: 'ok', jobs: ['second'] } as const;
    const operations = [...correct.operations, submit(SETTLED_AT, other, { videoId: 'other' })];
    expect(broken({ operations, jobs: [job, second] })).toContain('several inputs got jobs');
  });

  it('a submit without a key that made two submissions', () => {
    const operations = [submit(100, ok, { key: undefined }), ...reads];
    const jobs = [job, { ...job, id: 'second' }];
    expect(broken({ operations, jobs })).toContain('video: made 2 submissions');
  });

  it('a job that was returned as made and is not in VOD', () => {
    expect(withoutJob(correct.operations)).toContain('job was returned as made, but VOD has no job');
  });

  it('a job of a submission that the ledger does not have', () => {
    expect(broken({ submissions: [] })).toContain('job is lost: its submission one is not in the ledger');
  });

  it.each(['FAILED', 'REFUSED', 'PENDING'] as const)('a job of a submission that is %s', (state) => {
    const operations = [submit(100, unknown), submit(SETTLED_AT, unknown), ...reads];
    const submissions = [{ ...row, state, jobs: [] }];
    expect(broken({ operations, submissions })).toContain(`job is lost: its submission is ${state}`);
  });

  it('a job that the ledger has and VOD does not have', () => {
    const operations = [submit(100, unknown), submit(SETTLED_AT, unknown)];
    expect(withoutJob(operations, { submissions: [row] })).toContain(
      'MADE with job, which VOD does not have',
    );
  });

  it('a submission that stays PENDING', () => {
    const operations = [submit(100, unknown), submit(SETTLED_AT, unknown)];
    const submissions = [{ ...row, state: 'PENDING', jobs: [] } as const];
    expect(withoutJob(operations, { submissions })).toContain('one is still PENDING');
  });

  it('an unknown outcome that the ledger does not have', () => {
    const operations = [submit(100, unknown), submit(SETTLED_AT, unknown)];
    expect(withoutJob(operations)).toContain('the ledger has no submission with the key');
  });

  it.each([
    'LEDGER_UNAVAILABLE',
    'UPSTREAM_THROTTLED',
    'UPSTREAM_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
    'RATE_LIMITED',
    'OVERLOADED',
    'REJECTED_BY_VOD',
    'SUBMISSION_IN_PROGRESS',
    'GATEWAY_DOWN',
  ])('a job after the response %s', (code) => {
    const operations = [submit(100, fail(code), { key: undefined }), ...reads];
    expect(broken({ operations })).toContain('nothing was sent according to the responses, but job was made');
  });

  it('a job that was made before the request that returned it', () => {
    const jobs = [{ ...job, createdAt: 90 }];
    expect(broken({ jobs })).toContain('nothing was sent according to the responses');
  });

  it('a job that no client has submitted', () => {
    const jobs = [job, { ...job, id: 'strange', videoId: 'strange' }];
    expect(broken({ jobs })).toContain('the job strange exists for strange, which no client has submitted');
  });

  it('an input that made a job although the key belongs to another input', () => {
    const operations = [submit(60, fail('IDEMPOTENCY_KEY_REUSED')), ...correct.operations];
    expect(broken({ operations })).toContain('the code IDEMPOTENCY_KEY_REUSED, but this input made job');
  });

  it('different jobs for the same input', () => {
    const other = submit(200, { type: 'ok', jobs: ['another'] });
    expect(broken({ operations: [...correct.operations, other] })).toContain('got different jobs');
  });

  it.each(['SUBMISSION_OUTCOME_UNKNOWN', 'SUBMISSION_IN_PROGRESS', 'UPSTREAM_THROTTLED'])(
    '%s after the jobs were returned',
    (code) => {
      const operations = [...correct.operations, submit(200, fail(code))];
      expect(broken({ operations })).toContain(`the jobs were returned, and later ${code}`);
    },
  );

  it('jobs after VOD has rejected the input', () => {
    const operations = [submit(50, fail('REJECTED_BY_VOD')), ...correct.operations];
    expect(broken({ operations })).toContain('VOD rejected the input, and later the response was ok');
  });

  it('a key whose outcome is never told', () => {
    const last = submit(SETTLED_AT, fail('SUBMISSION_IN_PROGRESS'));
    expect(withoutJob([submit(100, fail('NO_RESPONSE')), last])).toContain('the outcome is never told');
    expect(withoutJob([submit(100, unknown)])).toContain('the outcome is never told');
  });

  it('a response with an undocumented code', () => {
    const failed = submit(50, { type: 'unknown', code: 'INTERNAL_SERVER_ERROR' });
    expect(broken({ operations: [failed, ...correct.operations] })).toContain(
      'had the code INTERNAL_SERVER_ERROR',
    );
  });

  it('a state that goes back', () => {
    const operations = [...correct.operations, read(220, 'INIT')];
    expect(broken({ operations })).toBe('job: client got PROCESSING and later INIT');
  });

  it('a state that goes back within a subscription, or comes twice', () => {
    const seen = ['PROCESSING', 'PROCESSING', 'INIT'].map((status) => ({ id: 'job', status }));
    const stream = read(300, null, { type: 'stream', reader: 'stream 1', seen });
    const rules = broken({ operations: [...correct.operations, stream] });
    expect(rules).toContain('job: stream 1 got PROCESSING twice');
    expect(rules).toContain('job: stream 1 got PROCESSING and later INIT');
    expect(rules).toContain('job: stream 1 ended with INIT');
  });

  it('different final states', () => {
    const operations = [...correct.operations, read(300, 'FAIL')];
    expect(broken({ operations })).toContain("job: client got FAIL; the job's final state is SUCCESS");
  });

  it('a job that a reader does not find', () => {
    const operations = [...correct.operations, read(300, null)];
    expect(broken({ operations })).toBe('job: client got null for a job that VOD has');
  });

  it('a job that one gateway does not return in the end', () => {
    const operations = [
      ...correct.operations.slice(0, 4),
      ...finalReads.slice(0, 1),
      read(300, 'SUCCESS', { gateway: 1, reader: 'b' }),
    ];
    expect(broken({ operations })).toBe('job: was not read after all faults by gateway 1');
  });

  it('every operation of the key or the job', () => {
    const [problem] = check({ ...correct, submissions: [] });
    expect(problem?.operations).toEqual(correct.operations.slice(0, 2));
    const [lost] = check({ ...correct, operations: [...correct.operations, read(300, null)] });
    expect(lost?.operations).toHaveLength(7);
  });
});
