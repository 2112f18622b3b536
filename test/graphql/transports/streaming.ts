import { print } from 'graphql';
import { createClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { FollowAIImageJobsDocument, FollowAIJobsDocument } from '../../../schema/generated/graphql.ts';
import { listening } from '../../support/listening.ts';
import type { ResponseError, Result, RunningGateway } from '../../support/running-gateway.ts';

/** The events of a subscription. */
export interface Subscriber {
  /** `id STATUS` for each event. */
  readonly seen: readonly string[];
  readonly errors: readonly ResponseError[];
  /** `complete` if the server ended the subscription, `lost` if the connection ended without that. */
  readonly end: Promise<'complete' | 'lost'>;
  /** Unsubscribes. */
  leave(): void;
}

/** Subscribes over one of the transports. */
export type Subscribe = (ids: readonly string[], options?: { readonly image?: boolean }) => Subscriber;

interface Event {
  readonly data?: Record<string, { readonly id: string; readonly status: string } | null> | null;
  readonly errors?: readonly ResponseError[];
}

const documents = { ai: print(FollowAIJobsDocument), image: print(FollowAIImageJobsDocument) };

/** Starts a gateway's listener and connects clients to it. */
export async function streaming(gateway: RunningGateway, headers: Readonly<Record<string, string>> = {}) {
  return streamingAt(await listening(gateway.app.listener, gateway.app.upgrade), headers);
}

/** Connects clients to a gateway that listens. They send `headers` as credentials, each in the way of its transport. */
export function streamingAt(origin: string, headers: Readonly<Record<string, string>> = {}) {
  const url = `${origin}/graphql`;
  const sse = () => {
    const client = createClient({ url, headers, retryAttempts: 0 });
    onTestFinished(() => client.dispose());
    return overClient((request, sink) => client.subscribe(request, sink));
  };
  const webSocket = () => {
    const client = createWebSocketClient({
      url: url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: headers,
      retryAttempts: 0,
    });
    onTestFinished(() => client.dispose());
    return overClient((request, sink) => client.subscribe(request, sink));
  };
  const subscribers: Record<Transport, () => Subscribe> = {
    'server-sent events': () => overFetch(url, headers),
    'graphql-sse': sse,
    'graphql-ws': webSocket,
  };
  return {
    origin,
    url,
    over: (transport: Transport) => subscribers[transport](),
    /** Runs an operation over server-sent events and returns all its results. */
    async events(query: string, variables: object) {
      const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
      const response = await fetch(`${url}?${parameters}`, { headers: { accept: 'text/event-stream' } });
      const data = (await response.text()).matchAll(/^data: (\{.*\})$/gm);
      // biome-ignore lint/suspicious/noExplicitAny: the caller knows the shape of the result
      return Array.from(data, ([, text]) => JSON.parse(text ?? '') as Result<any>) as [Result<any>];
    },
  };
}

export const transports = ['server-sent events', 'graphql-sse', 'graphql-ws'] as const;

export type Transport = (typeof transports)[number];

interface Sink {
  next(event: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

type Operation = { readonly query: string; readonly variables: { readonly ids: readonly string[] } };

function overClient(subscribe: (operation: Operation, sink: Sink) => () => void): Subscribe {
  return (ids, { image = false } = {}) => {
    const { subscriber, take, ended } = newSubscriber(() => leave());
    const query = image ? documents.image : documents.ai;
    const leave = subscribe(
      { query, variables: { ids } },
      {
        next: (event) => take(event as Event),
        error(error) {
          // graphql-ws passes the errors of a rejected operation as an array.
          if (Array.isArray(error)) take({ errors: error as ResponseError[] });
          ended(Array.isArray(error) ? 'complete' : 'lost');
        },
        complete: () => ended('complete'),
      },
    );
    return subscriber;
  };
}

/** Subscribes with a GET, as a browser's EventSource does. */
function overFetch(url: string, credentials: Readonly<Record<string, string>>): Subscribe {
  return (ids, { image = false } = {}) => {
    const leaving = new AbortController();
    const { subscriber, take, ended } = newSubscriber(() => leaving.abort());
    const query = image ? documents.image : documents.ai;
    const parameters = new URLSearchParams({ query, variables: JSON.stringify({ ids }) });
    void (async () => {
      let isComplete = false;
      try {
        const headers = { ...credentials, accept: 'text/event-stream' };
        const response = await fetch(`${url}?${parameters}`, { headers, signal: leaving.signal });
        let text = '';
        for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
          text += chunk;
          const events = text.split('\n\n');
          text = events.pop() ?? '';
          for (const event of events) {
            if (event.includes('event: complete')) isComplete = true;
            const data = /^data: (\{.*\})$/m.exec(event)?.[1];
            if (data && event.includes('event: next')) take(JSON.parse(data) as Event);
          }
        }
      } catch {
        // The test has unsubscribed.
      }
      ended(isComplete ? 'complete' : 'lost');
    })();
    return subscriber;
  };
}

function newSubscriber(leave: () => void) {
  const seen: string[] = [];
  const errors: ResponseError[] = [];
  const { promise: end, resolve: ended } = Promise.withResolvers<'complete' | 'lost'>();
  const take = ({ data, errors: more }: Event) => {
    errors.push(...(more ?? []));
    for (const job of Object.values(data ?? {})) if (job) seen.push(`${job.id} ${job.status}`);
  };
  const subscriber: Subscriber = { seen, errors, end, leave };
  return { subscriber, take, ended };
}
