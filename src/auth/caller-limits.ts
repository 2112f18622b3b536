import { z } from 'zod';
import { MAX_RATE } from '../config/config.ts';

/** The names of the limits that a caller can have of its own. */
export const callerLimitNames = ['operationsPerMinute', 'submissionsPerMinute', 'submissionsPerDay'] as const;
export type CallerLimitName = (typeof callerLimitNames)[number];

/** Limits of one caller. 0 means no limit. A limit that is absent is the gateway's. */
export type CallerLimits = { readonly [Name in CallerLimitName]?: number | undefined };

const expectedNumber = `a whole number from 0 to ${MAX_RATE}`;
const limit = z.int(expectedNumber).min(0, expectedNumber).max(MAX_RATE, expectedNumber).optional();

/** The field `limits` of an API key's entry, and the claim `limits` of a token. */
export const callerLimitsShape = z.strictObject(
  { operationsPerMinute: limit, submissionsPerMinute: limit, submissionsPerDay: limit },
  `an object with any of ${callerLimitNames.join(', ')}, and nothing else`,
);

/** A caller that has reached one of its limits. */
export interface LimitExcess {
  readonly limit: CallerLimitName;
  /** The value of the limit. */
  readonly value: number;
  readonly retryAfterMs: number;
}
