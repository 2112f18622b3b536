import type { EmulatorCall } from '../../src/emulator/calls.ts';
import type { Emulator } from '../../src/emulator/server.ts';

/** An id that VOD accepts. Not imported, because the gateway's own check is under test. */
const ID = /^[^\s,\p{Cc}\p{Cs}]{1,64}$/u;
/** The outcomes that calls may have: success, a missing video or template, no permission, or a cancelled call. */
const ENDS = new Set([
  'ok',
  'pending',
  'aborted',
  'InvalidVideo.NotFound',
  'InvalidTemplate.NotFound',
  'OperationDenied',
]);

/** Checks the calls that VOD receives. */
export class UpstreamWatch {
  readonly #emulator: Emulator;
  #last: EmulatorCall | undefined;
  #pending: readonly EmulatorCall[] = [];
  /** Submissions of clients that have disconnected, which VOD may receive during later cases. */
  #late = 0;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /**
   * Returns what is wrong with the calls since the last check.
   *
   * @param submissions the maximum number of submissions among them
   * @param canBeLate whether VOD may receive some of them only after this check
   */
  problems(submissions: number, canBeLate = false): string[] {
    const fresh = this.#fresh();
    const problems = fresh.flatMap((call) => wrongParameters(call));
    for (const { action, outcome, parameters } of [...this.#pending, ...fresh]) {
      if (!ENDS.has(outcome))
        problems.push(`${action} ended as ${outcome}: ${JSON.stringify(parameters).slice(0, 500)}`);
    }
    this.#pending = [...this.#pending, ...fresh].filter(({ outcome }) => outcome === 'pending');
    const submits = fresh.filter(({ action }) => action.startsWith('Submit')).length;
    const allowed = submissions + this.#late;
    if (submits > allowed) {
      problems.push(`${submits} submissions reached VOD; at most ${allowed} were accepted`);
    }
    this.#late = canBeLate
      ? Math.max(0, allowed - submits)
      : Math.min(this.#late, Math.max(0, allowed - submits));
    return problems;
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
