import { onTestFinished } from 'vitest';
import { type CallOptions, RpcClient, type RpcClientOptions } from '../../src/rpc/client.ts';
import { RpcError } from '../../src/rpc/errors.ts';
import { ManualClock } from '../support/manual-clock.ts';

export const credentials = { accessKeyId: 'LTAI-test-id', accessKeySecret: 'test-secret-value' };

export const TIMEOUT_MS = 10_000;

/** A client with its own clock that is closed after the test. It retries with the smallest jitter. */
export function runningClient(
  origin: string,
  options: Partial<RpcClientOptions> = {},
): { readonly client: RpcClient; readonly clock: ManualClock } {
  const clock = new ManualClock();
  const client = new RpcClient({
    origin,
    version: '2017-03-21',
    credentials: async () => credentials,
    timeoutMs: TIMEOUT_MS,
    clock,
    random: () => 0,
    callsPerSecond: 10_000,
    observer: { attempted() {}, retried() {} },
    ...options,
  });
  onTestFinished(() => client.close());
  return { client, clock };
}

/** Returns the error of a failed call. Anything but an `RpcError` fails the test. */
export async function failure(call: Promise<unknown>): Promise<RpcError> {
  const outcome = await call.then(
    () => 'a response',
    (error: unknown) => error,
  );
  if (!(outcome instanceof RpcError)) throw new Error('expected an RpcError', { cause: outcome });
  return outcome;
}

/** Calls ListAIJob. */
export function read(client: RpcClient, options: Partial<CallOptions> = {}) {
  return client.call('ListAIJob', { JobIds: 'private-job-id' }, { kind: 'read', ...options });
}

/** Calls SubmitAIJob. */
export function submit(client: RpcClient, options: Partial<CallOptions> = {}) {
  return client.call('SubmitAIJob', { MediaId: 'private-media-id' }, { kind: 'submit', ...options });
}
