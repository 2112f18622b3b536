import { setImmediate as nextTurn } from 'node:timers/promises';
import { type FieldNode, GraphQLError } from 'graphql';
import type { ReadBudget } from '../jobs/requester.ts';
import { badUserInput, limitError, withoutHttp } from './errors.ts';
import { type ResponseMemory, UNCOUNTED_BYTES } from './response-memory.ts';
import { Turns } from './turns.ts';

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

/** The number of errors about limits that are listed. */
const MAX_FAILURES = 100;
/** Stands for all further errors of a response that has many. `limitErrors` counts it, and does not list it. */
export const furtherFailures = new GraphQLError('further fields failed', { path: [] });

/** The share of a response that is reserved for its errors, in bytes. */
export function maxErrorBytes(maxResponseBytes: number): number {
  return maxResponseBytes / 32;
}
/** Fields of a response for each object of its limit. Four fields for each of 50,000 objects take 0.2 s to resolve. */
const FIELDS_PER_OBJECT = 4;
/** The fields of one operation that are resolved in one turn of the event loop, which takes about 10 ms. */
const FIELDS_PER_TURN = 5_000;
/** An operation with more list entries than this takes turns with others: they can take more than 10 ms to resolve. */
const LARGE_OBJECTS = 300;
/** The same for the estimated size of its jobs: four bytes for each character of a response that is counted. */
const LARGE_BYTES = 4 * UNCOUNTED_BYTES;
/** The estimated size of the jobs that an operation holds, in responses of the maximum size. */
const RESPONSES_HELD = 5;

/** The bytes of a character of a JSON string that is written as an escape, such as `\u0000`. */
const MAX_CHARACTER_BYTES = 6;

/** The share of the bytes of a response that transcripts may have in characters: 2 Mi of them take about 1 s to break into lines. */
const TRANSCRIPT_SHARE = 1 / 8;

/**
 * Counts the calls, reads, objects and bytes that one operation uses, and compares them with its {@link BudgetLimits}. It
 * counts while the operation runs, so data from a cache costs no calls. A field that exceeds a limit fails with
 * `BAD_USER_INPUT`; the rest of the response is not affected.
 */
export class OperationBudget implements ReadBudget {
  readonly #limits: BudgetLimits;
  #calls = 0;
  #ledgerReads = 0;
  #entities = 0;
  #objects = 0;
  #fields = 0;
  /** The turns of the fields after the first {@link FIELDS_PER_TURN}. */
  #turns: Turns | undefined;
  #bytes = 0;
  /** Texts whose bytes are not counted yet, because even {@link #maxTextBytes} of them are far from a limit. */
  #texts: string[] = [];
  #maxTextBytes = 0;
  #heldBytes = 0;
  #expected = 0;
  readonly #memory: ResponseMemory;
  readonly #callerKey: string;
  readonly #chargeCalls: (calls: number) => GraphQLError | undefined;
  #callerExcess: GraphQLError | undefined;
  /** The bytes of {@link ResponseMemory} that the response has taken. */
  #taken = 0;
  #hasEnded = false;
  #isShed = false;
  #transcriptCharacters = 0;
  #lastTranscript: Promise<void> | undefined;
  /** The long text that was counted last. One result often appears many times in a response. */
  #lastText = '';
  #lastBytes = 0;
  #failures = 0;
  /** The fields whose missing scope has been reported. */
  #forbidden: Set<FieldNode> | undefined;

  /**
   * @param callerKey the key under which the memory counts
   * @param chargeCalls counts calls against the caller's rate; returns the error if they exceed it
   */
  constructor(
    limits: BudgetLimits,
    memory: ResponseMemory,
    callerKey: string,
    chargeCalls: (calls: number) => GraphQLError | undefined = () => undefined,
  ) {
    this.#limits = limits;
    this.#memory = memory;
    this.#callerKey = callerKey;
    this.#chargeCalls = chargeCalls;
  }

  get callerExcess(): GraphQLError | undefined {
    return this.#callerExcess;
  }

  /** Whether a part of the response is missing because other large responses need the memory. */
  get isShed(): boolean {
    return this.#isShed;
  }

  /** Whether {@link releaseMemory} must wait until the response has been sent. */
  get holdsMemory(): boolean {
    return this.#taken > 0;
  }

