import { createStore } from './store.ts';

const item = 'gateway-api-key';

/**
 * The caller's API key; empty without one. It stays in this tab, and is forgotten when the tab is closed. An app for the
 * public has no key in the browser: it sends the token of its user as `authorization: Bearer`.
 */
export const apiKey = createStore(sessionStorage.getItem(item) ?? '');

/** The headers that authenticate a request. */
export function credentials(): Record<string, string> {
  const key = apiKey.get();
  return key === '' ? {} : { 'x-api-key': key };
}

export function changeApiKey(key: string): void {
  if (key === '') sessionStorage.removeItem(item);
  else sessionStorage.setItem(item, key);
  apiKey.set(key);
}
