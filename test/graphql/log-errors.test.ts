import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { Undecodable } from '../../src/domain/decoded.ts';
import { overloadedError } from '../../src/graphql/budget.ts';
import { badUserInput, undecodableField } from '../../src/graphql/errors.ts';
import { yogaLogger } from '../../src/graphql/log-errors.ts';
import { SubmissionOutcomeUnknownError } from '../../src/jobs/submit/submissions.ts';
import { RejectedError, UnavailableError } from '../../src/rpc/errors.ts';

/** The calls of the log for an error: level and arguments. */
function logged(error: unknown): readonly [string, ...unknown[]][] {
  const lines: [string, ...unknown[]][] = [];
  const write =
    (level: string) =>
    (...args: unknown[]) => {
      lines.push([level, ...args]);
    };
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  yogaLogger(log as unknown as Parameters<typeof yogaLogger>[0]).error(error);
  return lines;
}

describe('the log', () => {
  it('has the action, code and RequestId of an upstream error, and not its cause', () => {
    const cause = new Error('https://vod.example/?Signature=secret');
    const rejected = new RejectedError({
      action: 'ListAIJob',
      code: 'Forbidden.RAM',
      requestId: 'R',
      status: 403,
      cause,
    });

    expect(logged(new GraphQLError('located', { originalError: rejected }))).toEqual([
      [
        'warn',
        { error: 'RejectedError', action: 'ListAIJob', code: 'Forbidden.RAM', requestId: 'R', status: 403 },
        'VOD rejected ListAIJob: Forbidden.RAM',
      ],
    ]);
  });

  it('has the cause of a submission with an unknown outcome', () => {
    const lost = new UnavailableError('the connection was lost', { action: 'SubmitAIJob', mayHaveRun: true });
    const [[level, fields, message] = []] = logged(
      new SubmissionOutcomeUnknownError('SubmitAIJob', 'submission', lost),
    );
    expect([level, fields]).toEqual(['warn', expect.objectContaining({ action: 'SubmitAIJob' })]);
    expect(message).toContain('whether a job was made is not known');
  });

  it('has the action and RequestId of a field that cannot be decoded', () => {
    const undecodable = new Undecodable('Status', 'init, processing, success or fail', 'paused');
    expect(logged(undecodableField(undecodable, 'ListAIJob', 'R'))).toEqual([
      [
        'warn',
        { error: 'UPSTREAM_INVALID_RESPONSE', action: 'ListAIJob', code: null, requestId: 'R' },
        'Status of ListAIJob: expected init, processing, success or fail; got paused',
      ],
    ]);
  });

  it('has only the code of a caller’s mistake, at the level debug', () => {
    const mistake = badUserInput([{ field: 'id', message: 'got "https://oss/?Signature=secret,b"' }]);
    expect(logged(mistake)).toEqual([['debug', { error: 'BAD_USER_INPUT' }, 'request rejected']]);
  });

  it('has no stack of a response that does not fit into the memory: there can be hundreds', () => {
    expect(logged(overloadedError())).toEqual([['debug', { error: 'OVERLOADED' }, 'request rejected']]);
  });

  it('has the stack of an unexpected error', () => {
    const [[level, fields] = []] = logged(new TypeError('a defect'));
    expect([level, fields]).toEqual([
      'error',
      { error: 'TypeError', stack: expect.stringContaining('a defect') },
    ]);
  });
});
