import { checkStates } from './check-states.ts';
import { checkSubmissions } from './check-submissions.ts';
import type { History, Problem } from './history.ts';

/** Returns every broken rule of a history. */
export function check(history: History): Problem[] {
  return [...checkSubmissions(history), ...checkStates(history)];
}
