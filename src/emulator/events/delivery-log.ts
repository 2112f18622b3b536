import type { EventDelivery, OpenDelivery } from './delivery.ts';

const maxDeliveries = 1000;

/** The last 1,000 deliveries, in the order in which they began. */
export class DeliveryLog {
  readonly #deliveries: OpenDelivery[] = [];

  get deliveries(): readonly EventDelivery[] {
    return this.#deliveries;
  }

  add(delivery: Omit<EventDelivery, 'attempts' | 'outcome'>): OpenDelivery {
    const entry: OpenDelivery = { ...delivery, attempts: 0, outcome: 'pending' };
    this.#deliveries.push(entry);
    if (this.#deliveries.length > maxDeliveries) this.#deliveries.shift();
    return entry;
  }
}
