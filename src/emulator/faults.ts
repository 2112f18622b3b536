import { z } from 'zod';
import { actionNames } from './actions/table.ts';
import { type CallResult, type EmulatorCall, jsonResponse } from './calls.ts';
import { ApiError, throttled } from './errors.ts';

export const faultKinds = [
  'throttle',
  'unavailable',
  'internalError',
  'latency',
  'stall',
  'reset',
  'html',
  'emptyBody',
  'wrongShape',
  'resetAfterRunning',
] as const;

/**
 * Only `latency` and `resetAfterRunning` run the action.
 *
 * - `throttle`: `Throttling.User`, or `Throttling` with the status 503
 * - `unavailable`: `ServiceUnavailable` (503)
 * - `internalError`: `InternalError` (500)
 * - `latency`: waits, then continues as usual
 * - `stall`: never responds
 * - `reset`: resets the connection
 * - `html`: a proxy's HTML page
 * - `emptyBody`: 200 without a body
 * - `wrongShape`: 200 with JSON that has the documented keys and values of other types
 * - `resetAfterRunning`: runs the action, then resets the connection instead of responding
 */
export type FaultKind = (typeof faultKinds)[number];

/** A fault of the emulated API. Only calls with a valid signature meet faults. */
export interface Fault {
  readonly kind: FaultKind;
  /** Default: every action. */
  readonly action?: (typeof actionNames)[number] | undefined;
  /** The calls that meet the fault: a predicate, or a text that one parameter must contain, such as a job id. */
  readonly when?: ((call: EmulatorCall) => boolean) | string | undefined;
  /** The number of calls that meet the fault. Default: no limit. */
  readonly times?: number | undefined;
  /** 0…1. Default: 1. */
  readonly probability?: number | undefined;
  /** The duration of a `latency`, in ms. Default: 1000. */
  readonly ms?: number | undefined;
  /** HTTP status. Default: 502 for `html`, 400 for `throttle` (VOD uses 400, 429 and 503). */
  readonly status?: number | undefined;
}

/** The faults that the control API accepts: everything but predicates. */
export const faultSchema: z.ZodType<Fault> = z.strictObject({
  kind: z.enum(faultKinds),
  action: z.enum(actionNames).optional(),
  when: z.string().min(1).optional(),
  times: z.int().positive().optional(),
  probability: z.number().min(0).max(1).optional(),
  ms: z.number().min(0).optional(),
  status: z.int().min(200).max(599).optional(),
});

/** The active faults, in the order in which they were added. */
export interface FaultPlan {
  /** The faults that can still happen, each with the `times` that remain. */
  readonly faults: readonly Fault[];
  add(fault: Fault): void;
  clear(): void;
}

/** Decides which faults a call meets. */
export class OrderedFaultPlan implements FaultPlan {
  #planned: { readonly fault: Fault; remaining: number }[] = [];
  readonly #random: () => number;

  /** @param random 0…1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  get faults(): readonly Fault[] {
    return this.#planned.map(({ fault, remaining }) =>
      fault.times === undefined ? fault : { ...fault, times: remaining },
    );
  }

  add(fault: Fault): void {
    this.#planned.push({ fault, remaining: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#planned = [];
  }

  /**
   * The faults of a call: the sum of all latencies, and the first other fault. Each of them counts as one of its
   * `times`.
   */
  take(call: EmulatorCall): { latencyMs: number; fault: Fault | undefined } {
    let latencyMs = 0;
    let chosen: Fault | undefined;
    for (const planned of this.#planned) {
      const { fault } = planned;
      const isLatency = fault.kind === 'latency';
      if (!isLatency && chosen !== undefined) continue;
      if (!this.#happens(fault, call)) continue;
      planned.remaining -= 1;
      if (isLatency) latencyMs += fault.ms ?? 1000;
      else chosen = fault;
    }
    this.#planned = this.#planned.filter(({ remaining }) => remaining > 0);
    return { latencyMs, fault: chosen };
  }

  #happens({ action, when, probability }: Fault, call: EmulatorCall): boolean {
    if (action !== undefined && action !== call.action) return false;
    if (typeof when === 'function' && !when(call)) return false;
    if (typeof when === 'string' && !Object.values(call.parameters).some((value) => value.includes(when))) {
      return false;
    }
    return probability === undefined || this.#random() < probability;
  }
}

/**
 * The result that replaces an action's. `undefined`: the action runs. Throws {@link ApiError} for the faults that are
 * errors of the API.
 */
export function faultResult({ kind, status }: Fault, requestId: string): CallResult | undefined {
  switch (kind) {
    case 'throttle':
      throw throttled(status);
    case 'unavailable':
      throw new ApiError(
        status ?? 503,
        'ServiceUnavailable',
        'The request has failed due to a temporary failure of the server.',
      );
    case 'internalError':
      throw new ApiError(
        status ?? 500,
        'InternalError',
        'The request processing has failed due to some unknown error.',
      );
    case 'stall':
    case 'reset':
      return { kind };
    case 'html':
      return {
        kind: 'response',
        status: status ?? 502,
        contentType: 'text/html; charset=utf-8',
        body: '<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>',
      };
    case 'emptyBody':
      return { ...jsonResponse(status ?? 200, {}), body: '' };
    case 'wrongShape':
      return jsonResponse(status ?? 200, {
        RequestId: requestId,
        AIJobList: { AIJob: 'unexpected' },
        NonExistAIJobIds: 42,
        AIImageJobList: 'unexpected',
        JobId: { unexpected: true },
      });
    case 'latency':
    case 'resetAfterRunning':
      return undefined;
  }
}
