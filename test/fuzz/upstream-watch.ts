import type { EmulatorCall } from '../../src/emulator/calls.ts';
import type { Emulator } from '../../src/emulator/server.ts';

/** An id as VOD takes it. Written down once more: what the gateway lets through is what is under test. */
const ID = /^[^\s,\p{Cc}\p{Cs}]{1,64}$/u;
/** How calls may end: all is well, a video or a template is missing or not the account's, or nobody waits any more. */
const ENDS = new Set([
  'ok',
  'pending',
  'aborted',
  'InvalidVideo.NotFound',
  'InvalidTemplate.NotFound',
  'OperationDenied',
]);

/** Looks at what reaches VOD. */
export class UpstreamWatch {
  readonly #emulator: Emulator;
  #last: EmulatorCall | undefined;
  #pending: readonly EmulatorCall[] = [];

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /**
   * What is wrong with the calls since this was last asked.
   *
   * @param submissions how many there may be among them
   */
  problems(submissions: number): string[] {
    const fresh = this.#fresh();
    const problems = fresh.flatMap((call) => wrongParameters(call));
    for (const { action, outcome, parameters } of [...this.#pending, ...fresh]) {
      if (!ENDS.has(outcome))
        problems.push(`${action} ended as ${outcome}: ${JSON.stringify(parameters).slice(0, 500)}`);
    }
    this.#pending = [...this.#pending, ...fresh].filter(({ outcome }) => outcome === 'pending');
    const submits = fresh.filter(({ action }) => action.startsWith('Submit')).length;
    if (submits > submissions) {
      problems.push(`${submits} submissions reached VOD; at most ${submissions} were accepted`);
    }
    return problems;
  }

  /** The log keeps the last calls alone, so they are looked for from its end. */
  #fresh(): EmulatorCall[] {
    const { calls } = this.#emulator;
    const from = this.#last ? calls.lastIndexOf(this.#last) + 1 : 0;
    const fresh = calls.slice(from);
    this.#last = calls.at(-1);
    return fresh;
  }
}

function wrongParameters({ action, parameters }: EmulatorCall): string[] {
  const { JobIds, MediaId, VideoId, TemplateId, PipelineId, UserData } = parameters;
  const jobIds = JobIds?.split(',') ?? [];
  const given = [MediaId, VideoId, TemplateId, PipelineId].filter((id) => id !== undefined);
  const problems = [...jobIds, ...given]
    .filter((id) => !ID.test(id))
    .map((id) => `the id ${JSON.stringify(id)}`);
  if (jobIds.length > 10) problems.push(`${jobIds.length} ids in one call`);
  if (new Set(jobIds).size < jobIds.length) problems.push('an id twice in one call');
  if (Buffer.byteLength(UserData ?? '') > 512) problems.push('too much user data');
  return problems.map((problem) => `${action} was asked with ${problem}`);
}
