import { z } from 'zod';

/** What goes wrong with events between the job and the receiver. Probabilities are 0…1; nothing that is left out happens. */
export interface EventFaults {
  /** How probable it is that an event is never sent. */
  readonly lose?: number | undefined;
  /** How probable it is that an event is sent twice. */
  readonly double?: number | undefined;
  /** Every event waits up to this long, at random. */
  readonly delayMs?: number | undefined;
  /** An event waits until the one after it is through, or for three seconds. */
  readonly reorder?: boolean | undefined;
  /** How probable it is that an event is followed by one with the same headers and a body that lies. */
  readonly forge?: number | undefined;
  /** Events that a submission leads to at once are through before the submission is answered. */
  readonly early?: boolean | undefined;
}

const probability = z.number().min(0).max(1).optional();

/** The faults as the control endpoint takes them. */
export const eventFaultsSchema: z.ZodType<EventFaults> = z.strictObject({
  lose: probability,
  double: probability,
  delayMs: z.number().min(0).optional(),
  reorder: z.boolean().optional(),
  forge: probability,
  early: z.boolean().optional(),
});

/** How a fault of events is written on a command line. */
export const eventFaultSyntax =
  'lose[:PROBABILITY], double[:PROBABILITY], forge[:PROBABILITY], delay:TIME, reorder or early';

/**
 * Reads a fault of events as it is written on a command line, in the terms of the faults of calls: `lose:10%`,
 * `double:0.5`, `forge` (always), `delay:2s`, `reorder`, `early`. Throws `RangeError`, whose message says what was
 * expected and what came.
 */
export function parseEventFault(text: string): EventFaults {
  const [, kind, detail] = /^([a-z]+)(?::(.+))?$/s.exec(text) ?? [];
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|%|)$/.exec(detail ?? '1') ?? [];
  const value = Number(number) / (unit === '%' ? 100 : 1);
  const isProbability = (unit === '%' || unit === '') && value <= 1;
  switch (kind) {
    case 'lose':
    case 'double':
    case 'forge':
      if (isProbability) return { [kind]: value };
      break;
    case 'delay':
      if (unit === 'ms' || unit === 's') return { delayMs: unit === 's' ? value * 1000 : value };
      break;
    case 'reorder':
    case 'early':
      if (detail === undefined) return { [kind]: true };
      break;
  }
  throw new RangeError(`expected ${eventFaultSyntax}, got "${text}"`);
}
