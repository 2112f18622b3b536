import { setImmediate as nextTurn } from 'node:timers/promises';
import { type FieldNode, GraphQLError } from 'graphql';
import type { ReadBudget } from '../jobs/requester.ts';
import { badUserInput } from './errors.ts';

/** What one operation may use. `docs/limits.md` describes each limit for operators. */
export interface BudgetLimits {
  /** Calls to VOD. */
  readonly maxUpstreamCalls: number;
  /** Pages and counts that are read from the ledger. */
  readonly maxLedgerReads: number;
  /** References in `_entities`. */
  readonly maxEntities: number;
  /** Objects in the response. */
  readonly maxResponseObjects: number;
  /** Bytes of the response as JSON. */
  readonly maxResponseBytes: number;
}

/** The maximum number of entries in `errors`. */
export const MAX_ERRORS = 1_000;

/** The share of a response that is reserved for its errors, in bytes. */
export function maxErrorBytes(maxResponseBytes: number): number {
  return maxResponseBytes / 32;
}
/** Fields of a response for each object of its limit. Four fields for each of 50,000 objects take 0.2 s to resolve. */
const FIELDS_PER_OBJECT = 4;
/** The estimated size of the jobs that an operation holds, in responses of the maximum size. */
const RESPONSES_HELD = 12;

/** The share of the bytes of a response that transcripts may have in characters: 2 Mi of them take about 1 s to break into lines. */
const TRANSCRIPT_SHARE = 1 / 8;

/**
 * What one operation has used of its {@link BudgetLimits}. It is counted while the operation runs, so it is exact whatever
 * VOD returns, and data from a cache costs no calls. What exceeds a limit fails with `BAD_USER_INPUT` at its field; the
 * rest of the response is not affected.
 */
export class OperationBudget implements ReadBudget {
  readonly #limits: BudgetLimits;
  #calls = 0;
  #ledgerReads = 0;
  #entities = 0;
  #objects = 0;
  #fields = 0;
  #bytes = 0;
  #heldBytes = 0;
  #transcriptCharacters = 0;
  #lastTranscript: Promise<void> = Promise.resolve();
  /** The long text that was counted last. One result often appears many times in a response. */
  #lastText = '';
  #lastBytes = 0;
  #failures = 0;
  /** The error of all failures after {@link MAX_ERRORS}: a response has at most as many. */
  #lastFailure: GraphQLError | undefined;
  /** The fields whose missing scope has been reported. */
  readonly #forbidden = new Set<FieldNode>();

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  takeCalls(calls: number): boolean {
    if (this.#calls + calls > this.#limits.maxUpstreamCalls) return false;
    this.#calls += calls;
    return true;
  }

  /** Counts a call to VOD that a mutation is about to make. */
  addCalls(calls: number): void {
    if (!this.takeCalls(calls)) {
      throw this.#exceeded('operation', this.#limits.maxUpstreamCalls, 'calls to VOD');
    }
  }

  /** Counts a page or a count that is about to be read from the ledger. */
  addLedgerRead(): void {
    if (++this.#ledgerReads > this.#limits.maxLedgerReads) {
      throw this.#exceeded('operation', this.#limits.maxLedgerReads, 'pages and counts of the ledger');
    }
  }

  /** Counts references before any of them is resolved. */
  addEntities(count: number): void {
    this.#entities += count;
    if (this.#entities > this.#limits.maxEntities) {
      const got = `${this.#entities}`;
      throw this.#exceeded('representations', this.#limits.maxEntities, 'references in one operation', got);
    }
  }

  /**
   * Counts an object before its fields are resolved.
   *
   * @param fields the number of its selected fields
   * @param bytes the bytes of its keys and of values whose length does not vary much
   */
  addObject(fields: number, bytes: number): void {
    const { maxResponseObjects } = this.#limits;
    this.#fields += fields;
    if (++this.#objects > maxResponseObjects) {
      throw this.#exceeded('response', maxResponseObjects, 'objects');
    }
    if (this.#fields > FIELDS_PER_OBJECT * maxResponseObjects) {
      throw this.#exceeded('response', FIELDS_PER_OBJECT * maxResponseObjects, 'fields');
    }
    this.#addBytes(bytes);
  }

  /** Counts a text of the response. */
  addText(text: string): void {
    if (text !== this.#lastText) {
      this.#lastText = text;
      this.#lastBytes = Buffer.byteLength(JSON.stringify(text));
    }
    this.#addBytes(this.#lastBytes);
  }

  /** Counts the items of a list of numbers. */
  addNumbers(count: number): void {
    this.#addBytes(count * NUMBER_BYTES);
  }

  holdBytes(bytes: number): boolean {
    if (this.#heldBytes + bytes > RESPONSES_HELD * this.#limits.maxResponseBytes) return false;
    this.#heldBytes += bytes;
    return true;
  }

  /**
   * Counts a transcript that is about to be searched or converted. Resolves when the process has served other requests since
   * the transcript before.
   */
  readTranscript(characters: number): Promise<void> {
    const limit = this.#limits.maxResponseBytes * TRANSCRIPT_SHARE;
    if (this.#transcriptCharacters + characters > limit) {
      throw this.#exceeded('operation', limit, 'characters of transcripts');
    }
    this.#transcriptCharacters += characters;
    this.#lastTranscript = this.#lastTranscript.then(() => nextTurn());
    return this.#lastTranscript;
  }

  /** Whether a missing scope is reported at this field for the first time. */
  reportsForbidden(field: FieldNode): boolean {
    if (this.#forbidden.has(field)) return false;
    this.#forbidden.add(field);
    return true;
  }

  #addBytes(bytes: number): void {
    const { maxResponseBytes } = this.#limits;
    this.#bytes += bytes;
    if (this.#bytes <= maxResponseBytes - maxErrorBytes(maxResponseBytes)) return;
    // The value is left out, so a shorter one may still fit.
    this.#bytes -= bytes;
    throw this.#exceeded('response', maxResponseBytes, 'bytes');
  }

  #exceeded(field: string, limit: number, noun: string, got = 'more'): GraphQLError {
    if (this.#failures++ < MAX_ERRORS) {
      return badUserInput([{ field, message: `expected at most ${limit} ${noun}; got ${got}` }]);
    }
    // GraphQL copies each error to give it a path, unless it has one. `limitErrors` counts the copies of this one.
    this.#lastFailure ??= new GraphQLError('further fields exceed the limits', { path: [] });
    return this.#lastFailure;
  }
}

/** The length of the longest `Int`, with a comma. */
export const NUMBER_BYTES = 12;
