import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';

/** The time after which a connection is closed to which nothing could be sent, in milliseconds. */
const MAX_STALL_MS = 30_000;
/** The unread bytes of one connection after which the next write closes it: the largest response by default. */
const MAX_CONNECTION_BYTES = 16 * 1024 * 1024;
/** The unread bytes of all connections together: this share of the heap's limit, … */
const MAX_SHARE = 1 / 8;
/** … but at least two of the largest responses. */
const MIN_TOTAL_BYTES = 2 * MAX_CONNECTION_BYTES;

/** A response, or a WebSocket. */
export interface Writer {
  /** The request that it belongs to. A pipelined response has no socket of its own until its turn comes. */
  readonly req: { readonly socket: Socket };
  /** The bytes that the kernel has not accepted yet. */
  readonly writableLength: number;
}

/** Why a connection was closed: its client read nothing, or too many bytes were unread. */
export type UnreadReason = 'stalled' | 'bytes';

export interface UnreadOptions {
  readonly clock: Clock;
  /** The limit of the heap, in bytes. */
  readonly heapLimit: number;
  /** Called for each connection that is closed. */
  readonly onClosed: (reason: UnreadReason) => void;
}

/** A connection with unread bytes. */
interface Unread {
  readonly writers: Set<Writer>;
  /** The sum of its writers' bytes when it was last looked at. */
  bytes: number;
  /** The bytes that the kernel had accepted by then. */
  accepted: number;
  /** When the kernel last accepted some, by the monotonic clock. */
  since: number;
}

/**
 * Closes the connections of clients that do not read. A response that the kernel accepts at once, as almost all do, is
 * never looked at. The kernel's own buffers come on top; they are not part of the process.
 */
export class UnreadBytes {
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #onClosed: (reason: UnreadReason) => void;
  readonly #connections = new Map<Socket, Unread>();
  #total = 0;
  readonly #write: ServerResponse['write'];

  constructor({ clock, heapLimit, onClosed }: UnreadOptions) {
    this.#clock = clock;
    this.#maxBytes = Math.max(heapLimit * MAX_SHARE, MIN_TOTAL_BYTES);
    this.#onClosed = onClosed;
    this.#write = watchedWrite(this);
  }

  /** The unread bytes of all connections. */
  get total(): number {
    return this.#total;
  }

  /**
   * Looks at a response after each write that the kernel does not accept at once. Events come too late for that: until
   * a body of some MiB is read, the response emits none.
   */
  watch(response: ServerResponse): void {
    response.write = this.#write;
  }

  /** Whether a connection may get more bytes. If not, it is closed. */
  mayWrite({ req: { socket } }: Writer): boolean {
    const connection = this.#connections.get(socket);
    if (!connection || this.#measure(socket, connection) <= MAX_CONNECTION_BYTES) return true;
    this.#close(socket, 'bytes');
    return false;
  }

  /** Counts what a write left unread. Over the limit, closes the connections that have waited longest. */
  written(writer: Writer): void {
    const { socket } = writer.req;
    if (writer.writableLength === 0 || socket.destroyed) return;
    let connection = this.#connections.get(socket);
    if (!connection) {
      connection = { writers: new Set(), bytes: 0, accepted: -1, since: 0 };
      this.#connections.set(socket, connection);
      socket.once('close', () => this.#forget(socket));
    }
    connection.writers.add(writer);
    this.#measure(socket, connection);
    if (this.#total > this.#maxBytes) this.#makeRoom();
  }

  /** Looks at everything that is open. Call this every second. */
  sample(open: readonly Iterable<Writer>[]): void {
    for (const writers of open) for (const writer of writers) this.written(writer);
    const deadline = this.#clock.monotonic() - MAX_STALL_MS;
    for (const [socket, connection] of this.#connections) {
      if (this.#measure(socket, connection) > 0 && connection.since <= deadline)
        this.#close(socket, 'stalled');
    }
  }

  /** Updates the state of a connection and returns its unread bytes. */
  #measure(socket: Socket, connection: Unread): number {
    let bytes = 0;
    for (const writer of connection.writers) {
      const { writableLength } = writer;
      if (writableLength === 0) connection.writers.delete(writer);
      bytes += writableLength;
    }
    const accepted = acceptedBytes(socket);
    if (accepted !== connection.accepted || connection.bytes === 0) {
      connection.accepted = accepted;
      connection.since = this.#clock.monotonic();
    }
    this.#total += bytes - connection.bytes;
    connection.bytes = bytes;
    return bytes;
  }

  #makeRoom(): void {
    for (const [socket, connection] of this.#connections) this.#measure(socket, connection);
    const longestFirst = [...this.#connections].sort(([, one], [, other]) => one.since - other.since);
    for (const [socket] of longestFirst) {
      if (this.#total <= this.#maxBytes) return;
      this.#close(socket, 'bytes');
    }
  }

  #close(socket: Socket, reason: UnreadReason): void {
    this.#forget(socket);
    this.#onClosed(reason);
    socket.destroy();
  }

  #forget(socket: Socket): void {
    this.#total -= this.#connections.get(socket)?.bytes ?? 0;
    this.#connections.delete(socket);
  }
}

/** A `write` for responses, shared by all of them. */
function watchedWrite(unread: UnreadBytes): ServerResponse['write'] {
  const { write } = ServerResponse.prototype;
  function watched(this: ServerResponse, ...args: Parameters<ServerResponse['write']>): boolean {
    unread.mayWrite(this);
    if (write.apply(this, args)) return true;
    // Node keeps the first bytes of a response until the next tick, for a second write to join them.
    this.socket?.uncork();
    unread.written(this);
    return false;
  }
  return watched as ServerResponse['write'];
}

/**
 * The bytes of a connection that the kernel has accepted. Node.js has no public counter that shows the progress of one
 * large write; these two are the ones by which its own `socket.setTimeout` knows it. That timeout does not fit, because
 * every byte that the client sends restarts it.
 */
function acceptedBytes(socket: Socket): number {
  const { _handle: handle } = socket as Socket & {
    readonly _handle?: { readonly bytesWritten: number; readonly writeQueueSize: number } | null;
  };
  return handle ? handle.bytesWritten - handle.writeQueueSize : 0;
}
