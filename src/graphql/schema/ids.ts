import { describeText, ID_RULE, isId, MAX_IDS } from '../../domain/id.ts';
import { badUserInput } from '../errors.ts';

/** Returns the id if it is valid; throws `BAD_USER_INPUT` otherwise. A router's representation can hold any value. */
export function checkedId(id: unknown, field = 'id'): string {
  if (typeof id === 'string' && isId(id)) return id;
  throw badUserInput([idProblem(field, id)]);
}

/** Returns the ids if all of them are valid; throws one `BAD_USER_INPUT` that names each invalid id otherwise. */
export function checkedIds(ids: readonly string[]): readonly string[] {
  if (ids.length > MAX_IDS) {
    throw badUserInput([{ field: 'ids', message: `expected at most ${MAX_IDS} ids; got ${ids.length}` }]);
  }
  const problems = ids.flatMap((id, index) => (isId(id) ? [] : [idProblem(`ids.${index}`, id)]));
  if (problems.length > 0) throw badUserInput(problems);
  return ids;
}

/** The condition on the video in a filter; throws `BAD_USER_INPUT` if the id is invalid. */
export function filterOfVideo(videoId: string | null | undefined): { readonly videoId?: string } {
  if (videoId === null || videoId === undefined) return {};
  return { videoId: checkedId(videoId, 'filter.videoId') };
}

function idProblem(field: string, id: unknown) {
  const received = typeof id === 'string' ? describeText(id) : `a value of type ${typeof id}`;
  return { field, message: `expected ${ID_RULE}; got ${received}` };
}
