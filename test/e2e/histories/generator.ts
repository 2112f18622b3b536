import type { JobKind } from '../../../src/domain/job.ts';
import { type SeededChoice, seededChoice } from '../../../src/emulator/results/seeded-choice.ts';
import type { Submit } from './history.ts';

/** The next request of a client. */
export type Invocation = { readonly gateway: number } & (
  | Submit
  | { readonly type: 'read'; readonly kind: JobKind; readonly ids: readonly string[] }
  | {
      readonly type: 'stream';
      readonly kind: JobKind;
      readonly ids: readonly string[];
      readonly overWebSocket: boolean;
    }
);

/** The newest keys and jobs are the ones to be sent and read again, while their first requests are still under way. */
const RECENT_KEYS = 12;
const RECENT_JOBS = 40;

/** The keys of one caller and the jobs that all callers know. */
export class Known {
  readonly jobs: Record<JobKind, string[]> = { AI: [], IMAGE: [], MEDIA_AUDIT: [] };
  readonly #keys = new Map<string, Submit[]>();

  keysOf(caller: string): Submit[] {
    const keys = this.#keys.get(caller) ?? [];
    this.#keys.set(caller, keys);
    return keys;
  }
}

/**
 * The requests of one client. The seed and the client's name decide the choices. Which keys and jobs are the newest also
 * depends on the other clients.
 */
export class Generator {
  readonly #caller: string;
  readonly #client: string;
  readonly #known: Known;
  readonly #choice: SeededChoice;
  #videos = 0;

  constructor(seed: string, caller: string, client: string, known: Known) {
    this.#caller = caller;
    this.#client = client;
    this.#known = known;
    this.#choice = seededChoice(`${seed} ${client}`);
  }

  /** @param gateway the gateway of the client's reads. Submits go to either one. */
  next(gateway: number): Invocation {
    const choice = this.#choice;
    const kind = choice.pick<JobKind>(['AI', 'IMAGE']);
    const reads = choice.chance(0.3);
    const overWebSocket = choice.chance(0.5);
    if (reads && this.#known.jobs[kind].length > 0) {
      const isStream = choice.chance(0.15);
      const ids = choice.sample(this.#known.jobs[kind].slice(-RECENT_JOBS), choice.integer(1, 5));
      return isStream
        ? { type: 'stream', kind, gateway, ids, overWebSocket }
        : { type: 'read', kind, gateway, ids };
    }
    return { ...this.#submit(kind), gateway: choice.integer(0, 1) };
  }

  /** Pauses between two requests, in milliseconds. */
  pauseMs(longest: number): number {
    return this.#choice.integer(0, longest);
  }

  #submit(kind: JobKind): Submit {
    const choice = this.#choice;
    const keys = this.#known.keysOf(this.#caller);
    const kindOfRequest = choice.integer(0, 99);
    const earlier = keys.length > 0 && kindOfRequest < 45 ? choice.pick(keys.slice(-RECENT_KEYS)) : undefined;
    if (earlier && kindOfRequest < 35) return earlier;
    // Another video, or a job of another kind for the same video.
    if (earlier) {
      const other = choice.chance(0.5);
      return other ? { ...earlier, videoId: `${earlier.videoId}-b` } : { ...earlier, kind };
    }
    const name = this.#newName();
    const isKeyed = kindOfRequest < 85;
    const submit: Submit = { type: 'submit', kind, key: isKeyed ? name : undefined, videoId: name };
    if (isKeyed) keys.push(submit);
    return submit;
  }

  /** The name of a new video. The emulator rejects a few of them, and the jobs of some others fail. */
  #newName(): string {
    const chance = this.#choice.integer(0, 99);
    const suffix = chance < 3 ? '-missing' : chance < 10 ? '-fail' : '';
    return `${this.#caller}-${this.#client}-${this.#videos++}${suffix}`;
  }
}
