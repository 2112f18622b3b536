/** The place of a value in a {@link LinkedList}. */
export interface Link<Value> {
  value: Value | undefined;
  previous: Link<Value> | undefined;
  next: Link<Value> | undefined;
}

/**
 * Values in the order in which they were added, for those that come and go with each request.
 *
 * A `Set` or a `Map` would keep them from being freed: it often replaces its table, and V8's old table refers to the new one.
 * Once an old table has reached the old generation, all later tables and the requests in them survive until the next
 * collection of that generation, and each scavenge copies them. With sets, a lookup of one unfinished job took a sixth more
 * CPU time.
 */
export class LinkedList<Value> {
  /** Follows the last link and precedes the first one. */
  readonly #end: Link<Value> = { value: undefined, previous: undefined, next: undefined };

  constructor() {
    this.#end.previous = this.#end;
    this.#end.next = this.#end;
  }

  /** The value that was added first. */
  get first(): Value | undefined {
    return this.#end.next?.value;
  }

  /** Adds a value at the end. */
  add(value: Value): Link<Value> {
    const last = this.#end.previous;
    const link: Link<Value> = { value, previous: last, next: this.#end };
    if (last) last.next = link;
    this.#end.previous = link;
    return link;
  }

  /** Removes a value. A second call has no effect. */
  remove(link: Link<Value>): void {
    const { previous, next } = link;
    if (!previous || !next) return;
    previous.next = next;
    next.previous = previous;
    // A removed link that is garbage must not refer to values that are added later.
    link.value = undefined;
    link.previous = undefined;
    link.next = undefined;
  }

  /** The values at the time of the call, so that they may be removed one by one. */
  values(): Value[] {
    const values: Value[] = [];
    for (let link = this.#end.next; link && link !== this.#end; link = link.next) {
      values.push(link.value as Value);
    }
    return values;
  }
}
