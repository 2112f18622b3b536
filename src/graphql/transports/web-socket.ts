import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, type Context, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { authenticateConnection, hasCredentials, headersOf } from '../../auth/authenticate.ts';
import {
  type Authenticate,
  AuthenticationError,
  type Caller,
  callerKey,
  hasExpired,
  onExpiry,
} from '../../auth/caller.ts';
import type { WrongCredentials } from '../../auth/wrong-credentials.ts';
import type { Clock } from '../../clock.ts';
import type { ClientAddresses } from '../../http/client-address.ts';
import type { Overload } from '../../http/overload.ts';
import { refuseUpgrade } from '../../http/respond.ts';
import { Strangers } from '../../http/strangers.ts';
import type { UnreadBytes, Writer } from '../../http/unread.ts';
import type { Log } from '../../observability/log.ts';
import { badUserInput, limitError, presentError, withoutHttp } from '../errors.ts';
import { expiredCallerError } from '../plugins/caller-validity.ts';
import type { OperationRecords } from '../plugins/records.ts';
import { type OperationServer, type PreparedOperation, prepareOperation } from './operation.ts';

/** The size limit of a message, in bytes. The body of an HTTP request has the same limit. */
const MAX_MESSAGE_BYTES = 100 * 1024;
/** The limit of running operations on one connection. */
const MAX_OPERATIONS = 100;
/** The limits of connections whose caller is not known. graphql-ws closes them after three seconds. */
const MAX_STRANGERS = { max: 1_000, maxPerAddress: 100 };
/** The interval between pings. A connection that has not answered the last one is closed. */
const PING_INTERVAL_MS = 12_000;
/** The limit of a close frame's reason, by RFC 6455. */
const MAX_REASON_BYTES = 123;
/** The time for a client to complete the closing handshake, on shutdown or if its caller is not known. */
const CLOSE_TIMEOUT_MS = 1_000;
/** RFC 6455's code for a server that shuts down. Clients of graphql-ws reconnect after it. */
const GOING_AWAY = 1001;
/** IANA's code for a temporary condition of the server. Clients of graphql-ws reconnect after it. */
const TRY_AGAIN_LATER = 1013;

export interface WebSocketTransportOptions {
  readonly server: OperationServer;
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  readonly log: Log;
  readonly operations: OperationRecords;
  /** Counts the connections and their queries and mutations. */
  readonly overload: Pick<Overload, 'take' | 'release'>;
  readonly unread: Pick<UnreadBytes, 'mayWrite' | 'written'>;
  /** Origins of pages that may connect, in addition to the gateway's own. */
  readonly allowedOrigins: readonly string[];
  readonly addresses: Pick<ClientAddresses, 'of'>;
  /** Limits the wrong credentials of each address. */
  readonly wrongCredentials: WrongCredentials;
}

export interface WebSocketTransport {
  /** Handles a server's `upgrade` event. Only the path `/graphql` is accepted. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The number of authenticated connections. */
  readonly size: number;
  /** All connections. */
  readonly writers: Iterable<Writer>;
  /**
   * Closes all connections with code 1001, and rejects new ones. A connection with a running query or mutation stays
   * open, because a submission must be answered; call this again to close it later.
   */
  close(): void;
}

/** The place of a connection among those of its caller, or among those whose caller is not known. */
interface ConnectionPlace {
  /** The key of the caller under which the connection counts; `undefined` if the caller is not known. */
  readonly key: string | undefined;
  readonly release: () => void;
}

interface Connection extends Writer {
  readonly socket: WebSocket;
  readonly req: IncomingMessage;
  place: ConnectionPlace;
  /** `undefined` until the connection is authenticated. */
  caller: Caller | undefined;
  /** Stops waiting for the end of the caller's credentials. */
  cancelExpiry: () => void;
  /** The ids of queries and mutations whose result has not been sent. */
  readonly unanswered: Set<string>;
  /** Aborts when the connection is closed. */
  readonly signal: AbortSignal;
}

/**
 * GraphQL over WebSocket with the protocol `graphql-transport-ws`, which federation routers use.
 *
 * It does not use `graphql-ws/use/ws`, which closes with 4500 instead of 4400 after an unexpected message, sends the
 * payload of a ping back, buffers without a limit for slow readers, and writes what clients send to the console.
 */
