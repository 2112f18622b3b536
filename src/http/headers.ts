import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { ServerResponse as NodeResponse } from './node-http.ts';

/**
 * The headers that every response has. Responses hold data of one caller, so they are not stored. Files that are the same for
 * everybody replace `cache-control`.
 */
const PROTECTIVE = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** The headers of the API's responses that depend on the caller, so that no shared cache mixes callers up. */
const VARY = 'accept, authorization, x-api-key';

const writeProtected = headWriter(PROTECTIVE);
const writeByCaller = headWriter({ ...PROTECTIVE, vary: VARY });

/** Adds the headers that every response has, when the response is sent. */
export function setProtectiveHeaders(response: ServerResponse): void {
  response.writeHead = writeProtected;
}

/** Also adds `vary` to a response of the API, in addition to what it has. */
export function varyByCaller(response: ServerResponse): void {
  response.writeHead = writeByCaller;
}

/**
 * A `writeHead` that adds headers. Most responses have no others than those that `writeHead` gets, which Node writes with less
 * work if nothing has called `setHeader`.
 */
function headWriter(added: Readonly<Record<string, string>>): ServerResponse['writeHead'] {
  const { writeHead } = NodeResponse.prototype;
  const entries = Object.entries(added);
  const flat = entries.flat();
  function write(this: ServerResponse, status: number, ...rest: HeadRest): ServerResponse {
    const given = this.getHeaderNames().length === 0 ? flatHeaders(rest, added) : undefined;
    if (given) return writeHead.call(this, status, [...given, ...flat]);
    for (const [name, value] of entries) {
      const present = this.getHeader(name);
      if (present === undefined) this.setHeader(name, value);
      else if (name === 'vary') this.setHeader(name, `${present}, ${value}`);
    }
    return writeHead.call(this, status, ...(rest as [OutgoingHttpHeaders]));
  }
  return write as ServerResponse['writeHead'];
}

/** The names and values of headers, or `undefined` if one of them is in `added`, or there are other arguments. */
function flatHeaders(rest: HeadRest, added: object): OutgoingHttpHeader[] | undefined {
  const [headers = {}] = rest;
  if (rest.length > 1 || typeof headers === 'string' || Array.isArray(headers)) return undefined;
  const flat: (OutgoingHttpHeader | undefined)[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() in added) return undefined;
    flat.push(name, value);
  }
  return flat as OutgoingHttpHeader[];
}

/** The arguments of `writeHead` after the status. Yoga also passes the status text. */
type HeadRest = [headers?: OutgoingHttpHeaders] | [reason: string, headers?: OutgoingHttpHeaders];
