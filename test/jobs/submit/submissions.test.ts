import { describe, expect, it, onTestFinished } from 'vitest';
import type { AIJob } from '../../../src/domain/job.ts';
import type { Region } from '../../../src/domain/region.ts';
import type { AIImageJobSubmission } from '../../../src/domain/submission.ts';
import {
  DailyLimitError,
  fingerprint,
  SubmissionOutcomeUnknownError,
  Submissions,
} from '../../../src/jobs/submit/submissions.ts';
import { type Ledger, LedgerError } from '../../../src/ledger/ledger.ts';
import {
  InvalidResponseError,
  RejectedError,
  type RpcError,
  ThrottledError,
  TimeoutError,
  UnavailableError,
} from '../../../src/rpc/errors.ts';
import { submittedAIImageJob } from '../../../src/vod/ai-image-jobs.ts';
import { submittedAIJob } from '../../../src/vod/ai-jobs.ts';
import type { SubmitActions } from '../../../src/vod/api.ts';
import { collectedLog } from '../../support/collected-logs.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { temporaryLedger } from '../../support/temporary-ledger.ts';

const action = 'SubmitAIJob';
const submitter = { callerId: 'key:caller' };
const options = {
  region: 'cn-shanghai',
  timeoutMs: 10_000,
  log: collectedLog(),
  onMade: () => {},
  quota: {
    tryPermit: () => ({ at: 0 }),
    permit: async () => ({ at: 0 }),
    release: () => {},
    delayMs: () => 0,
  },
} as const;

/** A VOD with the same response for every submission. `sent` has the submissions that it received. */
function vodThat(respond: () => Promise<unknown>): { vod: SubmitActions; sent: unknown[] } {
  const sent: unknown[] = [];
  const submit = (submission: unknown) => {
    sent.push(submission);
    return respond() as Promise<never>;
  };
  const vod: SubmitActions = {
    submitAIJob: submit,
    submitAIImageJob: submit,
    submitAIMediaAuditJob: submit,
    submitAIImageAuditJob: submit,
  };
  return { vod, sent };
}

/** A VOD that makes this job for every submission. */
function vodMaking(job: AIJob): ReturnType<typeof vodThat> {
  const { vod, sent } = vodThat(async () => ({ made: [job], requestId: 'R' }));
  const submitAIImageJob = async (submission: AIImageJobSubmission) => {
    sent.push(submission);
    return { made: submittedAIImageJob(submission, job.id, 'R'), requestId: 'R' };
  };
  return { vod: { ...vod, submitAIImageJob }, sent };
}

const failing = (error: RpcError) => vodThat(() => Promise.reject(error));

async function submissionsOver(vod: SubmitActions, region: Region = 'cn-shanghai'): Promise<Submissions> {
  const ledger = await temporaryLedger();
  const submissions = new Submissions({
    ...options,
    vod,
    ledger,
    region,
    clock: ManualClock.skippingRetries(),
  });
  onTestFinished(() => submissions.close());
  return submissions;
}

const both = {
  submitAIJob: async (vod: SubmitActions) =>
    (await submissionsOver(vod)).submitAIJob({ videoId: 'v' }, undefined, submitter),
  submitAIImageJob: async (vod: SubmitActions) =>
    (await submissionsOver(vod)).submitAIImageJob({ videoId: 'v', templateId: 't' }, undefined, submitter),
};

