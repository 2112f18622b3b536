import type { IncomingMessage } from 'node:http';
import { RefusedCall } from './errors.ts';
import type { ParameterPairs } from './signature/encoding.ts';

/** A request of the RPC-style API, read whole. Nothing of it is verified yet. */
export interface ReceivedRequest {
  readonly method: string;
  /** As it came on the wire, without the query. */
  readonly path: string;
  /** Lower-case names; a repeated header's values joined by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  readonly query: ParameterPairs;
  /** The query's parameters and then the form's, which is where the vendor's older clients put them on POST. */
  readonly allParameters: ParameterPairs;
}

const maxBodyBytes = 1024 * 1024;

/** Reads a request. Throws {@link RefusedCall} (413) where its body is longer than 1 MiB. */
export async function readRequest(message: IncomingMessage): Promise<ReceivedRequest> {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const query = [...new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))];
  const body = await readBody(message);
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return {
    method: message.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    headers,
    body,
    query,
    allParameters: isForm ? [...query, ...new URLSearchParams(body.toString('utf8'))] : query,
  };
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) {
      throw new RefusedCall(
        413,
        'RequestTooLarge',
        `The request's body is longer than ${maxBodyBytes} bytes.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