  /** Ends the response. A field that resolves later, below a `null`, takes no memory that nobody would release. */
  releaseMemory(): void {
    this.#hasEnded = true;
    if (this.#taken === 0) return;
    this.#memory.release(this.#callerKey, this.#taken);
    this.#taken = 0;
  }

  takeCalls(calls: number): boolean {
    this.#callerExcess = undefined;
    if (this.#calls + calls > this.#limits.maxUpstreamCalls) return false;
    this.#callerExcess = this.#chargeCalls(calls);
    if (this.#callerExcess) return false;
    this.#calls += calls;
    return true;
  }

  /** Counts a call to VOD that a mutation is about to make. */
  addCalls(calls: number): void {
    if (!this.takeCalls(calls)) {
      if (this.#callerExcess) throw this.#callerExcess;
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
   * Counts an object before its fields are resolved. Returns the turn of the event loop in which that may happen, if it is not
   * the present one: a large response is resolved in many turns, between which other requests are served.
   *
   * @param fields the number of its selected fields
   * @param bytes the bytes of its keys and of values whose length does not vary much
   */
  addObject(fields: number, bytes: number): Promise<void> | undefined {
    const { maxResponseObjects } = this.#limits;
    this.#fields += fields;
    if (++this.#objects > maxResponseObjects) {
      throw this.#exceeded('response', maxResponseObjects, 'objects');
    }
    if (this.#fields > FIELDS_PER_OBJECT * maxResponseObjects) {
      throw this.#exceeded('response', FIELDS_PER_OBJECT * maxResponseObjects, 'fields');
    }
    this.#addBytes(bytes);
    if (this.#fields <= FIELDS_PER_TURN) return undefined;
    if (!this.#turns) {
      this.#turns = new Turns(FIELDS_PER_TURN);
      this.#turns.take(this.#callerKey, this.#fields - fields);
    }
    return this.#turns.take(this.#callerKey, fields);
  }

  /**
   * Checks that a list fits before any of its objects is counted. A list whose items are not nullable is missing as a whole
   * if one of them does, so its objects must not use up the budget of the rest.
   */
  checkRoom(objects: number): void {
    const { maxResponseObjects } = this.#limits;
    if (this.#objects + objects > maxResponseObjects) {
      throw this.#exceeded('response', maxResponseObjects, 'objects');
    }
  }

  /** Counts a text of the response. Most responses are so short that none of their texts is converted to count its bytes. */
  addText(text: string): void {
    const maxBytes = MAX_CHARACTER_BYTES * text.length + 2;
    if (this.#isFarFromLimits(maxBytes)) {
      this.#texts.push(text);
      this.#maxTextBytes += maxBytes;
    } else this.#addBytes(this.#bytesOf(text));
  }

  #bytesOf(text: string): number {
    if (text !== this.#lastText) {
      this.#lastText = text;
      this.#lastBytes = Buffer.byteLength(JSON.stringify(text));
    }
    return this.#lastBytes;
  }

  /** Counts the items of a list of numbers. */
  addNumbers(count: number): void {
    this.#addBytes(count * NUMBER_BYTES);
  }

  /** Counts the items of a list that may all be `null`. */
  addNulls(count: number): void {
    this.#addBytes(count * 'null,'.length);
  }

  /** Announces objects whose number is known before they are resolved. */
  expect(objects: number): void {
    this.#expected += objects;
  }

  turn(): Promise<void> | undefined {
    const isLarge = this.#expected > LARGE_OBJECTS || this.#heldBytes > LARGE_BYTES;
    return isLarge ? this.#memory.turn(this.#callerKey, () => this.holdsMemory) : undefined;
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
    this.#lastTranscript = this.#lastTranscript?.then(() => nextTurn()) ?? nextTurn();
    return this.#lastTranscript;
  }

  /** Whether a missing scope is reported at this field for the first time. */
  reportsForbidden(field: FieldNode): boolean {
    if (this.#forbidden?.has(field)) return false;
    this.#forbidden ??= new Set();
    this.#forbidden.add(field);
    return true;
  }

  #isFarFromLimits(bytes: number): boolean {
    return (
      this.#bytes + this.#maxTextBytes + bytes <= Math.min(UNCOUNTED_BYTES, this.#limits.maxResponseBytes / 2)
    );
  }

  #addBytes(bytes: number): void {
    const { maxResponseBytes } = this.#limits;
    if (this.#maxTextBytes > 0 && !this.#isFarFromLimits(bytes)) {
      for (const text of this.#texts) this.#bytes += this.#bytesOf(text);
      this.#texts = [];
      this.#maxTextBytes = 0;
    }
    const total = this.#bytes + bytes;
    // The value is left out, so a shorter one may still fit.
    if (total > maxResponseBytes - maxErrorBytes(maxResponseBytes)) {
      throw this.#exceeded('response', maxResponseBytes, 'bytes');
    }
    if (total > UNCOUNTED_BYTES) this.#takeMemory(total - this.#taken);
    this.#bytes = total;
  }

  #takeMemory(bytes: number): void {
    if (this.#hasEnded) return;
    if (!this.#isShed && this.#memory.take(this.#callerKey, bytes)) {
      this.#taken += bytes;
      return;
    }
    // One error is enough: the operation is rejected, or repeated by its client.
    const error = this.#isShed ? furtherFailures : withoutHttp(overloadedError());
    this.#isShed = true;
    throw error;
  }

  #exceeded(field: string, limit: number, noun: string, got = 'more'): GraphQLError {
    return this.#failure(() =>
      badUserInput([{ field, message: `expected at most ${limit} ${noun}; got ${got}` }]),
    );
  }

  /**
   * An error to throw. After {@link MAX_FAILURES}, it is the same one: GraphQL copies each error to give it a path, unless it
   * has one, and thousands of errors with their stack traces take more memory than the response.
   */
  #failure(create: () => GraphQLError): GraphQLError {
    if (this.#failures++ < MAX_FAILURES) return create();
    return furtherFailures;
  }
}

/** The error of an operation whose response does not fit beside other large responses. */
export function overloadedError(): GraphQLError {
  const message = 'expected fewer large responses at once; got one more than fits';
  const error = limitError('OVERLOADED', message, 1_000);
  const { http } = error.extensions as { readonly http?: { readonly headers: Record<string, string> } };
  // The client may not read at all.
  if (http) http.headers.connection = 'close';
  return error;
}

/** The length of the longest `Int`, with a comma. */
export const NUMBER_BYTES = 12;
