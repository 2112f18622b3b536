import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { getOperationAST } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { authenticateConnection } from '../../auth/authenticate.ts';
import { type Authenticate, AuthenticationError, type Caller, hasExpired } from '../../auth/caller.ts';
import type { Clock } from '../../clock.ts';
import { refuseUpgrade } from '../../http/respond.ts';
import type { Log } from '../../observability/log.ts';
import { badUserInput, presentError } from '../errors.ts';
import { callerHasEnded } from '../plugins/caller-validity.ts';
import type { OperationRecords } from '../plugins/records.ts';
import { refusedForNow } from '../refusal.ts';
import type { GraphQLServer } from '../server.ts';
import { asRequest } from './fetch-request.ts';
import { isPrepared, type PreparedOperation, prepareOperation } from './operation.ts';

/** The most bytes of one message: as many as a request's body may have. */
const MAX_MESSAGE_BYTES = 100 * 1024;
/** The most operations that one connection may have running. */
const MAX_OPERATIONS = 100;
/** The most connections whose clients have not said yet who they are; they have three seconds. */
const MAX_STRANGERS = 1_000;
/** The most bytes that wait for a client to take them. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;
/** How often a client has to show that it is still there. */
const KEEP_ALIVE_MS = 12_000;
/** What a close frame has room for. */
const MAX_REASON_BYTES = 123;
/** How long a client may take to answer the goodbye. */
const GOODBYE_MS = 1_000;
/** WebSocket's own code for a server that goes away: clients of graphql-ws connect again after it. */
const GOING_AWAY = 1001;
/** The same for one that cannot serve now. */
const TRY_AGAIN_LATER = 1013;

export interface WebSocketTransport {
  /** Takes a connection over; for a server's `upgrade` event, at the path of GraphQL. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** How many clients are connected that have shown who they are. */
  readonly size: number;
  /**
   * Tells clients that the gateway goes away: they connect again, and start from what is then. Those that wait for the
   * answer to a query or a mutation are told at a later call, once they have it.
   */
  close(): void;
}

interface Connection {
  readonly request: IncomingMessage;
  /** Known once the connection is acknowledged. */
  caller: Caller | undefined;
  /** Queries and mutations that are running: a submission has to be told even where the gateway goes away. */
  readonly owing: Set<string>;
  close(code: number, reason: string): void;
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal;
}

