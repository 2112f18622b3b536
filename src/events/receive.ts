import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../clock.ts';
import { type JobEvent, LedgerError } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import { parseEvent } from './event.ts';
import { type CallbackSecrets, MAX_SKEW_MS, type SignatureProblem, verifySignature } from './signature.ts';

/**
 * What became of a callback:
 * - `job`: an event about a job, recorded
 * - `other`: an event about something else, let go
 * - `unsigned`, `badly_signed`, `skewed`: refused for its signature
 * - `invalid`: no event
 * - `not_recorded`: an event about a job that VOD is asked to send again
 */
export const eventOutcomes = [
  'job',
  'other',
  'unsigned',
  'badly_signed',
  'skewed',
  'invalid',
  'not_recorded',
] as const;
export type EventOutcome = (typeof eventOutcomes)[number];

/** Told of every callback, for metrics. */
export interface EventObserver {
  received(outcome: EventOutcome): void;
}

export interface EventReceiverOptions {
  /** What callbacks are signed with. Without it, no key is set at VOD, and callbacks are taken unsigned. */
  readonly callback: CallbackSecrets | undefined;
  readonly clock: Clock;
  /** Resolves as soon as the event cannot be lost any more. The same event may come several times. */
  readonly record: (event: JobEvent) => Promise<unknown>;
  readonly observer: EventObserver;
  readonly log: Log;
  /** For how long `record` is waited for, in milliseconds: less than the five seconds that VOD waits. */
  readonly patienceMs: number;
}

/** The error that a callback is answered with. */
export interface CallbackError {
  readonly status: 400 | 403 | 503;
  readonly code: 'BAD_USER_INPUT' | 'FORBIDDEN' | 'LEDGER_UNAVAILABLE';
  readonly message: string;
}

export interface EventReceiver {
  /** What a callback is refused with that is not signed as it should be: to be asked before its body is read. */
  refusal(headers: IncomingHttpHeaders): CallbackError | undefined;
  /** Takes the body of a callback, as it came; `undefined` where it is answered 200. Never rejects. */
  receive(body: string): Promise<CallbackError | undefined>;
}

/**
 * Receives event callbacks from VOD ("Event callbacks"). VOD takes an event for delivered when it is answered 200, and
 * sends it again twice otherwise: the answer to an event about a job is 200 only once that is recorded.
 *
 * Throws a TypeError where signatures are wanted, but there is no key to verify them with.
 */
export function createEventReceiver(options: EventReceiverOptions): EventReceiver {
  const { callback, clock, observer, log } = options;
  // Anybody can sign with an empty key, and without any key every event would be lost in silence.
  if (callback && (callback.keys.length === 0 || callback.keys.includes(''))) {
    throw new TypeError('callback.keys: expected keys that are not empty; got none or an empty one');
  }

  return {
    refusal(headers) {
      const verdict = callback ? verifySignature({ ...callback, now: clock.now() }, headers) : 'valid';
      if (verdict === 'valid') return undefined;
      const { outcome, error } = refusals[verdict];
      observer.received(outcome);
      // Anybody can send these: they are counted, and fill no log.
      log.debug({ reason: verdict }, 'refused an event callback for its signature');
      return { status: 403, code: 'FORBIDDEN', message: error };
    },

    async receive(body) {
      const receivedAt = clock.now();
      const event = parseEvent(body);
      if (event.kind === 'invalid') {
        observer.received('invalid');
        log.debug('refused an event callback that holds no event');
        return { status: 400, code: 'BAD_USER_INPUT', message: event.problem };
      }
      if (event.kind === 'other') {
        observer.received('other');
        return undefined;
      }

      const { jobId, marker } = event;
      try {
        await recordInTime({ jobId, marker, receivedAt }, options);
      } catch (failure) {
        observer.received('not_recorded');
        logFailure(log, jobId, failure);
        const message = 'the event could not be recorded; send it again';
        return { status: 503, code: 'LEDGER_UNAVAILABLE', message };
      }
      observer.received('job');
      return undefined;
    },
  };
}

const refusals: Readonly<
  Record<SignatureProblem, { readonly outcome: EventOutcome; readonly error: string }>
> = {
  missing: {
    outcome: 'unsigned',
    error: 'expected X-VOD-TIMESTAMP and X-VOD-SIGNATURE; got one of them or none',
  },
  malformed: {
    outcome: 'badly_signed',
    error: 'expected Unix seconds in X-VOD-TIMESTAMP and 32 hex characters in X-VOD-SIGNATURE, each once',
  },
  wrong: {
    outcome: 'badly_signed',
    error: 'X-VOD-SIGNATURE: expected one for this URL, with a key that is in use; got another',
  },
  skewed: {
    outcome: 'skewed',
    error: `X-VOD-TIMESTAMP: expected a time within ${MAX_SKEW_MS / 1000} seconds of now; got another`,
  },
};

/** Gives up in time to ask VOD for another try. The event may be recorded even so: then it comes twice. */
function recordInTime(
  event: JobEvent,
  { clock, record, patienceMs }: EventReceiverOptions,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // Before the appointment is made: where this throws, the promise rejects and nothing is left behind.
    const recorded = record(event);
    const cancel = clock.after(patienceMs, () =>
      reject(new LedgerError(`the ledger has not answered within ${patienceMs} ms`)),
    );
    recorded.then(resolve, reject).finally(cancel);
  });
}

/** The id tells which job is read late, if at all; nothing else of the callback is told. */
function logFailure(log: Log, jobId: string, failure: unknown): void {
  if (failure instanceof LedgerError) log.warn({ error: failure.name, jobId }, failure.message);
  else if (failure instanceof Error) {
    log.error({ error: failure.name, jobId, stack: failure.stack }, failure.message);
  } else log.error({ jobId }, String(failure));
}
