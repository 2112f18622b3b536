import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { type EventFaults, eventFaultsSchema } from './events/faults.ts';
import { type Fault, faultSchema } from './faults/fault.ts';
import type { FaultPlan } from './faults/plan.ts';

/** Where the paths begin that control an emulator while it runs. */
export const controlPrefix = '/_emulator/';

/** What can be changed while an emulator runs. */
export interface Controllable {
  readonly faults: FaultPlan;
  readonly events: { faults: EventFaults };
  speed: number;
}

interface Resource {
  readonly read: (api: Controllable) => unknown;
  /** Throws `ZodError` where the value is not what it takes. */
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
 * Answers a request to control the emulator, from this machine alone; JSON both ways:
 *
 * - `GET /_emulator/faults`: the faults that can still happen
 * - `PUT /_emulator/faults`: replaces them, e.g. `[{"kind": "throttle", "action": "ListAIJob", "probability": 0.1}]`
 * - `DELETE /_emulator/faults`: none from now on
 * - `GET`, `PUT`, `DELETE /_emulator/events`: what goes wrong with event callbacks, e.g. `{"lose": 0.1, "reorder": true}`
 * - `GET`, `PUT`, `DELETE /_emulator/speed`: the speed of jobs created from now on, e.g. `10` or
 *   `"Infinity"`; `DELETE`: 1
 *
 * Every answer is the value as it then is; 400 with `{"error"}` where it was not what is taken. Never rejects.
 */
export async function answerControlRequest(
  message: IncomingMessage,
  response: ServerResponse,
  api: Controllable,
): Promise<void> {
  try {
    const { status, value } = await controlAnswer(message, api);
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' });
    response.end(`${JSON.stringify(value)}\n`);
  } catch {
    // The client went away while it was still sending.
    response.destroy();
  }
}

async function controlAnswer(
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
    return { status: 404, value: { error: `expected ${known.join(' or ')}, got ${message.url}` } };
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
      return { status: 405, value: { error: `expected GET, PUT or DELETE, got ${message.method}` } };
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
    // Read to its end all the same, so that the connection can be used again.
    if (length <= maxBodyBytes) chunks.push(chunk);
  }
  return length > maxBodyBytes ? undefined : Buffer.concat(chunks).toString('utf8');
}

// A predicate has no JSON; its name says at least that there is one.
function withoutPredicate(fault: Fault): Fault {
  return typeof fault.when === 'function' ? { ...fault, when: '(a predicate)' } : fault;
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (/^(::ffff:)?127\./.test(address) || address === '::1');
}
