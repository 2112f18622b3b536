import { createClient as createWebSocketClient } from 'graphql-ws';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { listening } from '../support/listening.ts';
import type { ResponseError, RunningGateway } from '../support/running-gateway.ts';

export interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** The first answer to an operation. */
export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly ResponseError[];
}

export const transports = ['HTTP', 'server-sent events', 'graphql-ws'] as const;

/** Asks a gateway over each of its transports. */
export async function everyTransport({ app }: RunningGateway) {
  const origin = await listening(app.listener, app.upgrade);
  const url = `${origin}/graphql`;
  const ask: Record<(typeof transports)[number], (operation: Operation) => Promise<Answer>> = {
    async HTTP(operation) {
      const response = await post(url, operation, { accept: 'application/graphql-response+json' });
      return response.json() as Promise<Answer>;
    },
    async 'server-sent events'(operation) {
      const response = await post(url, operation, { accept: 'text/event-stream' });
      const event = /^data: (\{.*\})$/m.exec(await response.text())?.[1];
      return JSON.parse(event ?? '{}') as Answer;
    },
    'graphql-ws'(operation) {
      const client = createWebSocketClient({
        url: url.replace('http', 'ws'),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      });
      onTestFinished(() => client.dispose());
      return first((sink) => client.subscribe(operation, sink));
    },
  };
  return { origin, url, ask };
}

export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

interface Sink {
  next(value: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

function first(subscribe: (sink: Sink) => () => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const leave = subscribe({
      next(value) {
        resolve(value as Answer);
        queueMicrotask(() => leave());
      },
      // graphql-ws hands over the errors of an operation that did not start.
      error: (error) =>
        Array.isArray(error) ? resolve({ errors: error as ResponseError[] }) : reject(error),
      complete: () => resolve({}),
    });
  });
}
