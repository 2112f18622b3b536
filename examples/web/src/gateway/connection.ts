import { credentials } from './api-key.ts';
import { gatewayUrl } from './settings.ts';
import { createStore } from './store.ts';

export interface Connection {
  readonly isLost: boolean;
  /** How often a lost connection was restored. Pages read their data again when it changes. */
  readonly restored: number;
}

const firstWaitMs = 500;
const maxWaitMs = 5_000;

/** Whether the gateway can be reached. */
export const connection = createStore<Connection>({ isLost: false, restored: 0 });

/** `fetch` that notices a lost connection, and a restored one. */
export const watchedFetch: typeof fetch = async (input, init) => {
  try {
    const response = await fetch(input, init);
    // A proxy in front of the gateway responds with these if the gateway cannot be reached.
    if (response.status === 502 || response.status === 504) reportLost();
    else reportReached();
    return response;
  } catch (error) {
    if (!init?.signal?.aborted) reportLost();
    throw error;
  }
};

/** Call this when a stream ended early. */
export function reportLost(): void {
  if (connection.get().isLost) return;
  connection.set({ ...connection.get(), isLost: true });
  void tryUntilReached();
}

function reportReached(): void {
  const { isLost, restored } = connection.get();
  if (isLost) connection.set({ isLost: false, restored: restored + 1 });
}

/** Sends the smallest operation until the gateway responds, whatever it responds. */
async function tryUntilReached(): Promise<void> {
  for (let waitMs = firstWaitMs; connection.get().isLost; waitMs = Math.min(waitMs * 2, maxWaitMs)) {
    await waitOrOnline(waitMs);
    await watchedFetch(gatewayUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...credentials() },
      body: '{"query":"{ __typename }"}',
    }).catch(() => undefined);
  }
}

function waitOrOnline(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
    function done() {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    }
  });
}

addEventListener('offline', reportLost);
