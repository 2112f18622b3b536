import {
  Environment,
  type FetchFunction,
  type GraphQLResponse,
  Network,
  Observable,
  RecordSource,
  Store,
  type SubscribeFunction,
} from 'relay-runtime';
import { createEventClient } from './server-sent-events.ts';

export function createRelayEnvironment(url: string, apiKey: string): Environment {
  const headers = { 'x-api-key': apiKey };
  const events = createEventClient(url, () => apiKey);

  // With `persistConfig`, an operation has an id and no text.
  const fetchOperation: FetchFunction = async ({ id, text }, variables) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ ...(text === null ? { documentId: id } : { query: text }), variables }),
    });
    return response.json() as Promise<GraphQLResponse>;
  };

  const subscribe: SubscribeFunction = ({ text }, variables) =>
    Observable.create<GraphQLResponse>((sink) =>
      events.subscribe({ query: text ?? '', variables }, sink as never),
    );

  return new Environment({
    network: Network.create(fetchOperation, subscribe),
    store: new Store(new RecordSource()),
  });
}
