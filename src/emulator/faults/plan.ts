import type { EmulatorCall } from '../calls.ts';
import type { Fault } from './fault.ts';

/** The faults that are to happen, in the order in which they were added. */
export interface FaultPlan {
  /** Those that can still happen. */
  readonly faults: readonly Fault[];
  add(fault: Fault): void;
  clear(): void;
}

/** Decides which faults a call meets. */
export class OrderedFaultPlan implements FaultPlan {
  #entries: { readonly fault: Fault; left: number }[] = [];
  readonly #random: () => number;

  /** @param random 0…1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  get faults(): readonly Fault[] {
    return this.#entries.map(({ fault, left }) =>
      fault.times === undefined ? fault : { ...fault, times: left },
    );
  }

  add(fault: Fault): void {
    this.#entries.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#entries = [];
  }

  /**
   * The faults that happen to a call, each counted as having happened: every latency, and the first of the others,
   * since a call can only be answered once.
   */
  take(call: EmulatorCall): { latencyMs: number; fault?: Fault } {
    let latencyMs = 0;
    let chosen: Fault | undefined;
    for (const entry of this.#entries) {
      const { fault } = entry;
      const isLatency = fault.kind === 'latency';
      if (!isLatency && chosen !== undefined) continue;
      if (!this.#happens(fault, call)) continue;
      entry.left -= 1;
      if (isLatency) latencyMs += fault.ms ?? 1000;
      else chosen = fault;
    }
    this.#entries = this.#entries.filter(({ left }) => left > 0);
    return chosen === undefined ? { latencyMs } : { latencyMs, fault: chosen };
  }

  #happens({ action, when, probability }: Fault, call: EmulatorCall): boolean {
    if (action !== undefined && action !== call.action) return false;
    if (typeof when === 'function' && !when(call)) return false;
    if (typeof when === 'string' && !Object.values(call.parameters).some((value) => value.includes(when))) {
      return false;
    }
    return probability === undefined || this.#random() < probability;
  }
}
