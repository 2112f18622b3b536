import { setTimeout as sleep } from 'node:timers/promises';
import { type SeededChoice, seededChoice } from '../../../src/emulator/results/seeded-choice.ts';
import type { Emulator } from '../../../src/emulator/server.ts';
import type { RunningPostgres } from '../../ledger/running-postgres.ts';
import type { TcpProxy } from '../../support/proxy.ts';
import type { KillableGateway } from '../killable-gateway.ts';

/** The parts that the nemesis disturbs. */
export interface Victims {
  readonly gateways: readonly KillableGateway[];
  /** The connections of each gateway to Postgres. */
  readonly databases: readonly TcpProxy[];
  readonly postgres: RunningPostgres;
  readonly emulator: Emulator;
}

/** The shortest and the longest time between two disturbances, in milliseconds. */
const PAUSE_MS = [200, 1_600] as const;
/** A gateway whose database is down does not start. It is started again after this time, in milliseconds. */
const RESTART_MS = 200;
const MAX_STARTS = 50;
/** The clocks of the gateways in the order of their starts: slow, fast or right. */
const directions = [-1, 1, 0] as const;

/**
 * Disturbs gateways, Postgres, the network and VOD at random moments. Every disturbance repairs what it broke. The seed
 * decides their order and their durations.
 */
export class Nemesis {
  /** The number of disturbances by name. */
  readonly counts: Record<string, number> = {};
  #starts = 0;
  readonly #victims: Victims;
  readonly #maxSkewMs: number;
  readonly #ofGateways: SeededChoice;
  readonly #ofNetwork: SeededChoice;

  /** @param maxSkewMs the largest offset of a gateway's wall clock. The API accepts signatures of up to 15 minutes. */
  constructor(victims: Victims, seed: string, maxSkewMs: number) {
    this.#victims = victims;
    this.#maxSkewMs = maxSkewMs;
    this.#ofGateways = seededChoice(`${seed} gateways`);
    this.#ofNetwork = seededChoice(`${seed} network`);
  }

  /** Starts the gateways. */
  async start(): Promise<void> {
    await Promise.all(this.#victims.gateways.map((gateway) => this.#restart(gateway)));
  }

  /** Disturbs until the signal aborts, then repairs everything. The gateways and Postgres are restarted at the end. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#repeat(this.#ofGateways, () => this.#gatewayDisturbance(), signal),
      this.#repeat(this.#ofNetwork, () => this.#networkDisturbance(), signal),
    ]);
    const { emulator, databases } = this.#victims;
    emulator.faults.clear();
    for (const database of databases) database.cut();
    await this.start();
  }

  async #repeat(choice: SeededChoice, next: () => Disturbance, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(choice.integer(...PAUSE_MS));
      const { name, disturb } = next();
      this.counts[name] = (this.counts[name] ?? 0) + 1;
      await disturb();
    }
  }

  #gatewayDisturbance(): Disturbance {
    const choice = this.#ofGateways;
    const gateway = choice.pick(this.#victims.gateways);
    if (choice.chance(0.5)) {
      const downMs = choice.integer(0, 500);
      const disturb = async () => {
        await gateway.kill();
        await sleep(downMs);
        await this.#restart(gateway);
      };
      return { name: 'kills', disturb };
    }
    // The longest pauses exceed the lease of a submission.
    const pausedMs = choice.chance(0.1) ? choice.integer(6_500, 8_000) : choice.integer(50, 2_500);
    const disturb = async () => {
      gateway.pause();
      await sleep(pausedMs);
      gateway.resume();
    };
    return { name: 'pauses', disturb };
  }

  #networkDisturbance(): Disturbance {
    const { databases, postgres, emulator } = this.#victims;
    const choice = this.#ofNetwork;
    const database = choice.pick(databases);
    const ms = choice.integer(100, 2_000);
    const kind = choice.pick([
      'resetAfterRunning',
      'reset',
      'unavailable',
      'throttle',
      'stall',
      'html',
    ] as const);
    const times = choice.integer(1, 8);
    return choice.pick<Disturbance>([
      { name: 'cuts', disturb: async () => database.cut() },
      {
        name: 'stalls',
        async disturb() {
          database.stall();
          await sleep(ms);
          database.resume();
          database.cut();
        },
      },
      {
        name: 'databaseRestarts',
        async disturb() {
          await postgres.stop();
          await sleep(ms / 4);
          await postgres.start();
        },
      },
      { name: 'upstreamFaults', disturb: async () => emulator.faults.add({ kind, times }) },
      { name: 'upstreamFaults', disturb: async () => emulator.faults.add({ kind, times }) },
    ]);
  }

  /** Kills the gateway if it runs, and starts it with another clock. */
  async #restart(gateway: KillableGateway): Promise<void> {
    const offsetMs = (directions[this.#starts++ % directions.length] ?? 0) * this.#maxSkewMs;
    if (offsetMs !== 0) this.counts.skewedStarts = (this.counts.skewedStarts ?? 0) + 1;
    for (let attempt = 1; ; attempt++) {
      await gateway.kill();
      try {
        return await gateway.start(offsetMs);
      } catch (error) {
        if (attempt === MAX_STARTS) throw error;
        await sleep(RESTART_MS);
      }
    }
  }
}

interface Disturbance {
  readonly name: string;
  readonly disturb: () => Promise<void>;
}
