import { expect, it } from 'vitest';
import { isAccountError, isNotFound, RejectedError, ThrottledError } from '../../src/rpc/errors.ts';

const action = 'GetAITemplate';

it.each([
  [403, 'Forbidden.RAM', 'account'],
  [404, 'InvalidAccessKeyId.NotFound', 'account'],
  [404, 'InvalidApi.NotFound', 'account'],
  [401, 'SomeOtherCode', 'account'],
  [404, 'InvalidVideo.NotFound', 'not found'],
  [404, 'SomeOtherCode', 'not found'],
  [400, 'AITemplateNotExist', 'not found'],
  [400, 'InvalidParameter', 'input'],
  [403, 'OperationDenied', 'input'],
])('HTTP %i with %s concerns: %s', (status, code, subject) => {
  const error = new RejectedError({ action, status, code });
  expect([isAccountError(error), isNotFound(error)]).toEqual([
    subject === 'account',
    subject === 'not found',
  ]);
});

it('an error that is not a rejection does not mean that an object does not exist', () => {
  expect(isNotFound(new ThrottledError({ action, status: 404 }))).toBe(false);
});
