import { describe, expect, it } from 'vitest';
import {
  InvalidResponseError,
  RejectedError,
  RpcError,
  ThrottledError,
  UnavailableError,
} from '../../src/rpc/errors.ts';
import { interpret, type RawResponse } from '../../src/rpc/response.ts';

const SECRET = 'nobody-may-read-this';

function raw(status: number, body: unknown, headers: RawResponse['headers'] = {}): RawResponse {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

function apiError(Code: unknown): object {
  return {
    RequestId: 'R-1',
    HostId: 'vod.cn-shanghai.aliyuncs.com',
    Code,
    Message: SECRET,
    Recommend: SECRET,
  };
}

function errorOf(response: RawResponse): RpcError {
  const outcome = interpret('ListAIJob', response);
  if (!(outcome instanceof RpcError)) throw new Error('expected an error; got a response');
  return outcome;
}

describe('a 2xx response', () => {
  it('returns the JSON object and its RequestId', () => {
    expect(interpret('ListAIJob', raw(200, { RequestId: 'R-1', AIJobList: {} }))).toEqual({
      action: 'ListAIJob',
      requestId: 'R-1',
      status: 200,
      body: { RequestId: 'R-1', AIJobList: {} },
    });
  });

  it.each([
    ['an empty body', '', 'HTTP 200 with an empty body; expected a JSON object'],
    ['HTML', '<html>é</html>', 'HTTP 200 with a body of 15 bytes of type text/html; expected a JSON object'],
    ['an array', '[{}]', 'HTTP 200 with a body of 4 bytes of type text/html; expected a JSON object'],
    ['null', 'null', 'HTTP 200 with a body of 4 bytes of type text/html; expected a JSON object'],
    ['a string', '"{}"', 'HTTP 200 with a body of 4 bytes of type text/html; expected a JSON object'],
    ['JSON cut short', '{"a":', 'HTTP 200 with a body of 5 bytes of type text/html; expected a JSON object'],
  ])('with %s is invalid', (_, body, problem) => {
    const error = errorOf(raw(200, body, { 'content-type': 'text/html; charset=utf-8' }));
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error.message).toBe(`VOD's response to ListAIJob is invalid: ${problem}`);
    expect(error.mayHaveRun).toBe(true);
  });

  it('does not quote a malformed content type', () => {
    const error = errorOf(raw(200, 'x', { 'content-type': `text/${SECRET}?x=/y` }));
    expect(error.message).toContain('a body of 1 bytes; expected');
    expect(errorOf(raw(200, 'x', { 'content-type': ['a/b', 'c/d'] })).message).not.toContain('a/b');
  });
});

describe('the RequestId', () => {
  const header = { 'x-acs-request-id': 'R-header' };

  it.each([
    ['in the body takes precedence', { RequestId: 'R-body' }, header, 'R-body'],
    ['is taken from the header if the body has none', {}, header, 'R-header'],
    ['is taken from the header if it is not a string in the body', { RequestId: 7 }, header, 'R-header'],
    ['is taken from the header if it is malformed in the body', { RequestId: 'a b\n' }, header, 'R-header'],
    ['is absent if both are malformed', { RequestId: '' }, { 'x-acs-request-id': '<script>' }, undefined],
    ['is absent if the header occurs twice', {}, { 'x-acs-request-id': ['a', 'b'] }, undefined],
    ['is absent if it has more than 128 characters', { RequestId: 'x'.repeat(129) }, {}, undefined],
  ])('%s', (_, body, headers, expected) => {
    expect(interpret('ListAIJob', raw(200, body, headers)).requestId).toBe(expected);
    expect(errorOf(raw(400, { Code: 'InvalidParameter', ...body }, headers)).requestId).toBe(expected);
  });

  it("is taken from the header of a proxy's HTML response", () => {
    expect(errorOf(raw(502, '<html>', header)).requestId).toBe('R-header');
  });
});

