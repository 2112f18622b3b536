import type { z } from 'zod';
import { InvalidResponseError, isNotFound } from '../rpc/errors.ts';
import type { RpcResponse } from '../rpc/response.ts';
import { problems } from './fields.ts';

/** Checks that apply to the responses of several actions. They throw an `InvalidResponseError`. */

/** Decodes the body of a response. */
export function decodeBody<T>(response: RpcResponse, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(response.body);
  if (!parsed.success) throw new InvalidResponseError(problems(parsed.error), response);
  return parsed.data;
}

/**
 * Checks a response without the requested objects. If nothing was found, the API omits its lists and returns only a
 * RequestId. No document describes a response that has other keys instead.
 */
export function assertNothingFound({ body, ...response }: RpcResponse): void {
  if (typeof body.RequestId === 'string' && Object.keys(body).length === 1) return;
  throw new InvalidResponseError('none of the requested objects', response);
}

/** Checks a response that only confirms a change. The API always returns a RequestId; a proxy does not. */
export function assertDone(response: RpcResponse): void {
  if (response.requestId === undefined) throw new InvalidResponseError('no RequestId', response);
}

/** Whether a value is `{}`. No document says how the API returns an object that does not exist; this is one form. */
export function isEmptyObject(value: unknown): boolean {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.keys(value).length === 0;
}

/** Decodes the response to a read. Resolves with `undefined` if the object does not exist. */
export async function decodeIfFound<T>(
  call: Promise<RpcResponse>,
  decode: (response: RpcResponse) => T,
): Promise<T | undefined> {
  try {
    return decode(await call);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
