import { type After, pause } from '../after.ts';
import { attempt, type EventRequest } from './attempt.ts';

/** An event on its way to a receiver. */
export interface EventDelivery extends EventRequest {
  /** The job that the event is about; of a forged one, the job whose event's headers it carries. */
  readonly jobId: string;
  /** Not VOD's: the headers of another event with a body that lies. */
  readonly forged: boolean;
  /** How often it was sent so far. */
  readonly attempts: number;
  /**
   * - `pending`: not known yet
   * - `delivered`: answered HTTP 200 in time
   * - `dropped`: three attempts failed
   * - `lost`: never sent, by a fault
   * - `cancelled`: the emulator was closed before
   */
  readonly outcome: 'pending' | 'delivered' | 'dropped' | 'lost' | 'cancelled';
}

/** An {@link EventDelivery} to those who carry it out. */
export type OpenDelivery = { -readonly [Key in keyof EventDelivery]: EventDelivery[Key] };

const maxAttempts = 3;
const retryAfterMs = 1000;

/** Sends an event up to three times, a second after each failure. Never rejects. */
export async function deliver(delivery: OpenDelivery, after: After, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    delivery.attempts += 1;
    if (await attempt(delivery, after, signal)) {
      delivery.outcome = 'delivered';
      return;
    }
    if (delivery.attempts === maxAttempts) {
      delivery.outcome = signal.aborted ? 'cancelled' : 'dropped';
      return;
    }
    await pause(after, retryAfterMs, signal);
  }
  delivery.outcome = 'cancelled';
}
