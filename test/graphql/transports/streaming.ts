import { print } from 'graphql';
import { createClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { FollowAIImageJobsDocument, FollowAIJobsDocument } from '../../../schema/generated/graphql.ts';
import { listening } from '../../support/listening.ts';
import type { ResponseError, Result, RunningGateway } from '../../support/running-gateway.ts';

/** What a subscriber has seen: `id STATUS` for each state, the errors, and how it ended. */
export interface Subscriber {
  readonly seen: readonly string[];
  readonly errors: readonly ResponseError[];
  /** `complete`: all was told. `lost`: the connection ended without a word. */
  readonly end: Promise<'complete' | 'lost'>;
  /** Goes away. */
  leave(): void;
}

/** Subscribes over one of the transports. */
export type Subscribe = (ids: readonly string[], options?: { readonly image?: boolean }) => Subscriber;

interface Event {
  readonly data?: Record<string, { readonly id: string; readonly status: string } | null> | null;
  readonly errors?: readonly ResponseError[];
}

const documents = { ai: print(FollowAIJobsDocument), image: print(FollowAIImageJobsDocument) };

/** A gateway that listens, and a way to subscribe for each of its transports. */
export async function streaming(gateway: RunningGateway, headers: Readonly<Record<string, string>> = {}) {
  return streamingAt(await listening(gateway.app.listener, gateway.app.upgrade), headers);
}

/** The same for one that listens already. The headers are what the clients show who they are by, however they do so. */
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
    'server-sent events, as Yoga serves them': () => overFetch(url, headers),
    'graphql-sse': sse,
    'graphql-ws': webSocket,
  };
  return {
    origin,
    url,
    over: (transport: Transport) => subscribers[transport](),
    /** All events of an operation, over server-sent events. */
    async events(query: string, variables: object) {
      const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
      const response = await fetch(`${url}?${parameters}`, { headers: { accept: 'text/event-stream' } });
      const data = (await response.text()).matchAll(/^data: (\{.*\})$/gm);
      // biome-ignore lint/suspicious/noExplicitAny: whoever writes the operation knows what comes
      return Array.from(data, ([, text]) => JSON.parse(text ?? '') as Result<any>) as [Result<any>];
    },
  };
}

export const transports = ['server-sent events, as Yoga serves them', 'graphql-sse', 'graphql-ws'] as const;

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
          // graphql-ws hands over the errors of an operation that did not start.
          if (Array.isArray(error)) take({ errors: error as ResponseError[] });
          ended(Array.isArray(error) ? 'complete' : 'lost');
        },
        complete: () => ended('complete'),
      },
    );
    return subscriber;
  };
}

/** As a browser's own EventSource would: a GET whose answer is a stream of events. */
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
        // It went away itself.
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