describe('a rejection', () => {
  it.each([
    [400, 'MissingParameter'],
    [400, 'MissingMediaId'],
    [400, 'InvalidParameter'],
    [400, 'SignatureDoesNotMatch'],
    [400, 'SignatureNonceUsed'],
    [403, 'Forbidden.RAM'],
    [403, 'OperationDenied.Suspended'],
    [404, 'InvalidVideo.NotFound'],
    [404, 'InvalidAccessKeyId.NotFound'],
    // Not throttling, in spite of its prefix.
    [400, 'ThrottlingPolicyInvalid'],
  ])('with HTTP %i and %s is certain that nothing ran', (status, code) => {
    const error = errorOf(raw(status, apiError(code)));
    expect(error).toBeInstanceOf(RejectedError);
    expect(error).toMatchObject({
      message: `VOD rejected ListAIJob: ${code}`,
      code,
      status,
      requestId: 'R-1',
      upstreamMessage: SECRET,
      mayHaveRun: false,
    });
  });

  it.each([
    ['no code', { Message: SECRET }],
    ['a code that is not a string', apiError(7)],
    ['a code that is prose', apiError(`${SECRET} and more`)],
    ['a body that is not JSON', `<html>${SECRET}</html>`],
    ['an empty body', ''],
  ])('with %s is invalid', (_, body) => {
    const error = errorOf(raw(403, body));
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error.code).toBeUndefined();
    expect(error.message).not.toContain(SECRET);
  });
});

describe('throttling', () => {
  it.each([
    [400, 'Throttling'],
    [400, 'Throttling.User'],
    [400, 'Throttling.Api'],
    [429, 'Throttling'],
    [429, 'Throttling.User'],
    [429, 'Throttling.Api'],
    [429, 'Anything'],
    [503, 'Throttling'],
    [503, 'Throttling.Api'],
  ])('with HTTP %i and %s is certain that nothing ran', (status, code) => {
    const error = errorOf(raw(status, apiError(code)));
    expect(error).toBeInstanceOf(ThrottledError);
    expect(error).toMatchObject({
      code,
      status,
      requestId: 'R-1',
      mayHaveRun: false,
      retryAfterMs: undefined,
    });
    expect(error.message).toBe('VOD throttled ListAIJob');
  });

  it('is recognized by HTTP 429 without JSON', () => {
    expect(errorOf(raw(429, `<html>${SECRET}`))).toBeInstanceOf(ThrottledError);
    expect(errorOf(raw(429, ''))).toBeInstanceOf(ThrottledError);
  });

  it.each([
    ['3', 3_000],
    ['0', 0],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['99999999', undefined],
    [['1', '2'], undefined],
    [undefined, undefined],
  ])('with Retry-After %j has a delay of %j ms', (value, expected) => {
    const response = raw(429, apiError('Throttling'), { 'retry-after': value });
    expect(errorOf(response)).toMatchObject({ retryAfterMs: expected });
  });
});

describe('an unavailable API', () => {
  it.each([
    [500, apiError('InternalError')],
    [503, apiError('ServiceUnavailable')],
    [503, apiError('ServiceUnAvailable')],
    [400, apiError('ServiceUnavailable')],
    [400, apiError('ServiceUnAvailable')],
    [400, apiError('InternalError')],
    [500, `<html>${SECRET}</html>`],
    [502, `<html>${SECRET}</html>`],
    [504, ''],
    [599, []],
  ])('with HTTP %i may have run the call', (status, body) => {
    const error = errorOf(raw(status, body));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.mayHaveRun).toBe(true);
    expect(error.message).toBe(`VOD did not process ListAIJob: HTTP ${status}`);
  });
});

it.each([301, 302, 304, 307, 308])('a redirect with HTTP %i is invalid', (status) => {
  const error = errorOf(raw(status, apiError('Throttled'), { location: `http://${SECRET}/` }));
  expect(error).toBeInstanceOf(InvalidResponseError);
  expect(error.message).not.toContain(SECRET);
});

it('an error code with HTTP 200 is invalid', () => {
  const body = JSON.stringify({ RequestId: 'R', Code: 'InternalError', Message: 'secret' });
  const error = interpret('ListAIJob', { status: 200, headers: {}, body });
  expect(error).toBeInstanceOf(InvalidResponseError);
  expect(error).toMatchObject({ code: 'InternalError', requestId: 'R', mayHaveRun: true });
  expect((error as Error).message).not.toContain('secret');
});
