/**
 * A field of an upstream answer that holds something no document describes: an unknown status, `Data` that is not
 * the JSON it should be. It is kept in the field's place, so that the job's other fields stay readable and nobody
 * has to guess.
 */
export class Undecodable {
  /** The field's name in the API, such as `Status`. */
  readonly field: string;
  readonly expected: string;
  /** What came, told without its content where that could be long or private. */
  readonly received: string;

  constructor(field: string, expected: string, received: string) {
    this.field = field;
    this.expected = expected;
    this.received = received;
  }
}

/** What an optional field of an upstream answer turned out to be: a value, absent, or not understood. */
export type Decoded<T> = T | undefined | Undecodable;
