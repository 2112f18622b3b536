import type { IncomingHttpHeaders } from 'node:http';
import { type Clock, withTimeout } from '../clock.ts';
import { TokenBucket } from '../domain/token-bucket.ts';
import { type JobEvent, LedgerError } from '../ledger/ledger.ts';
import type { Log } from '../observability/log.ts';
import type { EventOutcome } from '../observability/metrics/metrics.ts';
import { parseEvent } from './event.ts';
import { type AcceptedCallbacks, MAX_SKEW_MS, type SignatureProblem, verifySignature } from './signature.ts';
import { UsedSignatures } from './used-signatures.ts';

/** Counts event callbacks for metrics. */
export interface EventObserver {
  received(outcome: EventOutcome): void;
}

export interface EventReceiverOptions {
  /** The keys and URL that callbacks are signed with, or whether unsigned ones are accepted. */
  readonly callback: AcceptedCallbacks;
  readonly clock: Clock;
  /**
   * Resolves when the event is durable, or with `unknown` if nobody knows its job. VOD may send the same event several
   * times.
   */
  readonly record: (event: JobEvent) => Promise<'recorded' | 'unknown'>;
  readonly observer: EventObserver;
  readonly log: Log;
}

/** The error that the HTTP layer responds with to a callback. */
export interface CallbackError {
  readonly status: 400 | 403 | 429 | 503;
  readonly code: 'BAD_USER_INPUT' | 'FORBIDDEN' | 'LEDGER_UNAVAILABLE' | 'RATE_LIMITED';
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface EventReceiver {
  /** The error for a callback that is not accepted whatever its body is. Call it before you read the body. */
  refusal(headers: IncomingHttpHeaders): CallbackError | undefined;
  /** Handles the raw body of an accepted callback. Resolves to `undefined` for a 200. Never rejects. */
  receive(body: string, headers: IncomingHttpHeaders): Promise<CallbackError | undefined>;
}

/** VOD waits five seconds for the response to an event. */
const RECORD_TIMEOUT_MS = 4_000;
/**
 * The events that one gateway accepts in a second, and at once. VOD drops an event after three attempts a second apart,
 * so the limit is far above what VOD sends: at its usual quota it reads about 200 jobs a second.
 */
const EVENTS_PER_SECOND = 500;
const EVENTS_AT_ONCE = 5_000;

/**
 * Receives event callbacks from VOD (document: "Event callbacks"). VOD sends an event up to two more times if the status
 * of the response is not 200, so an event about a job gets a 200 only when it is recorded.
 *
 * Throws a `TypeError` if `callback.keys` is empty or has an empty key.
 */
export function createEventReceiver(options: EventReceiverOptions): EventReceiver {
  const { callback, clock, record, observer, log } = options;
  // Anybody can sign with an empty key. Without a key, every event would be rejected.
  if (typeof callback === 'object' && (callback.keys.length === 0 || callback.keys.includes(''))) {
    throw new TypeError(
      'callback.keys: expected at least one key, and no empty key; got none or an empty one',
    );
  }

  const rate = new TokenBucket(EVENTS_AT_ONCE, EVENTS_PER_SECOND, clock.monotonic());
  const used = new UsedSignatures();
  const verdictOf = (headers: IncomingHttpHeaders) => {
    if (typeof callback === 'object') return verifySignature({ ...callback, now: clock.now() }, headers);
    return callback === 'unsigned' ? 'valid' : 'unexpected';
  };
  const tooMany = (seconds: number): CallbackError => {
    observer.received('too_many');
    const message = `expected at most ${EVENTS_PER_SECOND} events a second; got one more`;
    return { status: 429, code: 'RATE_LIMITED', message, headers: { 'retry-after': String(seconds) } };
  };

  return {
    refusal(headers) {
      const verdict = verdictOf(headers);
      if (verdict === 'valid') {
        const waitMs = rate.take(clock.monotonic());
        return waitMs === undefined ? undefined : tooMany(Math.ceil(waitMs / 1000));
      }
      const { outcome, error } = rejections[verdict];
      observer.received(outcome);
      // Anybody can send such callbacks, so they must not fill the log.
      log.debug({ reason: verdict }, 'rejected an event callback: invalid signature');
      return { status: 403, code: 'FORBIDDEN', message: error };
    },

    async receive(body, headers) {
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
      const signature = typeof callback === 'object' ? String(headers['x-vod-signature']).toLowerCase() : '';
      const name = `${event.type} ${jobId}`;
      const usage = signature === '' ? 'new' : used.begin(signature, name);
      // A 200, because VOD repeats an event if the response to the first one is lost.
      if (usage === 'repeated') {
        observer.received('repeated');
        return undefined;
      }
      // VOD does not sign so many events in one second. The client may retry when the signature has expired.
      if (usage === 'exhausted') return tooMany(MAX_SKEW_MS / 1000);
      let outcome: 'recorded' | 'unknown';
      try {
        const recorded = record({ kind: jobKind, jobId, marker, receivedAt });
        // After a timeout the event may still be recorded. Then VOD sends it twice, which does no harm.
        outcome = await withTimeout(clock, RECORD_TIMEOUT_MS, recorded, timeoutError);
      } catch (failure) {
        observer.received('not_recorded');
        logFailure(log, jobId, failure);
        const message = 'the event could not be recorded; send it again';
        return { status: 503, code: 'LEDGER_UNAVAILABLE', message };
      } finally {
        used.end(signature);
      }
      if (signature !== '') used.add(signature, name, clock.monotonic());
      observer.received(outcome === 'unknown' ? 'unknown_job' : 'job');
      return undefined;
    },
  };
}

const rejections: Readonly<
  Record<SignatureProblem | 'unexpected', { readonly outcome: EventOutcome; readonly error: string }>
> = {
  unexpected: {
    outcome: 'unsigned',
    error: 'expected no events, because the gateway has neither VOD_CALLBACK_URL nor VOD_CALLBACK_KEYS',
  },
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
