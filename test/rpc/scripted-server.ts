import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as the server received it. */
export interface ReceivedRequest {
  readonly method: string;
  /** The path, with the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly socket: Socket;
}

export type Reply = (response: ServerResponse, request: ReceivedRequest) => void;

export interface ScriptedServer {
  readonly origin: string;
  readonly requests: readonly ReceivedRequest[];
  /** Resolves when `count` requests have been received in total. */
  received(count: number): Promise<void>;
}

/** A server that sends the replies in order and repeats the last one. It is closed after the test. */
export async function scriptedServer(
  replies: readonly [Reply, ...Reply[]],
  port = 0,
): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  let watchers: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { method = '', url: path = '', headers, socket } = request;
    const received = { method, path, headers, body, socket };
    const reply = replies[Math.min(requests.length, replies.length - 1)] ?? replies[0];
    requests.push(received);
    reply(response, received);
    watchers = watchers.filter(({ count, resolve }) => {
      if (requests.length < count) return true;
      resolve();
      return false;
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    received: (count) =>
      requests.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => watchers.push({ count, resolve })),
  };
}

/** Replies with JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Replies with an error in the API's format. */
export function apiError(status: number, code: string, headers: Record<string, string> = {}): Reply {
  return json(status, { RequestId: 'R-error', HostId: 'vod', Code: code, Message: 'some message' }, headers);
}

/** Never replies. */
export const stall: Reply = () => {};

/** Resets the connection. */
export const reset: Reply = (_, { socket }) => socket.resetAndDestroy();
