import { type Decoded, Undecodable } from '../../domain/decoded.ts';
import { describeText, ID_RULE, isId, MAX_IDS } from '../../domain/id.ts';
import type { AIJobStatus, JobFailure } from '../../domain/job.ts';
import { badUserInput, undecodableField } from '../errors.ts';
import { builder } from './builder.ts';

/** What the types of AI jobs and image jobs share. */

export const AIJobStatusEnum = builder.enumType('AIJobStatus', {
  description: 'How far a job is.',
  values: {
    INIT: { description: 'Accepted, not started yet.' },
    PROCESSING: { description: 'Being worked on.' },
    SUCCESS: { description: 'Finished; its result is there. Final.' },
    FAIL: { description: 'Given up; `failure` says why. Final.' },
  } satisfies Record<AIJobStatus, object>,
});

export const JobFailureType = builder.objectRef<JobFailure>('JobFailure').implement({
  description: 'Why a job failed, as VOD tells it.',
  fields: (t) => ({
    code: t.exposeString('code', { description: "VOD's error code." }),
    message: t.exposeString('message', { description: "VOD's own explanation." }),
  }),
});

/** The value of a field, or the error that says why it cannot be read. */
export function fieldValue<T>(
  reading: Decoded<T>,
  action: string,
  requestId: string | undefined,
): T | undefined {
  if (reading instanceof Undecodable) throw undecodableField(reading, action, requestId);
  return reading;
}

/** Checks the id of one lookup, which may be anything in a router's representation; throws `BAD_USER_INPUT`. */
export function checkedId(id: unknown): string {
  if (typeof id === 'string' && isId(id)) return id;
  throw badUserInput([idProblem('id', id)]);
}

/** Checks the ids of one lookup, all of them, before any is sent; throws `BAD_USER_INPUT`. */
export function checkedIds(ids: readonly string[]): readonly string[] {
  if (ids.length > MAX_IDS) {
    throw badUserInput([{ field: 'ids', message: `expected at most ${MAX_IDS} ids; got ${ids.length}` }]);
  }
  const problems = ids.flatMap((id, index) => (isId(id) ? [] : [idProblem(`ids.${index}`, id)]));
  if (problems.length > 0) throw badUserInput(problems);
  return ids;
}

function idProblem(field: string, id: unknown) {
  const received = typeof id === 'string' ? describeText(id) : `a value of type ${typeof id}`;
  return { field, message: `expected ${ID_RULE}; got ${received}` };
}
