import type { ServerResponse } from 'node:http';

/** The headers of the API's responses that depend on the caller, so that no shared cache mixes callers up. */
const VARY = 'accept, authorization, x-api-key';

/**
 * Sets the headers that every response has. Responses hold data of one caller, so they are not stored. Files that are
 * the same for everybody replace `cache-control`.
 */
export function setProtectiveHeaders(response: ServerResponse): void {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
}

/** Sets `vary` for a response of the API, in addition to what it has. */
export function varyByCaller(response: ServerResponse): void {
  const present = response.getHeader('vary');
  response.setHeader('vary', present === undefined ? VARY : `${present}, ${VARY}`);
}
