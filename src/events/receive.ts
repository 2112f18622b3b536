import type { IncomingHttpHeaders } from 'node:http';
import { type Clock, withTimeout } from '../clock.ts';
import { type JobEvent, LedgerError } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import type { EventOutcome } from '../observability/metrics/metrics.ts';
import { parseEvent } from './event.ts';
import { type CallbackSecrets, MAX_SKEW_MS, type SignatureProblem, verifySignature } from './signature.ts';

/** Counts event callbacks for metrics. */
export interface EventObserver {
  received(outcome: EventOutcome): void;
}

export interface EventReceiverOptions {
  /** The keys and URL that callbacks are signed with. If absent, callbacks are accepted without a signature. */
  readonly callback: CallbackSecrets | undefined;
  readonly clock: Clock;
  /** Resolves when the event is durable. VOD may send the same event several times. */
  readonly record: (event: JobEvent) => Promise<unknown>;
  readonly observer: EventObserver;
  readonly log: Log;
}

/** The error that the HTTP layer responds with to a callback. */
export interface CallbackError {
  readonly status: 400 | 403 | 503;
  readonly code: 'BAD_USER_INPUT' | 'FORBIDDEN' | 'LEDGER_UNAVAILABLE';
  readonly message: string;
}

export interface EventReceiver {
  /** The error for a callback with a missing or invalid signature. Call it before you read the body. */
  refusal(headers: IncomingHttpHeaders): CallbackError | undefined;
  /** Handles the raw body of a callback. Resolves to `undefined` for a 200. Never rejects. */
  receive(body: string): Promise<CallbackError | undefined>;
}

/** VOD waits five seconds for the response to an event. */
const RECORD_TIMEOUT_MS = 4_000;

/**
 * Receives event callbacks from VOD (document: "Event callbacks"). VOD sends an event up to two more times if the status
 * of the response is not 200, so an event about a job gets a 200 only when it is recorded.
 *
 * Throws a `TypeError` if `callback.keys` is empty or has an empty key.
 */
export function createEventReceiver(options: EventReceiverOptions): EventReceiver {
  const { callback, clock, record, observer, log } = options;
  // Anybody can sign with an empty key. Without a key, every event would be rejected.
  if (callback && (callback.keys.length === 0 || callback.keys.includes(''))) {
    throw new TypeError(
      'callback.keys: expected at least one key, and no empty key; got none or an empty one',
    );
  }

  return {
    refusal(headers) {
      const verdict = callback ? verifySignature({ ...callback, now: clock.now() }, headers) : 'valid';
      if (verdict === 'valid') return undefined;
      const { outcome, error } = rejections[verdict];
      observer.received(outcome);
      // Anybody can send such callbacks, so they must not fill the log.
      log.debug({ reason: verdict }, 'rejected an event callback: invalid signature');
      return { status: 403, code: 'FORBIDDEN', message: error };
    },

    async receive(body) {
      const receivedAt = clock.now();
      const event = parseEvent(body);
      if (event.kind === 'invalid') {
        observer.received('invalid');
        log.debug('rejected an event callback: invalid event');
        return { status: 400, code: 'BAD_USER_INPUT', message: event.problem };
      }
      if (event.kind === 'other') {
        observer.received('other');
        return undefined;
      }

      const { jobKind, jobId, marker } = event;
      try {
        const recorded = record({ kind: jobKind, jobId, marker, receivedAt });
        // After a timeout the event may still be recorded. Then VOD sends it twice, which does no harm.
        await withTimeout(clock, RECORD_TIMEOUT_MS, recorded, timeoutError);
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

const rejections: Readonly<
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
    error: 'X-VOD-SIGNATURE: expected the signature of this URL with a current key; got another',
  },
  skewed: {
    outcome: 'skewed',
    error: `X-VOD-TIMESTAMP: expected a time within ${MAX_SKEW_MS / 1000} seconds of now; got another`,
  },
};

function timeoutError(): LedgerError {
  return new LedgerError(`the ledger did not respond within ${RECORD_TIMEOUT_MS} ms`);
}

/** Logs only the job's id: the rest of the callback may be secret. */
function logFailure(log: Log, jobId: string, failure: unknown): void {
  if (failure instanceof LedgerError) log.warn({ error: failure.name, jobId }, failure.message);
  else if (failure instanceof Error) {
    log.error({ error: failure.name, jobId, stack: failure.stack }, failure.message);
  } else log.error({ jobId }, String(failure));
}
