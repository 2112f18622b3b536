import type { EmulatorCall } from '../../src/emulator/calls.ts';
import type { Emulator } from '../../src/emulator/server.ts';
import { knownIds } from './hostile-values.ts';

/** An id that VOD accepts. Not imported, because the gateway's own check is under test. */
const ID = /^[^\s,\p{Cc}\p{Cs}]{1,64}$/u;
/** The actions that create jobs. SubmitMediaDNADeleteJob deletes a fingerprint. */
const SUBMITS = /^SubmitAI/;
/** The outcomes that calls may have: success, a missing video, template or review, no permission, or a cancelled call. */
const ENDS = new Set([
  'ok',
  'pending',
  'aborted',
  'InvalidVideo.NotFound',
  'InvalidTemplate.NotFound',
  'NoSuchResource',
  'OperationDenied',
]);

/** A case that was sent. */
export interface Sent {
  /** The maximum number of submissions in it. */
  readonly submissions: number;
  /** The maximum number of operations in it. */
  readonly operations: number;
  /** Whether VOD may receive some of its calls only after this check. */
  readonly canBeLate?: boolean;
}

const known: ReadonlySet<string> = new Set([...knownIds.ai, ...knownIds.image]);

/** Checks the calls that VOD receives. */
export class UpstreamWatch {
  readonly #emulator: Emulator;
  #last: EmulatorCall | undefined;
  #pending: readonly EmulatorCall[] = [];
  /** Submissions of clients that have disconnected, which VOD may receive during later cases. */
  #late = 0;
  readonly #maxCalls: number;
  /** Calls of such clients. */
  #lateCalls = 0;

  /** @param maxCalls `MAX_UPSTREAM_CALLS` */
  constructor(emulator: Emulator, maxCalls: number) {
    this.#emulator = emulator;
    this.#maxCalls = maxCalls;
    this.#last = emulator.calls.at(-1);
  }

  /** Returns what is wrong with the calls since the last check. */
  problems({ submissions, operations, canBeLate = false }: Sent): string[] {
    const fresh = this.#fresh();
    const problems = fresh.flatMap((call) => wrongParameters(call));
    for (const { action, outcome, parameters } of [...this.#pending, ...fresh]) {
      if (!ENDS.has(outcome))
        problems.push(`${action} ended as ${outcome}: ${JSON.stringify(parameters).slice(0, 500)}`);
    }
    this.#pending = [...this.#pending, ...fresh].filter(({ outcome }) => outcome === 'pending');
    const submits = fresh.filter(({ action }) => SUBMITS.test(action)).length;
    const allowed = submissions + this.#late;
    const calls = fresh.filter((call) => !this.#isPoll(call)).length;
    const allowedCalls = operations * this.#maxCalls + this.#lateCalls;
    if (calls > allowedCalls) problems.push(`${calls} calls to VOD; at most ${allowedCalls} were allowed`);
    this.#lateCalls = late(allowedCalls - calls, canBeLate, this.#lateCalls);
    if (submits > allowed) {
      problems.push(`${submits} submissions reached VOD; at most ${allowed} were accepted`);
    }
    this.#late = late(allowed - submits, canBeLate, this.#late);
    return problems;
  }

  /** Whether the gateway can have made the call to watch submitted jobs. No operation needs to be waiting for it. */
  #isPoll({ parameters: { JobIds, JobId } }: EmulatorCall): boolean {
    const { jobs } = this.#emulator;
    const ids = JobIds?.split(',') ?? (JobId === undefined ? [] : [JobId]);
    const isSubmitted = (id: string) =>
      !known.has(id) && (jobs.findAIJob(id) ?? jobs.findAIImageJob(id)) !== undefined;
    return ids.length > 0 && ids.every(isSubmitted);
  }

  /** The emulator keeps only the last calls, so the search starts from the end. */
  #fresh(): EmulatorCall[] {
    const { calls } = this.#emulator;
    const from = this.#last ? calls.lastIndexOf(this.#last) + 1 : 0;
    const fresh = calls.slice(from);
    this.#last = calls.at(-1);
    return fresh;
  }
}

/** The number of calls that VOD may receive during later cases. */
function late(left: number, canBeLate: boolean, before: number): number {
  return Math.max(0, canBeLate ? left : Math.min(before, left));
}

function wrongParameters({ action, parameters }: EmulatorCall): string[] {
  const { JobIds, JobId, MediaId, VideoId, TemplateId, PipelineId, UserData } = parameters;
  const jobIds = JobIds?.split(',') ?? [];
  const given = [JobId, MediaId, VideoId, TemplateId, PipelineId].filter((id) => id !== undefined);
  const problems = [...jobIds, ...given]
    .filter((id) => !ID.test(id))
    .map((id) => `the id ${JSON.stringify(id)}`);
  if (jobIds.length > 10) problems.push(`${jobIds.length} ids in one call`);
  if (new Set(jobIds).size < jobIds.length) problems.push('an id twice in one call');
  if (Buffer.byteLength(UserData ?? '') > 512) problems.push('too much user data');
  return problems.map((problem) => `${action} was asked with ${problem}`);
}
