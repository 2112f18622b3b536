import type { CallTrace } from './call-trace.ts';

/** The operation that lookups and submissions serve. Every part is optional: the gateway also reads for itself. */
export interface Requester {
  /** Aborts when the client disconnects. */
  readonly signal?: AbortSignal | undefined;
  /** Records the calls to VOD that the operation waits for. */
  readonly callTrace?: CallTrace | undefined;
  /** Identifies the caller, so that no caller's ids wait behind another caller's. */
  readonly callerKey?: string | undefined;
  /** The number of submissions that the caller may make in one UTC day; 0 or absent means any number. */
  readonly submissionsPerDay?: number | undefined;
  /** Limits what the operation can use; absent for the gateway's own reads. */
  readonly budget?: ReadBudget | undefined;
}

/** The operation that submits jobs. */
export interface Submitter extends Requester {
  /** The id of the caller, who owns the submission and its idempotency key. */
  readonly callerId: string;
}

/** Limits the calls to VOD and the memory of one operation. */
export interface ReadBudget {
  /** Takes calls to VOD out of the budget. Returns `false`, and takes none, if they exceed it. */
  takeCalls(calls: number): boolean;
  /** The error about the caller's limit that {@link takeCalls} met last; `undefined` if it met the operation's own. */
  readonly callerExcess?: Error | undefined;
  /** Counts bytes of results that the operation holds. Returns `false`, and counts none, if they exceed the limit. */
  holdBytes(bytes: number): boolean;
  /** For an operation with a large response, resolves when it may go on. */
  turn(): Promise<void> | undefined;
}
