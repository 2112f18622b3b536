import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { type EventFaults, eventFaultsSchema } from './events/faults.ts';
import { type Fault, type FaultPlan, faultSchema } from './faults.ts';

/** The prefix of the control API's paths. */
export const controlPrefix = '/_emulator/';

/** The parts of an emulator that the control API can change. */
export interface Controllable {
  readonly faults: FaultPlan;
  readonly events: { faults: EventFaults };
  speed: number;
}

interface Resource {
  readonly read: (api: Controllable) => unknown;
  /** Throws `ZodError` for an invalid value. */
  readonly replace: (api: Controllable, value: unknown) => void;
  readonly reset: (api: Controllable) => void;
}

const maxBodyBytes = 64 * 1024;

const resources: Readonly<Record<string, Resource>> = {
  faults: {
    read: (api) => api.faults.faults.map(withoutPredicate),
    replace: (api, value) => {
      const faults = z.array(faultSchema).parse(value);
      api.faults.clear();
      for (const fault of faults) api.faults.add(fault);
    },
    reset: (api) => api.faults.clear(),
  },
  events: {
    read: (api) => api.events.faults,
    replace: (api, value) => {
      api.events.faults = eventFaultsSchema.parse(value);
    },
    reset: (api) => {
      api.events.faults = {};
    },
  },
  speed: {
    // JSON has no Infinity.
    read: (api) => (Number.isFinite(api.speed) ? api.speed : 'Infinity'),
    replace: (api, value) => {
      api.speed = Number(z.union([z.number().positive(), z.literal('Infinity')]).parse(value));
    },
    reset: (api) => {
      api.speed = 1;
    },
  },
};

/**
 * Handles a request of the control API, from the same machine only. Requests and responses are JSON.
 *
 * - `GET /_emulator/faults`: returns the faults that can still happen
 * - `PUT /_emulator/faults`: replaces them, e.g. `[{"kind": "throttle", "action": "ListAIJob", "probability": 0.1}]`
 * - `DELETE /_emulator/faults`: removes all
 * - `GET`, `PUT`, `DELETE /_emulator/events`: the faults of event callbacks, e.g. `{"lose": 0.1, "reorder": true}`
 * - `GET`, `PUT`, `DELETE /_emulator/speed`: the speed of jobs that are created from now on, e.g. `10` or `"Infinity"`.
 *   `DELETE` resets it to 1.
 *
 * The response is the current value, or 400 with `{"error"}` for an invalid one. Never rejects.
 */
export async function handleControlRequest(
  message: IncomingMessage,
  response: ServerResponse,
  api: Controllable,
): Promise<void> {
  try {
    const { status, value } = await controlResponse(message, api);
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' });
    response.end(`${JSON.stringify(value)}\n`);
  } catch {
    // The client closed the connection before its request was complete.
    response.destroy();
  }
}

async function controlResponse(
  message: IncomingMessage,
  api: Controllable,
): Promise<{ status: number; value: unknown }> {
  if (!isLoopback(message.socket.remoteAddress)) {
    return { status: 403, value: { error: 'expected a request from this machine' } };
  }
  const name = (message.url ?? '').slice(controlPrefix.length);
  const resource = Object.hasOwn(resources, name) ? resources[name] : undefined;
  if (resource === undefined) {
    const known = Object.keys(resources).map((key) => controlPrefix + key);
    return { status: 404, value: { error: `expected ${known.join(' or ')}; got ${message.url}` } };
  }
  switch (message.method) {
    case 'GET':
      break;
    case 'DELETE':
      resource.reset(api);
      break;
    case 'PUT': {
      const error = replaceFrom(await readText(message), resource, api);
      if (error !== undefined) return { status: 400, value: { error } };
      break;
    }
    default:
      return { status: 405, value: { error: `expected GET, PUT or DELETE; got ${message.method}` } };
  }
  return { status: 200, value: resource.read(api) };
}

function replaceFrom(text: string | undefined, resource: Resource, api: Controllable): string | undefined {
  if (text === undefined) return `expected ${maxBodyBytes} bytes at most`;
  try {
    resource.replace(api, JSON.parse(text));
    return undefined;
  } catch (error) {
    if (error instanceof z.ZodError) return z.prettifyError(error);
    if (error instanceof SyntaxError) return `expected JSON: ${error.message}`;
    throw error;
  }
}

async function readText(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    // The rest is read and ignored, so that the connection can be reused.
    if (length <= maxBodyBytes) chunks.push(chunk);
  }
  return length > maxBodyBytes ? undefined : Buffer.concat(chunks).toString('utf8');
}

// JSON has no functions.
function withoutPredicate(fault: Fault): Fault {
  return typeof fault.when === 'function' ? { ...fault, when: '(a predicate)' } : fault;
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (/^(::ffff:)?127\./.test(address) || address === '::1');
}
