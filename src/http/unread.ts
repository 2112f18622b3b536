import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { ServerResponse as NodeResponse } from './node-http.ts';

/** The time after which a connection is closed to which nothing could be sent, in milliseconds. */
const MAX_STALL_MS = 30_000;
/** The unread bytes of one connection after which the next write closes it: the largest response by default. */
const MAX_CONNECTION_BYTES = 16 * 1024 * 1024;
/**
 * The unread bytes of all connections together: this share of the heap's limit, … Closed connections hold theirs until
 * the next garbage collection. With a heap of 400 MiB and 60 clients that do not read 4.5 MB each, the process used up to
 * 463 MiB, and 524 MiB with a share of 1/8.
 */
const MAX_SHARE = 1 / 12;
/** … but at least two of the largest responses. */
const MIN_TOTAL_BYTES = 2 * MAX_CONNECTION_BYTES;

/** A write of this size or less is always made: the kernel accepts it at once, unless its client does not read. */
const SMALL_BYTES = 16 * 1024;

/** The length of the longest text that is written as it is: it leaves with its headers in one write. */
const MAX_TEXT_LENGTH = 1_024;

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
  /** Whether it has had no second to read yet. */
  isNew: boolean;
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

  /**
   * Whether a connection may get so many bytes more. If not, it is closed. This is asked before the write, because libuv
   * copies what the kernel does not accept, and holds the copy until the end of the turn even if the socket is destroyed.
   */
  mayWrite({ req: { socket } }: Writer, bytes: number): boolean {
    const connection = this.#connections.get(socket);
    const isOverOwn = connection && this.#measure(socket, connection) > MAX_CONNECTION_BYTES;
    if (!isOverOwn && (bytes <= SMALL_BYTES || this.#makeRoom(bytes))) return true;
    this.#close(socket, 'bytes');
    return false;
  }

  /** Ends a response whose status and headers are set, unless its connection may get no more. */
  end(response: ServerResponse, body: string | Uint8Array): void {
    if (response.destroyed || !this.mayWrite(response, body.length)) return;
    response.end(writable(body));
    this.written(response);
  }

  /** Counts what a write left unread. */
  written(writer: Writer): void {
    const { socket } = writer.req;
    if (writer.writableLength === 0 || socket.destroyed) return;
    let connection = this.#connections.get(socket);
    if (!connection) {
      connection = { writers: new Set(), bytes: 0, accepted: -1, since: 0, isNew: true };
      this.#connections.set(socket, connection);
      socket.once('close', () => this.#forget(socket));
    }
    connection.writers.add(writer);
    this.#measure(socket, connection);
    this.#makeRoom(0);
  }

  /** Looks at everything that is open. Call this every second. */
  sample(open: readonly Iterable<Writer>[]): void {
    for (const writers of open) for (const writer of writers) this.written(writer);
    const deadline = this.#clock.monotonic() - MAX_STALL_MS;
    for (const [socket, connection] of this.#connections) {
      const bytes = this.#measure(socket, connection);
      connection.isNew = false;
      if (bytes > 0 && connection.since <= deadline) this.#close(socket, 'stalled');
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
    if (connection.bytes === 0) connection.isNew = true;
    if (accepted !== connection.accepted || connection.bytes === 0) {
      connection.accepted = accepted;
      connection.since = this.#clock.monotonic();
    }
    this.#total += bytes - connection.bytes;
    connection.bytes = bytes;
    return bytes;
  }

  /**
   * Closes the connections that have waited longest until there is room for so many bytes. Returns false if there is not
   * enough: connections that have had no time to read stay, since many fast clients may get large responses at once.
   */
  #makeRoom(bytes: number): boolean {
    const hasRoom = () => this.#total + bytes <= this.#maxBytes;
    if (hasRoom()) return true;
    if (bytes > this.#maxBytes) return false;
    for (const [socket, connection] of this.#connections) this.#measure(socket, connection);
    const longestFirst = [...this.#connections]
      .filter(([, { isNew }]) => !isNew)
      .sort(([, one], [, other]) => one.since - other.since);
    for (const [socket] of longestFirst) {
      if (hasRoom()) break;
      this.#close(socket, 'bytes');
    }
    return hasRoom();
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

/** A `write` for responses, shared by all of them. It takes no encoding and no callback: nothing here uses them. */
function watchedWrite(unread: UnreadBytes): ServerResponse['write'] {
  const { write } = NodeResponse.prototype;
  function watched(this: ServerResponse, chunk: string | Uint8Array): boolean {
    if (!unread.mayWrite(this, chunk.length)) return false;
    if (write.call(this, writable(chunk), 'utf8')) return true;
    // Node keeps the first bytes of a response until the next tick, for a second write to join them.
    this.socket?.uncork();
    unread.written(this);
    return false;
  }
  return watched as ServerResponse['write'];
}

/**
 * For a text, libuv allocates three times its length and copies it, which took 45 ms of CPU time for 4.5 MB; `Buffer` takes
 * 2 ms, and the text is garbage at once.
 */
export function writable(chunk: string | Uint8Array): string | Uint8Array {
  return typeof chunk === 'string' && chunk.length > MAX_TEXT_LENGTH ? Buffer.from(chunk) : chunk;
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