describe.each(Object.entries(both))('%s', (_, submit) => {
  it('returns the jobs that VOD made', async () => {
    const { vod, sent } = vodMaking(
      submittedAIJob({ id: 'made', videoId: 'v', type: 'VIDEO_TAG', requestId: 'R' }),
    );
    expect(await submit(vod)).toMatchObject({ requestId: 'R' });
    expect(sent).toHaveLength(1);
  });

  it.each([
    [404, 'InvalidVideo.NotFound'],
    [400, 'InvalidParameter'],
    [400, 'MissingMediaId'],
    [403, 'OperationDenied'],
    [404, 'InvalidTemplate.NotFound'],
  ])('turns a rejection that the caller can correct into a user error (%i %s)', async (status, code) => {
    const error = new RejectedError({ action, code, status, requestId: 'R', upstreamMessage: 'Not there.' });
    expect(await submit(failing(error).vod)).toEqual({
      requestId: 'R',
      submissionId: expect.any(String),
      userErrors: [
        {
          code: 'REJECTED_BY_VOD',
          message: `VOD rejected SubmitAIJob: ${code}: Not there.`,
          upstream: { code, message: 'Not there.', requestId: 'R' },
        },
      ],
    });
  });

  it('creates the user error without a message from VOD', async () => {
    const error = new RejectedError({ action, code: 'InvalidParameter' });
    expect(await submit(failing(error).vod)).toMatchObject({
      userErrors: [{ message: 'VOD rejected SubmitAIJob: InvalidParameter' }],
    });
  });

  it.each([
    'SignatureDoesNotMatch',
    'SignatureNonceUsed',
    'IncompleteSignature',
    'InvalidAccessKeyId.NotFound',
    'InvalidAccessKeyId.Inactive',
    'InvalidSecurityToken.Expired',
    'InvalidTimeStamp.Expired',
    'Forbidden',
    'Forbidden.RAM',
    'NoPermission',
    'OperationDenied.Suspended',
    'InvalidAction.NotFound',
    'InvalidVersion',
  ])("throws a rejection of the gateway's own account: %s", async (code) => {
    const error = new RejectedError({ action, code, upstreamMessage: 'about the account' });
    await expect(submit(failing(error).vod)).rejects.toBe(error);
  });

  it.each([
    ['a timeout', new TimeoutError(10_000, { action, mayHaveRun: true })],
    ['a lost connection', new UnavailableError('the connection was lost', { action, mayHaveRun: true })],
    ['an invalid response', new InvalidResponseError('HTML', { action, requestId: 'R' })],
  ])('throws SubmissionOutcomeUnknownError after %s', async (_, cause) => {
    const { vod, sent } = failing(cause);
    const error = await submit(vod).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(SubmissionOutcomeUnknownError);
    expect(error).toMatchObject({
      name: 'SubmissionOutcomeUnknownError',
      message: `${cause.message}; whether a job was made is not known`,
      failure: cause,
    });
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['throttling', new ThrottledError({ action })],
    ['a refused connection', new UnavailableError('no connection', { action, mayHaveRun: false })],
    ['a timeout before anything was sent', new TimeoutError(10_000, { action, mayHaveRun: false })],
  ])('throws the error of the call if VOD certainly made no job: %s', async (_, cause) => {
    await expect(submit(failing(cause).vod)).rejects.toBe(cause);
  });

  it('throws errors of the gateway itself unchanged', async () => {
    const mistake = new TypeError('a bug');
    await expect(submit(vodThat(() => Promise.reject(mistake)).vod)).rejects.toBe(mistake);
  });
});

describe('a submission with mistakes', () => {
  it('is not sent', async () => {
    const { vod, sent } = vodThat(async () => ({ made: [], requestId: undefined }));
    const submissions = await submissionsOver(vod, 'ap-southeast-1');
    expect(
      await submissions.submitAIJob({ videoId: '', types: ['VIDEO_TAG'] }, undefined, submitter),
    ).toEqual({
      userErrors: [
        expect.objectContaining({ code: 'INVALID_INPUT', field: ['videoId'] }),
        expect.objectContaining({ code: 'UNSUPPORTED_IN_REGION', field: ['types', '0'] }),
      ],
    });
    expect(
      await submissions.submitAIImageJob({ videoId: 'v', templateId: 't' }, undefined, submitter),
    ).toMatchObject({
      userErrors: [{ code: 'UNSUPPORTED_IN_REGION' }],
    });
    expect(sent).toEqual([]);
  });

  it('is sent in a region that offers its types', async () => {
    const { vod, sent } = vodThat(async () => ({ made: [], requestId: undefined }));
    const submission = { videoId: 'v', types: ['MEDIA_DNA'] } as const;
    await (await submissionsOver(vod, 'ap-southeast-1')).submitAIJob(submission, undefined, submitter);
    expect(sent).toEqual([submission]);
  });
});

