import type { JobKind } from '../../domain/job.ts';

/**
 * What a field may ask of VOD. Declared next to the field's resolver, and read by `cost.ts`, which refuses operations
 * that could lead to too many calls; a test holds that every field that can call has one.
 */
export type CallCost =
  /** Looks up the jobs with these ids. Like a resolver, `ids` throws where the arguments are refused. */
  | { readonly does: 'lookup'; readonly kind: JobKind; ids(args: Arguments): readonly string[] }
  /** Follows the jobs with these ids; what is selected is resolved for each of them by itself. */
  | { readonly does: 'follow'; readonly kind: JobKind; ids(args: Arguments): readonly string[] }
  /** Looks up jobs whose ids are not known before: `each` for every object that the field is asked of. */
  | { readonly does: 'read'; readonly kind: JobKind; readonly each: number }
  /** Looks its own job up, where all that is known of it is the answer to its submission. */
  | { readonly does: 'complete'; readonly kind: JobKind }
  /** Makes up to `size` jobs in one call, which is paid for. */
  | { readonly does: 'submit'; size(args: Arguments): number }
  /**
   * Makes a call, or as many as `calls` says, for every object that it is asked of; up to `values` values come of it.
   */
  | { readonly does: 'call'; calls?(args: Arguments): number; readonly values: number }
  /** Resolves representations of entities. */
  | { readonly does: 'entities' }
  /**
   * Calls nothing itself, but has up to `size` values that may. They come from what is there already, from the ledger
   * by a statement of its own, or by one for all videos together.
   */
  | { readonly does: 'list'; size(args: Arguments): number; readonly from: 'result' | 'ledger' | 'videos' };

/** A field's arguments, as its resolver gets them: the declaration stands beside it, and knows their types. */
type Arguments = Readonly<Record<string, unknown>>;

/** For a field's `extensions`. */
export function callCost(calls: CallCost): { readonly callCost: CallCost } {
  return { callCost: calls };
}
