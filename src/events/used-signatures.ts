/** A signature is accepted up to this long: five minutes before and after its time. */
const WINDOW_MS = 10 * 60_000;
/**
 * The most jobs of one signature. All events of one second have the same signature, because it covers only the URL, the
 * time and the key, so this is also the most events of a second.
 */
const MAX_JOBS = 500;
/** The most remembered events. Their keys take about 10 MiB. */
const MAX_EVENTS = 50_000;

interface Signature {
  readonly firstUsedAt: number;
  /** The type and the job's id of each recorded event. */
  readonly events: Set<string>;
}

/**
 * The events that were recorded under each signature. The signature does not cover the body, so somebody who has seen one
 * event could otherwise send any number of others with its headers.
 */
export class UsedSignatures {
  /** In the order of their first use. */
  readonly #signatures = new Map<string, Signature>();
  /** The number of events of each signature that are being recorded. */
  readonly #pending = new Map<string, number>();
  #size = 0;

  /**
   * Whether this event was recorded with this signature, or too many others were or are being recorded. Otherwise `new`:
   * the event counts until {@link end} is called.
   */
  begin(signature: string, event: string): 'new' | 'repeated' | 'exhausted' {
    const events = this.#signatures.get(signature)?.events;
    if (events?.has(event)) return 'repeated';
    const pending = this.#pending.get(signature) ?? 0;
    if ((events?.size ?? 0) + pending >= MAX_JOBS) return 'exhausted';
    this.#pending.set(signature, pending + 1);
    return 'new';
  }

  /** Ends what {@link begin} has counted as `new`. Call {@link add} as well if the event was recorded. */
  end(signature: string): void {
    const pending = this.#pending.get(signature) ?? 0;
    if (pending > 1) this.#pending.set(signature, pending - 1);
    else this.#pending.delete(signature);
  }

  /** Remembers a recorded event. A rejected one is not remembered, because VOD may send it again as it was. */
  add(signature: string, event: string, now: number): void {
    this.#forget(now);
    const used = this.#signatures.get(signature) ?? { firstUsedAt: now, events: new Set<string>() };
    this.#signatures.set(signature, used);
    if (used.events.has(event)) return;
    used.events.add(event);
    this.#size++;
  }

  /** Drops signatures that have expired, and the oldest ones beyond the limit of memory. */
  #forget(now: number): void {
    for (const [signature, { firstUsedAt, events }] of this.#signatures) {
      if (this.#size < MAX_EVENTS && now - firstUsedAt <= WINDOW_MS) return;
      this.#signatures.delete(signature);
      this.#size -= events.size;
    }
  }
}
