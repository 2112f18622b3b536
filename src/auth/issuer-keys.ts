import { createRemoteJWKSet, errors, type FlattenedJWSInput, type JWSHeaderParameters } from 'jose';
import type { Clock } from '../clock.ts';
import type { Log } from '../observability/log.ts';
import { AuthenticationUnavailableError } from './caller.ts';

/** The timeout of a request for the key set. */
const READ_TIMEOUT_MS = 3_000;
/** The lifetime of the cached key set. The gateway rejects a withdrawn key after this time. */
const MAX_AGE_MS = 10 * 60_000;
/** The age at which the key set is read again, while tokens are still checked with the cached one. */
const REFRESH_AGE_MS = MAX_AGE_MS / 2;
/** The time after a failed read until the next one: the `Retry-After` of the response. */
const RETRY_MS = 5_000;
/** The limit of tokens that wait for one read. Anybody can send a token with a key id that nobody knows. */
const MAX_WAITING = 100;

export interface IssuerKeysOptions {
  readonly url: string;
  /** The time after a read until a token with an unknown `kid` causes the next one, in milliseconds. */
  readonly cooldownMs: number;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/** The key of a token. `onWait` is called before the token waits for the key set to be read. */
export type KeyOfToken = (
  header: JWSHeaderParameters,
  token: FlattenedJWSInput,
  onWait?: () => void,
) => Promise<CryptoKey>;

/**
 * The issuer's key set. It is read by one request at a time, whatever the number of tokens that wait for it, and the
 * request is not that of a token: a key id that is not in the set is unknown until the next read is due.
 *
 * If the set cannot be read, a token is neither valid nor invalid: it rejects with an
 * {@link AuthenticationUnavailableError}.
 */
export function issuerKeys({ url, cooldownMs, clock, log }: IssuerKeysOptions): KeyOfToken {
  // It reads only when it is told to: it would make the tokens themselves wait, and read without a pause after failures.
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: READ_TIMEOUT_MS,
    cooldownDuration: Number.POSITIVE_INFINITY,
    cacheMaxAge: Number.POSITIVE_INFINITY,
  });
  let readAt = Number.NEGATIVE_INFINITY;
  let nextReadAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let reading: Promise<void> | undefined;
  let waiting = 0;

  const age = () => clock.monotonic() - readAt;

  /** The read in progress, or a new one if it is due. */
  function read(): Promise<void> | undefined {
    if (reading || clock.monotonic() < nextReadAt) return reading;
    reading = keys
      .reload()
      .then(
        () => {
          failure = undefined;
          readAt = clock.monotonic();
          nextReadAt = readAt + cooldownMs;
        },
        (error: unknown) => {
          failure = error;
          nextReadAt = clock.monotonic() + Math.min(RETRY_MS, cooldownMs);
          log.warn({ error: String(error) }, "could not read the token issuer's keys");
        },
      )
      .finally(() => {
        reading = undefined;
      });
    return reading;
  }

  /** Waits for the read. Rejects if too many tokens do. */
  async function wait(read: Promise<void>, onWait: (() => void) | undefined): Promise<void> {
    if (waiting >= MAX_WAITING) throw unavailable();
    waiting++;
    onWait?.();
    await read;
    waiting--;
  }

  const unavailable = () =>
    new AuthenticationUnavailableError("The issuer's keys cannot be read. Try again later.", {
      cause: failure,
    });

  return async (header, token, onWait) => {
    if (age() >= MAX_AGE_MS) {
      const due = read();
      if (due) await wait(due, onWait);
      if (age() >= MAX_AGE_MS) throw unavailable();
      return keys(header, token);
    }
    if (age() >= REFRESH_AGE_MS) void read();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    const due = read();
    if (due) await wait(due, onWait);
    if (failure !== undefined) throw unavailable();
    return keys(header, token);
  };
}
