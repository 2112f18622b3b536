/**
 * A field whose value no document describes, such as an unknown status or `Data` that is not JSON. It takes the place
 * of the value, so that the other fields of the job stay usable.
 */
export class Undecodable {
  /** The field's name in the API, such as `Status`. */
  readonly field: string;
  readonly expected: string;
  /** A description of the received value. Does not quote a value that may be long or private. */
  readonly received: string;

  constructor(field: string, expected: string, received: string) {
    this.field = field;
    this.expected = expected;
    this.received = received;
  }
}

/** A decoded optional field of an upstream response: its value, `undefined` if absent, or {@link Undecodable}. */
export type Decoded<T> = T | undefined | Undecodable;