describe('an allowance of submissions a day', () => {
  const requester = { callerId: 'key:caller', callerKey: 'caller', submissionsPerDay: 2 };
  const job = submittedAIJob({ id: 'made', videoId: 'v', type: 'VIDEO_TAG', requestId: 'R' });

  /** Submits once for each outcome of VOD: `ok` for a job. Returns what became of each submission. */
  async function submitting(outcomes: readonly ('ok' | RpcError)[]) {
    const waiting = [...outcomes];
    const { vod, sent } = vodThat(async () => {
      const outcome = waiting.shift();
      if (outcome instanceof Error) throw outcome;
      return { made: [job], requestId: 'R' };
    });
    const submissions = await submissionsOver(vod);
    const results: string[] = [];
    for (const _ of outcomes) {
      const result = await submissions
        .submitAIJob({ videoId: 'v' }, undefined, requester)
        .then((outcome) => ('made' in outcome ? 'made' : 'refused'))
        .catch((error: Error) => error.name);
      results.push(result);
    }
    return { results, sent: sent.length };
  }

  it('is not used by submissions that VOD certainly did not run', async () => {
    const notRun = [
      new ThrottledError({ action }),
      new UnavailableError('circuit', { action, mayHaveRun: false }),
      new RejectedError({ action, code: 'InvalidAccessKeyId' }),
    ];
    expect((await submitting([...notRun, 'ok', 'ok', 'ok'])).results).toEqual([
      'ThrottledError',
      'UnavailableError',
      'RejectedError',
      'made',
      'made',
      'DailyLimitError',
    ]);
  });

  it('is used by submissions that VOD refused or may have run', async () => {
    const { results, sent } = await submitting([
      new RejectedError({ action, code: 'InvalidVideo.NotFound' }),
      new TimeoutError(10_000, { action, mayHaveRun: true }),
      'ok',
    ]);
    expect(results).toEqual(['refused', 'SubmissionOutcomeUnknownError', 'DailyLimitError']);
    expect(sent).toBe(2);
  });

  it('gets back a submission whose begin was lost after its commit, and the retry is sent', async () => {
    const clock = new ManualClock();
    const ledger = await temporaryLedger(clock);
    const { vod, sent } = vodMaking(job);
    let lost = 0;
    const lossy: Ledger = {
      ...ledger,
      async beginWithin(intent, allowance) {
        const result = await ledger.beginWithin(intent, allowance);
        if (lost++ === 0) throw new LedgerError('the ledger cannot be used: timeout', { mayHaveRun: true });
        return result;
      },
    };
    const submissions = new Submissions({ ...options, vod, ledger: lossy, clock });
    onTestFinished(() => submissions.close());
    const one = { callerId: 'key:caller', callerKey: 'caller', submissionsPerDay: 1 };
    await expect(submissions.submitAIJob({ videoId: 'v' }, 'key', one)).rejects.toBeInstanceOf(LedgerError);
    expect(await submissions.submitAIJob({ videoId: 'v' }, 'key', one)).toHaveProperty('made');
    await expect(submissions.submitAIJob({ videoId: 'v' }, 'next', one)).rejects.toBeInstanceOf(
      DailyLimitError,
    );
    expect(sent).toHaveLength(1);
  });
});

