import { connect, type Socket } from 'node:net';

/** An HTTP response. */
export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A connection and the bytes that have arrived so far, one character for each. */
export interface Conversation {
  readonly text: string;
  readonly isClosed: boolean;
  /** Resolves when nothing has arrived for `ms` milliseconds or the connection is closed. */
  quiet(ms: number): Promise<void>;
  write(bytes: Uint8Array | string): void;
  /** Half-closes the connection. Resolves when the gateway closes it, and rejects if it does not. */
  end(): Promise<void>;
  destroy(): void;
}

/** The time after which a missing response counts as a hang. */
export const HANG_MS = 15_000;

/** An HTTP client that also sends invalid requests, unlike other clients. */
export class Wire {
  readonly port: number;
  #kept: Socket | undefined;

  constructor(port: number) {
    this.port = port;
  }

  /** Sends a request with correct framing over the kept connection. Rejects without a response. */
  exchange(request: Uint8Array, isHead = false): Promise<Answer> {
    const socket = this.#kept ?? connect(this.port, '127.0.0.1').setNoDelay();
    this.#kept = undefined;
    return new Promise<Answer>((resolve, reject) => {
      let received = '';
      let needed: number | 'chunks' | undefined;
      // Parsing a long response after each chunk would take quadratic time.
      const mayBeWhole = (chunk: Buffer) => {
        needed ??= bytesNeeded(received);
        return needed === 'chunks'
          ? chunk.toString('latin1').endsWith('\r\n')
          : received.length >= (needed ?? 0);
      };
      const settle = (error?: Error) => {
        clearTimeout(hang);
        socket.removeAllListeners();
        // The kept connection can fail later.
        socket.on('error', () => {});
        const parsed = error ? undefined : parseAnswer(received, isHead, socket.destroyed);
        if (!parsed) {
          socket.destroy();
          reject(error);
          return;
        }
        // The responses of streams always have `keep-alive`.
        const isLast = /\nconnection: close/i.test(Buffer.from(request).toString('latin1'));
        if (isLast || parsed.answer.headers.get('connection') === 'close' || parsed.rest !== '')
          socket.destroy();
        else this.#keep(socket);
        resolve(parsed.answer);
      };
      const hang = setTimeout(() => settle(new Error(`hangs, after ${received.length} bytes`)), HANG_MS);
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString('latin1');
        if ((isHead || mayBeWhole(chunk)) && parseAnswer(received, isHead, false)) settle();
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        const isWhole = parseAnswer(received, isHead, true) !== undefined;
        settle(
          isWhole ? undefined : new Error(`closed after ${received.length} bytes: ${received.slice(0, 200)}`),
        );
      });
      socket.write(request);
    });
  }

  /** Opens a separate connection. */
  open(bytes: Uint8Array | string): Conversation {
    const socket = connect({ port: this.port, host: '127.0.0.1', allowHalfOpen: true });
    let text = '';
    let isClosed = false;
    let heard = () => {};
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      heard();
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => {});
    socket.once('close', () => {
      isClosed = true;
      heard();
    });
    socket.write(bytes);
    return {
      get text() {
        return text;
      },
      get isClosed() {
        return isClosed;
      },
      quiet: (ms) =>
        new Promise((resolve) => {
          let timer = setTimeout(resolve, ms);
          heard = () => {
            clearTimeout(timer);
            if (isClosed) resolve();
            else timer = setTimeout(resolve, ms);
          };
          if (isClosed) heard();
        }),
      write(more) {
        if (!socket.writableEnded && !socket.destroyed) socket.write(more);
      },
      async end() {
        socket.end();
        let hang: NodeJS.Timeout | undefined;
        const hanging = new Promise<never>((_resolve, reject) => {
          hang = setTimeout(() => reject(new Error('the connection is not closed')), HANG_MS);
        });
        try {
          await Promise.race([closed, hanging]);
        } finally {
          clearTimeout(hang);
          socket.destroy();
        }
      },
      destroy: () => socket.destroy(),
    };
  }

  close(): void {
    this.#kept?.destroy();
  }

  #keep(socket: Socket): void {
    socket.once('close', () => {
      if (this.#kept === socket) this.#kept = undefined;
    });
    this.#kept = socket;
  }
}

/** The length of a response in bytes, once its head has arrived. */
function bytesNeeded(received: string): number | 'chunks' | undefined {
  const end = received.indexOf('\r\n\r\n');
  const head = received.slice(0, Math.max(0, end));
  if (/^transfer-encoding: chunked/im.test(head)) return 'chunks';
  const [, length] = /^content-length: (\d+)/im.exec(head) ?? [];
  return length === undefined ? undefined : end + 4 + Number(length);
}

/** The first response and the bytes after it, or `undefined` while it is incomplete. */
export function parseAnswer(
  received: string,
  isHead: boolean,
  isClosed: boolean,
): { readonly answer: Answer; readonly rest: string } | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = received.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  const rest = received.slice(end + 4);
  if (status >= 100 && status < 200 && status !== 101) return parseAnswer(rest, isHead, isClosed);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const whole = (body: string, after: string) => ({
    answer: { status, headers, body: Buffer.from(body, 'latin1').toString() },
    rest: after,
  });
  if (isHead || status === 204 || status === 304 || status === 101) return whole('', rest);
  if (headers.get('transfer-encoding') === 'chunked') {
    const chunks = unchunked(rest);
    return chunks.isWhole ? whole(chunks.body, chunks.rest) : undefined;
  }
  const length = headers.get('content-length');
  if (length === undefined) return isClosed ? whole(rest, '') : undefined;
  return rest.length < Number(length)
    ? undefined
    : whole(rest.slice(0, Number(length)), rest.slice(Number(length)));
}

/** The part of a chunked body that has arrived. */
function unchunked(text: string): {
  readonly body: string;
  readonly rest: string;
  readonly isWhole: boolean;
} {
  let body = '';
  let at = 0;
  for (;;) {
    const line = text.indexOf('\r\n', at);
    const length = line < 0 ? Number.NaN : Number.parseInt(text.slice(at, line), 16);
    const next = line + 2 + length + 2;
    if (!(next <= text.length)) return { body, rest: '', isWhole: false };
    if (length === 0) return { body, rest: text.slice(next), isWhole: true };
    body += text.slice(line + 2, next - 2);
    at = next;
  }
}