/** GraphQL over WebSocket, by the protocol of graphql-ws (`graphql-transport-ws`), which routers speak. */
export function createWebSocketTransport(
  server: GraphQLServer,
  authenticate: Authenticate,
  clock: Clock,
  log: Log,
  operations: OperationRecords,
  allowedOrigins: readonly string[],
): WebSocketTransport {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, handleProtocols });
  let isClosing = false;
  /** Connections whose clients are known: these take a place among the streams. */
  const acknowledged = new Set<Connection>();
  const owingOf = new WeakMap<WebSocket, Set<string>>();
  const owing = (socket: WebSocket) => {
    const ids = new Set<string>();
    owingOf.set(socket, ids);
    return ids;
  };
  const protocol = makeServer<Record<string, unknown>, Connection>({
    execute: (args) => (args as PreparedOperation).rootValue.execute(args),
    subscribe: (args) => (args as PreparedOperation).rootValue.subscribe(args),
    async onConnect({ extra, connectionParams }) {
      try {
        extra.caller = await authenticateConnection(authenticate, extra.request, connectionParams);
        acknowledged.add(extra);
        extra.signal.addEventListener('abort', () => acknowledged.delete(extra), { once: true });
        return true;
      } catch (error) {
        // Clients of graphql-ws connect again after this; after `false`, which is 4403, with other credentials.
        if (!(error instanceof AuthenticationError)) extra.close(TRY_AGAIN_LATER, 'Try again later');
        return false;
      }
    },
    async onSubscribe({ extra, subscriptions }, id, params) {
      if (isClosing) {
        extra.close(GOING_AWAY, 'Going away');
        return [refusedForNow('OVERLOADED', 'the gateway goes away; connect again', 1_000)];
      }
      const { caller } = extra;
      const running = Object.keys(subscriptions).length;
      if (!caller || hasExpired(caller, clock)) {
        // After this code clients connect again with new credentials. What still runs has to be answered first: it may
        // be a submission.
        if (running <= 1) extra.close(CloseCode.Forbidden, 'Forbidden');
        return [callerHasEnded()];
      }
      if (running > MAX_OPERATIONS) {
        const message = `expected at most ${MAX_OPERATIONS} at once over one connection; got one more`;
        return [badUserInput([{ field: 'operations', message }])];
      }
      const request = asRequest(extra.request, extra.signal);
      const record = operations.begin(request, 'websocket', params.operationName);
      const prepared = await prepareOperation(server, params, request, record, caller);
      if (!isPrepared(prepared)) return prepared.slice();
      const operation = getOperationAST(prepared.document, prepared.operationName)?.operation;
      if (operation !== 'subscription') extra.owing.add(id);
      return prepared;
    },
    // Told in this turn of the event loop.
    onComplete({ extra }, id) {
      setImmediate(() => extra.owing.delete(id));
    },
    onError: (_context, _id, _params, errors) => errors.map((error) => presentError(error).toJSON()),
  });

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const ending = new AbortController();
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: (code, reason) => socket.close(code, Buffer.from(reason ?? '').subarray(0, MAX_REASON_BYTES)),
        // Without the payload of the ping: that may be long, and its sender may never take it back.
        onPing: () => send(socket, '{"type":"pong"}'),
        onMessage: (take) =>
          socket.on('message', (message) => {
            take(String(message)).catch((error: unknown) => {
              // What is none of the protocol's messages, the library throws.
              if (String(error).includes('Unexpected message')) {
                socket.close(CloseCode.BadRequest, 'Unexpected message');
                return;
              }
              log.error({ error: String(error) }, 'a WebSocket message could not be handled');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      {
        request,
        caller: undefined,
        owing: owing(socket),
        close: (code, reason) => socket.close(code, reason),
        signal: ending.signal,
      },
    );
    // A message that is too long, or no WebSocket at all: the library has closed the connection by then.
    socket.on('error', (error) =>
      log.debug({ error: error.message }, 'a WebSocket client broke the protocol'),
    );
    const stopPinging = keepAlive(socket);
    socket.once('close', (code, reason) => {
      stopPinging();
      ending.abort();
      closed(code, String(reason)).catch((error: unknown) => {
        log.error({ error: String(error) }, 'a WebSocket could not be closed');
      });
    });
  });

  return {
    upgrade(request, socket, head) {
      const [path] = (request.url ?? '').split('?', 1);
      const strangers = sockets.clients.size - acknowledged.size;
      if (isClosing || strangers >= MAX_STRANGERS) refuseUpgrade(socket, '503 Service Unavailable');
      else if (path !== '/graphql') refuseUpgrade(socket, '404 Not Found');
      else if (isFromAnotherSite(request, allowedOrigins)) refuseUpgrade(socket, '403 Forbidden');
      else
        sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
    },
    get size() {
      return acknowledged.size;
    },
    close() {
      isClosing = true;
      for (const client of sockets.clients) {
        // What runs is answered first; whoever ends the gateway asks again.
        if (client.readyState !== client.OPEN || owingOf.get(client)?.size) continue;
        client.close(GOING_AWAY, 'Going away');
        setTimeout(() => client.terminate(), GOODBYE_MS).unref();
      }
    },
  };
}

/**
 * Browsers let any page open a WebSocket to any place, and say which page it is: without this, any page could submit
 * jobs to a gateway that its visitor can reach.
 */
function isFromAnotherSite({ headers }: IncomingMessage, allowedOrigins: readonly string[]): boolean {
  if (headers.origin === undefined || allowedOrigins.includes(headers.origin)) return false;
  return !URL.canParse(headers.origin) || new URL(headers.origin).host !== headers.host;
}

function send(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
    if (socket.readyState !== socket.OPEN) resolve();
    // Where it fails the connection ends, and with it all that is asked over it.
    else socket.send(text, () => resolve());
  });
}

/** Ends a connection whose client does not answer; the function returned ends the asking. */
function keepAlive(socket: WebSocket): () => void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, KEEP_ALIVE_MS);
  return () => clearInterval(timer);
}