export function createWebSocketTransport(options: WebSocketTransportOptions): WebSocketTransport {
  const { server, authenticate, clock, log, operations, overload, unread, allowedOrigins } = options;
  const { addresses, wrongCredentials } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, handleProtocols });
  const connections = new Set<Connection>();
  const authenticated = new Set<Connection>();
  const strangers = new Strangers(MAX_STRANGERS);
  let isClosing = false;

  /** Takes a place of the caller. `undefined` if there are too many connections. */
  const placeOf = (caller: Caller, request: IncomingMessage): ConnectionPlace | undefined => {
    const key = callerKey(caller, request.socket.remoteAddress);
    if (!overload.take('stream', key)) return undefined;
    return { key, release: () => overload.release('stream', key) };
  };

  const protocol = makeServer<Record<string, unknown>, Connection>({
    execute: (args) => (args as PreparedOperation).rootValue.execute(args),
    subscribe: (args) => (args as PreparedOperation).rootValue.subscribe(args),
    async onConnect(context) {
      const { extra: connection, connectionParams } = context;
      try {
        const caller = await authenticateConnection(authenticate, connection.req, connectionParams);
        // The client may have disconnected in the meantime.
        if (!connections.has(connection)) return true;
        if (connection.place.key === undefined) {
          const place = placeOf(caller, connection.req);
          if (!place) {
            connection.socket.close(TRY_AGAIN_LATER, 'Try again later');
            return false;
          }
          connection.place.release();
          connection.place = place;
        }
        authenticated.add(connection);
        connection.caller = caller;
        connection.cancelExpiry = onExpiry(caller, clock, () => closeExpired(context));
        return true;
      } catch (error) {
        // After 4403, which `false` leads to, clients reconnect with other credentials.
        const isWrong = error instanceof AuthenticationError;
        const isGuess = isWrong && !error.areMissing;
        if (!isWrong || (isGuess && wrongCredentials.count(addresses.of(connection.req)) !== undefined)) {
          connection.socket.close(TRY_AGAIN_LATER, 'Try again later');
        }
        return false;
      }
    },
    async onSubscribe({ extra: connection, subscriptions }, id, params) {
      const { socket, caller, req: request, signal } = connection;
      const { key } = connection.place;
      if (isClosing) {
        socket.close(GOING_AWAY, 'Going away');
        return [withoutHttp(limitError('OVERLOADED', 'the gateway is shutting down; reconnect', 1_000))];
      }
      const running = Object.keys(subscriptions).length;
      if (!caller || key === undefined || hasExpired(caller, clock)) {
        // Clients reconnect with new credentials after 4403. Other operations finish first: one may be a submission.
        if (running <= 1) socket.close(CloseCode.Forbidden, 'Forbidden');
        return [expiredCallerError()];
      }
      if (running > MAX_OPERATIONS) {
        const message = `expected at most ${MAX_OPERATIONS} at once over one connection; got one more`;
        return [badUserInput([{ field: 'operations', message }])];
      }
      // Before the document is parsed, as over HTTP.
      if (!overload.take('request', key)) {
        const message = 'expected fewer requests at once; got one more than can be served';
        return [withoutHttp(limitError('OVERLOADED', message, 1_000))];
      }
      let isReleased = false;
      const release = () => {
        if (!isReleased) overload.release('request', key);
        isReleased = true;
      };
      const prepared = await prepareOperation({
        ...{ server, operations, params, caller, request, signal },
        // The connection is a stream already, so an operation that waits for jobs needs no place of its own.
        onWait: release,
        onEnd: release,
      });
      if (Array.isArray(prepared) || prepared.isSubscription) release();
      else connection.unanswered.add(id);
      return prepared;
    },
    // graphql-ws sends `complete` after this hook, in the same turn of the event loop.
    onComplete(context, id) {
      setImmediate(() => {
        context.extra.unanswered.delete(id);
        closeExpired(context, id);
      });
    },
    onError(context, id, _params, errors) {
      setImmediate(() => closeExpired(context, id));
      return errors.map((error) => presentError(error).toJSON());
    },
  });

  /**
   * Closes a connection whose credentials have expired or were revoked, if no operation runs: one may be a submission.
   *
   * @param endedId the operation that has just ended, which graphql-ws may still list
   */
  function closeExpired(
    { extra, subscriptions }: Context<Record<string, unknown>, Connection>,
    endedId = '',
  ) {
    const { caller, socket } = extra;
    if (!caller || !hasExpired(caller, clock)) return;
    // Clients reconnect with new credentials after 4403.
    if (Object.keys(subscriptions).every((id) => id === endedId))
      socket.close(CloseCode.Forbidden, 'Forbidden');
  }

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage, place: ConnectionPlace) => {
    const closing = new AbortController();
    const connection: Connection = {
      socket,
      req: request,
      get writableLength() {
        return socket.bufferedAmount;
      },
      place,
      caller: undefined,
      cancelExpiry: () => {},
      unanswered: new Set(),
      signal: closing.signal,
    };
    connections.add(connection);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(connection, unread, text),
        close(code, reason) {
          socket.close(code, Buffer.from(reason ?? '').subarray(0, MAX_REASON_BYTES));
          // `ws` would wait for the closing handshake for 30 seconds.
          if (!connection.caller) setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
        },
        // The payload of the ping is not sent back: it may be long, and the client may not read it.
        onPing: () => send(connection, unread, '{"type":"pong"}'),
        onMessage: (handle) =>
          socket.on('message', (message) => {
            handle(String(message)).catch((error: unknown) => {
              // graphql-ws throws on a message that only a server may send.
              if (String(error).includes('Unexpected message')) {
                socket.close(CloseCode.BadRequest, 'Unexpected message');
                return;
              }
              log.error({ error: String(error) }, 'a WebSocket message could not be handled');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      connection,
    );
    // `ws` closes a connection before it emits an error about it, such as a message beyond the size limit.
    socket.on('error', (error) =>
      log.debug({ error: error.message }, 'a WebSocket client violated the protocol'),
    );
    const stopPings = startPings(socket);
    socket.once('close', (code, reason) => {
      stopPings();
      connection.cancelExpiry();
      connections.delete(connection);
      authenticated.delete(connection);
      connection.place.release();
      closing.abort();
      closed(code, String(reason)).catch((error: unknown) => {
        log.error({ error: String(error) }, 'a WebSocket could not be closed');
      });
    });
  });

  /** Opens a connection. If its request has valid credentials, it takes a place of its caller from the start. */
  async function accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const close = () => socket.destroy();
    // After `upgrade`, Node no longer handles the socket's errors.
    socket.on('error', close);
    const leave = strangers.enter(addresses.of(request), close);
    socket.once('close', leave);
    // With wrong credentials, the connection is closed after its first message, with a code that clients understand.
    const headers = headersOf(request);
    const caller = hasCredentials(headers) ? await authenticate(headers).catch(() => undefined) : undefined;
    if (socket.destroyed) return;
    const place = isClosing
      ? undefined
      : caller
        ? placeOf(caller, request)
        : { key: undefined, release: leave };
    if (!place) {
      refuseUpgrade(socket, '503 Service Unavailable', { 'retry-after': '1' });
      return;
    }
    if (caller) leave();
    let isOpen = false;
    sockets.handleUpgrade(request, socket, head, (client) => {
      isOpen = true;
      socket.off('error', close);
      sockets.emit('connection', client, request, place);
    });
    // `ws` calls back synchronously, or it has rejected the handshake.
    if (!isOpen) place.release();
  }

  return {
    upgrade(request, socket, head) {
      const [path] = (request.url ?? '').split('?', 1);
      if (isClosing) refuseUpgrade(socket, '503 Service Unavailable');
      else if (path !== '/graphql') refuseUpgrade(socket, '404 Not Found');
      else if (isForeignOrigin(request, allowedOrigins)) refuseUpgrade(socket, '403 Forbidden');
      else void accept(request, socket, head);
    },
    get size() {
      return authenticated.size;
    },
    writers: connections,
    close() {
      isClosing = true;
      for (const { socket, unanswered } of connections) {
        if (socket.readyState !== socket.OPEN || unanswered.size > 0) continue;
        socket.close(GOING_AWAY, 'Going away');
        setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
      }
    },
  };
}

/**
 * Whether a page of another site opens the connection. CORS does not apply to WebSockets, so without this check any page
 * could submit jobs to a gateway that its visitor can reach. Programs send no `Origin`.
 */
function isForeignOrigin({ headers }: IncomingMessage, allowedOrigins: readonly string[]): boolean {
  if (headers.origin === undefined || allowedOrigins.includes(headers.origin)) return false;
  return !URL.canParse(headers.origin) || new URL(headers.origin).host !== headers.host;
}

function send(
  connection: Connection,
  unread: WebSocketTransportOptions['unread'],
  text: string,
): Promise<void> {
  const { socket } = connection;
  return new Promise((resolve) => {
    if (!unread.mayWrite(connection, text.length) || socket.readyState !== socket.OPEN) {
      resolve();
      return;
    }
    // Errors are ignored because the connection is closed after them.
    socket.send(text, () => resolve());
    unread.written(connection);
  });
}

/** Terminates a connection whose client does not answer a ping. Returns a function that stops the pings. */
function startPings(socket: WebSocket): () => void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, PING_INTERVAL_MS);
  return () => clearInterval(timer);
}
