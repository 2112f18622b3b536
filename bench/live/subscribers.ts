import { Agent, get } from 'node:http';
import {
  type CrowdRequest,
  type CycleRequest,
  type FollowRequest,
  inLanes,
  monotonicMs,
  OPENING_AT_ONCE,
  type Sight,
  type SubscribersReport,
  type SubscribersRequest,
  type Transport,
} from './messages.ts';

/**
 * The subscribers, in a process of their own, so that none of them waits for what the bench does meanwhile. It takes
 * {@link SubscribersRequest}s over its channel and ends with it. What comes is read as plainly as can be.
 */

const QUERY =
  'subscription ($ids: [ID!]!) { aiJobUpdated(ids: $ids) { id type status completedAt failure { code message } } }';

/** Each message of a subscription starts with it. */
const NEXT = 'event: next\n';

/** What a connection tells of its subscription. */
interface Sink {
  state(status: string): void;
  problem(text: string): void;
  /** Called once, and last. */
  end(how: 'complete' | 'lost'): void;
}

interface Result {
  readonly data?: { readonly aiJobUpdated: { readonly id: string; readonly status: string } } | null;
  readonly errors?: readonly unknown[];
}

// A connection each.
const agent = new Agent({ keepAlive: false });

function followBySSE(url: string, id: string, sink: Sink): () => void {
  const parameters = new URLSearchParams({ query: QUERY, variables: JSON.stringify({ ids: [id] }) });
  let isComplete = false;
  const request = get(`${url}?${parameters}`, { agent, headers: { accept: 'text/event-stream' } });
  request.on('response', (response) => {
    if (response.headers['content-type']?.startsWith('text/event-stream') !== true) {
      sink.problem(`expected an event stream; got HTTP ${response.statusCode}`);
    }
    let text = '';
    response.setEncoding('utf8');
    response.on('error', () => {});
    response.on('data', (chunk: string) => {
      text += chunk;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        if (event.includes('event: complete')) isComplete = true;
        const data = event.includes('event: next') && /^data: (.*)$/m.exec(event)?.[1];
        if (data) takeResult(JSON.parse(data), id, sink);
      }
    });
  });
  request.on('error', (error) => sink.problem(error.message));
  request.on('close', () => sink.end(isComplete ? 'complete' : 'lost'));
  return () => request.destroy();
}

function followByWebSocket(url: string, id: string, sink: Sink): () => void {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  let isComplete = false;
  const send = (message: object) => socket.send(JSON.stringify(message));
  socket.onopen = () => send({ type: 'connection_init' });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data));
    if (message.type === 'connection_ack') {
      send({ type: 'subscribe', id: '1', payload: { query: QUERY, variables: { ids: [id] } } });
    } else if (message.type === 'next') takeResult(message.payload, id, sink);
    else if (message.type === 'error') sink.problem(JSON.stringify(message.payload));
    else if (message.type === 'complete') {
      isComplete = true;
      socket.close();
    }
  };
  socket.onerror = () => sink.problem('the WebSocket failed');
  socket.onclose = () => sink.end(isComplete ? 'complete' : 'lost');
  return () => socket.close();
}

function takeResult({ data, errors }: Result, id: string, sink: Sink): void {
  if (errors) sink.problem(JSON.stringify(errors));
  if (!data) return;
  if (data.aiJobUpdated.id !== id) sink.problem(`expected news of ${id}; got ${data.aiJobUpdated.id}`);
  sink.state(data.aiJobUpdated.status);
}

const transports: Readonly<Record<Transport, typeof followBySSE>> = {
  sse: followBySSE,
  ws: followByWebSocket,
};

let sights: Sight[] = [];

/** What is seen in one turn of the event loop goes into one message. */
function saw(sight: Sight): void {
  if (sights.length === 0) {
    setImmediate(() => {
      report({ kind: 'sights', sights });
      sights = [];
    });
  }
  sights.push(sight);
}

async function follow({ transport, url, first, ids }: FollowRequest): Promise<void> {
  await inLanes(OPENING_AT_ONCE, ids, (id, index) => {
    const subscriber = first + index;
    const { promise: opened, resolve } = Promise.withResolvers<void>();
    transports[transport](url, id, {
      state(status) {
        saw({ kind: 'state', subscriber, status, at: monotonicMs() });
        resolve();
      },
      problem: (text) => saw({ kind: 'problem', subscriber, text, at: monotonicMs() }),
      end(how) {
        saw({ kind: 'end', subscriber, how, at: monotonicMs() });
        resolve();
      },
    });
    return opened;
  });
}

async function cycle({ url, ids, cycles }: CycleRequest): Promise<void> {
  const problems: string[] = [];
  const jobs = Array.from({ length: cycles }, (_, index) => ids[index % ids.length] as string);
  await inLanes(OPENING_AT_ONCE, jobs, (id) => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    let states = 0;
    const leave = followBySSE(url, id, {
      state() {
        states++;
        leave();
      },
      problem: (text) => problems.push(text),
      end() {
        if (states !== 1) problems.push(`expected one state; got ${states}`);
        resolve();
      },
    });
    return closed;
  });
  report({ kind: 'cycled', problems });
}

async function crowd({ url, subscribers, ids }: CrowdRequest): Promise<void> {
  const parameters = new URLSearchParams({ query: QUERY, variables: JSON.stringify({ ids }) });
  const ended: Promise<void>[] = [];
  let messages = 0;
  await inLanes(OPENING_AT_ONCE, Array.from({ length: subscribers }), () => {
    const opened = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    let own = 0;
    get(`${url}?${parameters}`, { agent, headers: { accept: 'text/event-stream' } }, (response) => {
      // The end of a chunk may cut a marker in two.
      let rest = '';
      response.setEncoding('latin1');
      response.on('data', (chunk: string) => {
        const parts = (rest + chunk).split(NEXT);
        own += parts.length - 1;
        messages += parts.length - 1;
        rest = (parts.at(-1) ?? '').slice(1 - NEXT.length);
        if (own >= ids.length) opened.resolve();
      });
      response.on('close', () => {
        opened.resolve();
        end.resolve();
      });
    }).on('error', () => {
      opened.resolve();
      end.resolve();
    });
    ended.push(end.promise);
    return opened.promise;
  });
  report({ kind: 'crowd-open' });
  await Promise.all(ended);
  report({ kind: 'crowd-ended', at: monotonicMs(), messages });
}

function report(message: SubscribersReport): void {
  process.send?.(message);
}

process.on('message', (request: SubscribersRequest) => {
  if (request.kind === 'follow') void follow(request);
  else if (request.kind === 'cycle') void cycle(request);
  else void crowd(request);
});
process.on('disconnect', () => process.exit());