describe('a submission whose begin was lost', () => {
  const input = { videoId: 'v' } as const;

  /** A ledger in which the response to the first `begin` is lost after its commit, and which is away until `comesBack`. */
  async function lossyLedger() {
    const clock = new ManualClock();
    const real = await temporaryLedger(clock);
    let isAway = false;
    let begun = 0;
    const away = () => new LedgerError('the ledger cannot be used: timeout', { mayHaveRun: true });
    const ledger: Ledger = {
      ...real,
      async begin(intent) {
        if (isAway) throw new LedgerError('the ledger cannot be used: no connection');
        const result = await real.begin(intent);
        if (++begun > 1) return result;
        isAway = true;
        throw away();
      },
      async cancel(intent) {
        if (isAway) throw away();
        await real.cancel(intent);
      },
    };
    const { vod, sent } = vodMaking(
      submittedAIJob({ id: 'made', videoId: 'v', type: 'VIDEO_TAG', requestId: 'R' }),
    );
    const submissions = new Submissions({ ...options, vod, ledger, clock });
    onTestFinished(() => submissions.close());
    await expect(submissions.submitAIJob(input, 'key', submitter)).rejects.toBeInstanceOf(LedgerError);
    const comesBack = () => {
      isAway = false;
    };
    return { submissions, ledger: real, clock, sent, comesBack };
  }

  const states = async (ledger: Ledger) =>
    (await ledger.submissions({ limit: 10, order: 'newest' })).map(({ state }) => state);

  it('becomes FAILED once the ledger is back', async () => {
    const { ledger, clock, sent, comesBack } = await lossyLedger();
    expect(await states(ledger)).toEqual(['PENDING']);
    clock.advance(500);
    await clock.scheduled(1);
    expect(await states(ledger)).toEqual(['PENDING']);

    comesBack();
    clock.advance(1_000);

    await expect.poll(() => states(ledger)).toEqual(['FAILED']);
    expect(sent).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('becomes FAILED although another gateway has found its lease expired', async () => {
    const { ledger, clock, comesBack } = await lossyLedger();
    const [lost] = await ledger.submissions({ limit: 1, order: 'newest' });
    await ledger.finish(lost?.id ?? '', { state: 'UNKNOWN' });

    comesBack();
    clock.advance(500);

    await expect.poll(() => states(ledger)).toEqual(['FAILED']);
  });

  it.each([0, 60_000])('is sent by a retry with its key after %i ms, and never unknown', async (ms) => {
    const { submissions, ledger, clock, sent, comesBack } = await lossyLedger();
    clock.advance(ms);
    comesBack();

    expect(await submissions.submitAIJob(input, 'key', submitter)).toMatchObject({ made: [{ id: 'made' }] });

    expect(sent).toHaveLength(1);
    expect(await states(ledger)).toEqual(['MADE']);
  });

  it('becomes FAILED when the gateway closes', async () => {
    const { submissions, ledger, comesBack } = await lossyLedger();
    comesBack();

    await submissions.close();

    expect(await states(ledger)).toEqual(['FAILED']);
  });

  it('is not remembered if the ledger certainly did not write it', async () => {
    const clock = new ManualClock();
    const real = await temporaryLedger(clock);
    const begin = () => Promise.reject(new LedgerError('the ledger cannot be used: no connection'));
    const { vod } = vodMaking(submittedAIJob({ id: 'made', videoId: 'v', type: undefined, requestId: 'R' }));
    const submissions = new Submissions({ ...options, vod, ledger: { ...real, begin }, clock });

    await expect(submissions.submitAIJob(input, 'key', submitter)).rejects.toBeInstanceOf(LedgerError);

    expect(clock.pending).toBe(0);
  });
});

it.each([-30_000, 30_000])(
  'a wall clock that is set by %i ms neither shortens nor extends the wait for another gateway',
  async (byMs) => {
    const clock = new ManualClock();
    const ledger = await temporaryLedger(clock);
    const input = { videoId: 'v' } as const;
    await ledger.begin({
      id: 'elsewhere',
      kind: 'AI',
      caller: submitter.callerId,
      idempotencyKey: 'key',
      fingerprint: fingerprint('AI', input),
      videoId: 'v',
      input: '{}',
      submittedAt: clock.now(),
      leaseMs: 60_000,
    });
    const { vod, sent } = vodThat(() => Promise.reject(new Error('not expected')));
    const submissions = new Submissions({ ...options, vod, ledger, clock, timeoutMs: 1_000 });
    const start = clock.monotonic();
    const outcome = submissions.submitAIJob(input, 'key', submitter);
    let isDone = false;
    void outcome.finally(() => {
      isDone = true;
    });
    await clock.scheduled(1);
    clock.setWallClock(byMs);

    while (!isDone) {
      await Promise.race([clock.scheduled(1), outcome]);
      clock.advance(100);
    }

    expect(await outcome).toMatchObject({ userErrors: [{ code: 'SUBMISSION_IN_PROGRESS' }] });
    expect(clock.monotonic() - start).toBeGreaterThanOrEqual(900);
    expect(clock.monotonic() - start).toBeLessThanOrEqual(1_200);
    expect(sent).toEqual([]);
  },
);

describe('a submission that waits for the quota', () => {
  /** A quota whose permits are given by hand. */
  function fullQuota() {
    const { promise, resolve } = Promise.withResolvers<{ at: number }>();
    let released = 0;
    const quota = {
      tryPermit: () => undefined,
      permit: (_action: string, signal?: AbortSignal) =>
        new Promise<{ at: number }>((done, reject) => {
          void promise.then(done);
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
      release: () => void released++,
      delayMs: () => 1_000,
    };
    return { quota, grant: () => resolve({ at: 0 }), released: () => released };
  }
  const made = submittedAIJob({ id: 'made', videoId: 'v', type: 'VIDEO_TAG', requestId: 'R' });
  const all = { limit: 10, order: 'newest' } as const;

  async function waiting(clock = new ManualClock()) {
    const ledger = await temporaryLedger(clock);
    const { vod, sent } = vodMaking(made);
    const full = fullQuota();
    const submissions = new Submissions({ ...options, quota: full.quota, vod, ledger, clock });
    onTestFinished(() => submissions.close());
    return { submissions, ledger, sent, clock, ...full };
  }

  it('is recorded only when it can be sent at once', async () => {
    const { submissions, ledger, grant, sent, clock } = await waiting();
    const outcome = submissions.submitAIJob({ videoId: 'v' }, 'key', submitter);
    await clock.scheduled(1);
    expect(await ledger.submissions(all)).toEqual([]);

    grant();

    expect(await outcome).toMatchObject({ made: [{ id: 'made' }] });
    expect(sent).toHaveLength(1);
    expect(await ledger.submissions(all)).toMatchObject([{ state: 'MADE' }]);
  });

  it('is throttled after the timeout, without a record', async () => {
    const { submissions, ledger, sent, clock } = await waiting();
    const outcome = submissions.submitAIJob({ videoId: 'v' }, 'key', submitter);
    const throttled = expect(outcome).rejects.toBeInstanceOf(ThrottledError);
    await clock.scheduled(1);
    clock.advance(10_000);

    await throttled;
    expect(sent).toEqual([]);
    expect(await ledger.submissions(all)).toEqual([]);
  });

  it('does not wait if its key has an outcome', async () => {
    const { submissions, ledger, clock } = await waiting();
    const intent = {
      id: 'earlier',
      kind: 'AI',
      caller: submitter.callerId,
      idempotencyKey: 'key',
      fingerprint: fingerprint('AI', { videoId: 'v' }),
      videoId: 'v',
      input: '{"videoId":"v"}',
      submittedAt: clock.now(),
      leaseMs: 1_000,
    } as const;
    await ledger.begin(intent);
    await ledger.finish('earlier', { state: 'UNKNOWN' });

    await expect(submissions.submitAIJob({ videoId: 'v' }, 'key', submitter)).rejects.toBeInstanceOf(
      SubmissionOutcomeUnknownError,
    );
  });

  it('does not wait if its key has an outcome from before callers were recorded', async () => {
    const { submissions, ledger, clock } = await waiting();
    await ledger.begin({
      id: 'earlier',
      kind: 'AI',
      caller: '',
      idempotencyKey: 'key',
      fingerprint: fingerprint('AI', { videoId: 'v' }),
      videoId: 'v',
      input: '{"videoId":"v"}',
      submittedAt: clock.now(),
      leaseMs: 1_000,
    });
    await ledger.finish('earlier', { state: 'UNKNOWN' });

    await expect(submissions.submitAIJob({ videoId: 'v' }, 'key', submitter)).rejects.toBeInstanceOf(
      SubmissionOutcomeUnknownError,
    );
    // With another input, the key is the caller's own.
    const other = submissions.submitAIJob({ videoId: 'other' }, 'key', submitter);
    const throttled = expect(other).rejects.toBeInstanceOf(ThrottledError);
    await clock.scheduled(1);
    clock.advance(10_000);
    await throttled;
  });

  it('returns its permit if the caller has used up its submissions of the day', async () => {
    const { submissions, ledger, clock, grant, released } = await waiting();
    const limited = { ...submitter, callerKey: 'caller', submissionsPerDay: 1 };
    const first = submissions.submitAIJob({ videoId: 'v' }, 'first', limited);
    await clock.scheduled(1);
    grant();
    await first;

    await expect(submissions.submitAIJob({ videoId: 'v' }, 'second', limited)).rejects.toBeInstanceOf(
      DailyLimitError,
    );
    expect(released()).toBe(1);
    expect(await ledger.submissions(all)).toHaveLength(1);
  });

  it('returns its permit if another gateway begins with the key first', async () => {
    const { submissions, ledger, clock, grant, released } = await waiting();
    const outcome = submissions.submitAIJob({ videoId: 'v' }, 'key', submitter);
    await clock.scheduled(1);
    await ledger.begin({
      id: 'other',
      kind: 'AI',
      caller: submitter.callerId,
      idempotencyKey: 'key',
      fingerprint: fingerprint('AI', { videoId: 'v' }),
      videoId: 'v',
      input: '{"videoId":"v"}',
      submittedAt: clock.now(),
      leaseMs: 1_000,
    });
    await ledger.finish('other', { state: 'REFUSED', requestId: undefined, userErrors: '[]' });
    grant();

    expect(await outcome).toMatchObject({ userErrors: [] });
    expect(released()).toBe(1);
  });
});

it('a process that was suspended after the record does not send the submission', async () => {
  const clock = new ManualClock();
  const real = await temporaryLedger(clock);
  let isLate: boolean | undefined;
  const vod: SubmitActions = {
    ...vodThat(() => Promise.reject(new Error('not called'))).vod,
    submitAIJob: async (_submission, _id, sending) => {
      isLate = sending?.isLate?.();
      throw new TimeoutError(10_000, { action, mayHaveRun: false });
    },
  };
  const ledger: Ledger = {
    ...real,
    async begin(intent) {
      const result = await real.begin(intent);
      clock.advance(15_000);
      return result;
    },
  };
  const submissions = new Submissions({ ...options, vod, ledger, clock });
  onTestFinished(() => submissions.close());

  await expect(submissions.submitAIJob({ videoId: 'v' }, undefined, submitter)).rejects.toBeInstanceOf(
    TimeoutError,
  );

  expect(isLate).toBe(true);
});
