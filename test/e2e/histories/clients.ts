import { setTimeout as sleep } from 'node:timers/promises';
import type { JobKind } from '../../../src/domain/job.ts';
import { follow } from '../faults/streams.ts';
import type { KillableGateway } from '../killable-gateway.ts';
import { Generator, type Invocation, Known } from './generator.ts';
import { codeOf, type Operation, type ReadOperation, type Submit, type SubmitOperation } from './history.ts';
import { read, submit } from './requests.ts';

/** A client gives up after this time, in milliseconds. Many requests to a paused gateway have no response then. */
const TIMEOUT_MS = 3_000;
const STREAM_TIMEOUT_MS = 10_000;
/** The longest pauses after a response and after a failure, in milliseconds. */
const PAUSE_MS = 20;
const BACKOFF_MS = 400;

export const callers = ['ann', 'ben', 'cat', 'dan'] as const;

export function apiKeyOf(caller: string): string {
  return `key-of-${caller}`;
}

/** Clients that record every request, and what they learned from its response. */
export class Clients {
  readonly operations: Operation[] = [];
  readonly #gateways: readonly KillableGateway[];
  readonly #known = new Known();

  constructor(gateways: readonly KillableGateway[]) {
    this.#gateways = gateways;
  }

  /** Runs clients of all callers until they have sent this many submits. */
  async work(clients: number, submits: number, seed: string, signal?: AbortSignal): Promise<void> {
    let sent = 0;
    const client = async (index: number) => {
      const caller = callers[index % callers.length] ?? '';
      const generator = new Generator(seed, caller, String(index), this.#known);
      const gateway = Math.floor(index / callers.length) % this.#gateways.length;
      while (sent < submits && !signal?.aborted) {
        const invocation = this.#reachable(generator.next(gateway));
        if (invocation?.type === 'submit') sent++;
        const outcome = invocation && (await this.invoke(invocation, caller, `client ${index}`)).outcome;
        const isAnswered = outcome?.type === 'ok' || outcome?.code === 'IDEMPOTENCY_KEY_REUSED';
        await sleep(generator.pauseMs(isAnswered ? PAUSE_MS : BACKOFF_MS));
      }
    };
    await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  }

  /** Sends a request and records it. Never rejects. */
  async invoke(invocation: Invocation, caller: string, client: string): Promise<Operation> {
    const { gateway } = invocation;
    const target = {
      origin: this.#gateways[gateway]?.origin ?? '',
      apiKey: apiKeyOf(caller),
      timeoutMs: TIMEOUT_MS,
    };
    const startedAt = Date.now();
    const ended = () => ({ gateway, caller, startedAt, endedAt: Date.now() });
    let operation: Operation;
    if (invocation.type === 'submit') {
      const { type, kind, key, videoId } = invocation;
      const outcome = await submit(target, invocation);
      operation = { type, kind, key, videoId, outcome, ...ended() };
      if (outcome.type === 'ok') this.#learn(kind, outcome.jobs);
    } else {
      const { type, kind, ids } = invocation;
      const told =
        type === 'read'
          ? await read(target, kind, ids)
          : await stream(target.origin, invocation, target.apiKey);
      const reader = type === 'read' ? client : `stream ${this.operations.length}`;
      operation = { type, kind, ids, reader, ...told, ...ended() };
    }
    this.operations.push(operation);
    return operation;
  }

  /** Sends a submit to the other gateway while its own is down, so that the submits are not used up. */
  #reachable(invocation: Invocation): Invocation | undefined {
    const isUp = (gateway: number) => this.#gateways[gateway]?.origin !== '';
    if (isUp(invocation.gateway)) return invocation;
    const other = 1 - invocation.gateway;
    return invocation.type === 'submit' && isUp(other) ? { ...invocation, gateway: other } : undefined;
  }

  /** All keys with each of their inputs, and the code of the last response. */
  lastOfKeys(): readonly SubmitOperation[] {
    const last = new Map<string, SubmitOperation>();
    for (const operation of this.operations) {
      if (operation.type !== 'submit' || operation.key === undefined) continue;
      last.set(`${operation.key} ${operation.kind} ${operation.videoId}`, operation);
    }
    return [...last.values()];
  }

  #learn(kind: JobKind, ids: readonly string[]): void {
    const known = this.#known.jobs[kind];
    for (const id of ids) if (!known.includes(id)) known.push(id);
  }
}

async function stream(
  origin: string,
  { kind, ids, overWebSocket }: Extract<Invocation, { type: 'stream' }>,
  apiKey: string,
): Promise<Pick<ReadOperation, 'seen' | 'outcome'>> {
  if (origin === '') return { seen: [], outcome: { type: 'unknown', code: 'GATEWAY_DOWN' } };
  try {
    const told = await follow(origin, kind, ids, overWebSocket, STREAM_TIMEOUT_MS, apiKey);
    const code = told.errors[0]?.extensions.code ?? (told.isComplete ? undefined : 'NO_RESPONSE');
    return {
      seen: told.states,
      outcome: code === undefined ? { type: 'ok' } : { type: 'unknown', code },
    };
  } catch {
    return { seen: [], outcome: { type: 'unknown', code: 'NO_RESPONSE' } };
  }
}

/** Whether the key's outcome is still open after this response, so that a client sends it again. */
export function isOpen(operation: SubmitOperation): boolean {
  const code = codeOf(operation.outcome);
  return (
    code !== undefined && !/^(SUBMISSION_OUTCOME_UNKNOWN|REJECTED_BY_VOD|IDEMPOTENCY_KEY_REUSED)$/.test(code)
  );
}

/** The request as it can be sent again. */
export function requestOf({ type, kind, key, videoId }: Submit): Submit {
  return { type, kind, key, videoId };
}
