import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { JobKind } from '../../../src/domain/job.ts';
import type { ResponseError } from '../../support/running-gateway.ts';

/** The events of a subscription, in order, and how it ended. */
export interface Told {
  readonly states: readonly { readonly id: string; readonly status: string }[];
  readonly errors: readonly ResponseError[];
  readonly isComplete: boolean;
}

interface Event {
  readonly data?: Readonly<Record<string, { readonly id: string; readonly status: string } | null>> | null;
  readonly errors?: readonly ResponseError[];
}

/**
 * Follows jobs to the end of the stream over one of two transports. Rejects after `patienceMs`.
 *
 * @param apiKey if authentication is enabled
 */
export function follow(
  origin: string,
  kind: JobKind,
  ids: readonly string[],
  overWebSocket: boolean,
  patienceMs: number,
  apiKey?: string,
): Promise<Told> {
  const field = kind === 'AI' ? 'aiJobUpdated' : 'aiImageJobUpdated';
  const query = `subscription ($ids: [ID!]!) { ${field}(ids: $ids) { id status } }`;
  const credentials = apiKey === undefined ? {} : { 'x-api-key': apiKey };
  return overWebSocket
    ? followOverWebSocket(origin, { query, variables: { ids } }, patienceMs, credentials)
    : followOverEvents(origin, { query, variables: { ids } }, patienceMs, credentials);
}

type Credentials = Readonly<Record<string, string>>;

interface Operation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

function followOverWebSocket(
  origin: string,
  operation: Operation,
  patienceMs: number,
  credentials: Credentials,
): Promise<Told> {
  const client = createClient({
    url: `${origin.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: credentials,
    retryAttempts: 0,
  });
  const told = collecting();
  return new Promise<Told>((resolve, reject) => {
    const tooSlow = setTimeout(() => reject(new Error('the WebSocket did not end in time')), patienceMs);
    client.subscribe(operation, {
      next: (event) => told.take(event as Event),
      error(error) {
        clearTimeout(tooSlow);
        // graphql-ws passes the errors of an operation that did not start, or the close event.
        if (Array.isArray(error)) told.take({ errors: error as ResponseError[] });
        resolve(told.ended(Array.isArray(error)));
      },
      complete() {
        clearTimeout(tooSlow);
        resolve(told.ended(true));
      },
    });
  }).finally(() => client.dispose());
}

async function followOverEvents(
  origin: string,
  operation: Operation,
  patienceMs: number,
  credentials: Credentials,
): Promise<Told> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...credentials },
    body: JSON.stringify(operation),
    signal: AbortSignal.timeout(patienceMs),
  });
  const text = await response.text();
  const told = collecting();
  for (const [, data] of text.matchAll(/^event: next\ndata: (.*)$/gm)) {
    told.take(JSON.parse(data ?? '') as Event);
  }
  return told.ended(text.includes('event: complete'));
}

function collecting() {
  const states: { id: string; status: string }[] = [];
  const errors: ResponseError[] = [];
  return {
    take({ data, errors: more }: Event) {
      errors.push(...(more ?? []));
      for (const job of Object.values(data ?? {})) if (job) states.push(job);
    },
    ended: (isComplete: boolean): Told => ({ states, errors, isComplete }),
  };
}
