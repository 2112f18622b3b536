import { RefusedCall } from '../errors.ts';
import { throttled } from '../quota.ts';
import type { Fault } from './fault.ts';

/** An answer that no action gave. */
export interface FaultAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** The refusal that a fault stands for, if it stands for one. */
export function faultRefusal(fault: Fault): RefusedCall | undefined {
  switch (fault.kind) {
    case 'throttle':
      return throttled(fault.status);
    case 'unavailable':
      return new RefusedCall(
        fault.status ?? 503,
        'ServiceUnavailable',
        'The request has failed due to a temporary failure of the server.',
      );
    case 'internalError':
      return new RefusedCall(
        fault.status ?? 500,
        'InternalError',
        'The request processing has failed due to some unknown error.',
      );
    default:
      return undefined;
  }
}

/** The answer that a fault puts in the place of the action's, if it does. */
export function faultAnswer(fault: Fault, requestId: string): FaultAnswer | undefined {
  switch (fault.kind) {
    case 'html':
      return {
        status: fault.status ?? 502,
        contentType: 'text/html; charset=utf-8',
        body: '<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>',
      };
    case 'emptyBody':
      return { status: fault.status ?? 200, contentType: 'application/json;charset=utf-8', body: '' };
    case 'wrongShape':
      return {
        status: fault.status ?? 200,
        contentType: 'application/json;charset=utf-8',
        body: JSON.stringify({
          RequestId: requestId,
          AIJobList: { AIJob: 'unexpected' },
          NonExistAIJobIds: 42,
          AIImageJobList: 'unexpected',
          JobId: { unexpected: true },
        }),
      };
    default:
      return undefined;
  }
}
