/** A call that the emulator received. */
export interface EmulatorCall {
  /** As it was named, known or not. */
  readonly action: string;
  /** The action's own parameters, without those that only sign and route the call. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** Unix ms. */
  readonly at: number;
  /** `pending` until it is decided; then `ok`, the error's code, or the kind of the fault that answered instead. */
  readonly outcome: string;
}

const maxCalls = 10_000;

/** The last 10,000 calls, in order of arrival. */
export class CallLog {
  readonly #calls: { -readonly [Key in keyof EmulatorCall]: EmulatorCall[Key] }[] = [];

  get calls(): readonly EmulatorCall[] {
    return this.#calls;
  }

  /** Puts a call in; what comes back says how it ended. */
  add(call: Omit<EmulatorCall, 'outcome'>): { call: EmulatorCall; end: (outcome: string) => void } {
    const entry = { ...call, outcome: 'pending' };
    this.#calls.push(entry);
    if (this.#calls.length > maxCalls) this.#calls.shift();
    return {
      call: entry,
      end: (outcome) => {
        entry.outcome = outcome;
      },
    };
  }
}
