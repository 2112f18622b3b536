import { connect, type Socket } from 'node:net';

/** An HTTP answer as it came. */
export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** What came over a connection, as far as it has: one character a byte. */
export interface Conversation {
  readonly text: string;
  readonly isClosed: boolean;
  /** Resolves when nothing has come for so long, or the connection is closed. */
  quiet(ms: number): Promise<void>;
  write(bytes: Uint8Array | string): void;
  /** Half-closes it, and resolves when the other side has closed it as well; rejects where that does not come. */
  end(): Promise<void>;
  destroy(): void;
}

/** Longer than anything takes: what is not there by then never comes. */
export const HANG_MS = 15_000;

/** An HTTP client that sends what it is told to, right or wrong, since others refuse to. */
export class Wire {
  readonly port: number;
  #kept: Socket | undefined;

  constructor(port: number) {
    this.port = port;
  }

  /** Sends a request whose framing is right, over the connection that is kept; rejects where no answer comes. */
  exchange(request: Uint8Array, isHead = false): Promise<Answer> {
    const socket = this.#kept ?? connect(this.port, '127.0.0.1').setNoDelay();
    this.#kept = undefined;
    return new Promise<Answer>((resolve, reject) => {
      let received = '';
      let needed: number | 'chunks' | undefined;
      // To look at all of a long answer with each piece of it would take time with the square of its length.
      const mayBeWhole = (chunk: Buffer) => {
        needed ??= bytesNeeded(received);
        return needed === 'chunks'
          ? chunk.toString('latin1').endsWith('\r\n')
          : received.length >= (needed ?? 0);
      };
      const settle = (error?: Error) => {
        clearTimeout(hang);
        socket.removeAllListeners();
        // It may break later, when nobody waits for anything.
        socket.on('error', () => {});
        const parsed = error ? undefined : parseAnswer(received, isHead, socket.destroyed);
        if (!parsed) {
          socket.destroy();
          reject(error);
          return;
        }
        // Answers to who takes streams say `keep-alive` in any case.
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

  /** A connection of its own. */
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

/** How long an answer is, as soon as its head is there. */
function bytesNeeded(received: string): number | 'chunks' | undefined {
  const end = received.indexOf('\r\n\r\n');
  const head = received.slice(0, Math.max(0, end));
  if (/^transfer-encoding: chunked/im.test(head)) return 'chunks';
  const [, length] = /^content-length: (\d+)/im.exec(head) ?? [];
  return length === undefined ? undefined : end + 4 + Number(length);
}

/** The first answer in what has come, and what comes after it; `undefined` while it is not whole. */
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

/** The body of a chunked answer, as far as it has come. */
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
