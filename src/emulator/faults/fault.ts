import { z } from 'zod';
import { actionNames } from '../actions/table.ts';
import type { EmulatorCall } from '../calls.ts';

/** What can go wrong on demand. */
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
 * - `throttle`: `Throttling.User`, not run
 * - `unavailable`: `ServiceUnavailable` (503), not run
 * - `internalError`: `InternalError` (500), not run
 * - `latency`: waits and then goes on as usual
 * - `stall`: never answers, not run
 * - `reset`: drops the connection, not run
 * - `html`: a proxy's HTML page, not run
 * - `emptyBody`: 200 without a body, not run
 * - `wrongShape`: 200 with JSON that has the documented keys and none of the documented types, not run
 * - `resetAfterRunning`: runs the action and drops the connection instead of answering
 */
export type FaultKind = (typeof faultKinds)[number];

/** Something that is to go wrong. Calls are only tried against it once their signature was found right. */
export interface Fault {
  readonly kind: FaultKind;
  /** Default: every action. */
  readonly action?: (typeof actionNames)[number] | undefined;
  /** The calls it happens to: a predicate, or a text that one of the call's parameters must hold (a job id, say). */
  readonly when?: ((call: EmulatorCall) => boolean) | string | undefined;
  /** How often it happens; default: without end. */
  readonly times?: number | undefined;
  /** 0…1; default: 1. */
  readonly probability?: number | undefined;
  /** How long `latency` waits, in ms; default: 1000. */
  readonly ms?: number | undefined;
  /** HTTP status; default: 502 for `html`, 400 for `throttle` (the real one has both 400 and 429). */
  readonly status?: number | undefined;
}

/** Faults as the control endpoint takes them: everything but predicates. */
export const faultSchema: z.ZodType<Fault> = z.strictObject({
  kind: z.enum(faultKinds),
  action: z.enum(actionNames).optional(),
  when: z.string().min(1).optional(),
  times: z.int().positive().optional(),
  probability: z.number().min(0).max(1).optional(),
  ms: z.number().min(0).optional(),
  status: z.int().min(200).max(599).optional(),
});
