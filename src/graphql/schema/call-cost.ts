import type { JobKind } from '../../domain/job.ts';

/**
 * The calls to VOD that a field can cause. It is declared beside the field's resolver. The plugin `cost.ts` adds up the
 * costs of an operation and rejects an operation that could cause too many calls. A test checks that every field that
 * can call VOD declares a cost.
 */
export type CallCost =
  /** Looks up the jobs with these ids. Like the resolver, `ids` throws if the arguments are invalid. */
  | { readonly does: 'lookup'; readonly kind: JobKind; ids(args: Arguments): readonly string[] }
  /** Follows the jobs with these ids. The selection is resolved for each job separately. */
  | { readonly does: 'follow'; readonly kind: JobKind; ids(args: Arguments): readonly string[] }
  /** Looks up jobs whose ids are not known in advance: `each` jobs for every parent object. */
  | { readonly does: 'read'; readonly kind: JobKind; readonly each: number }
  /** Looks up its own job if only the response to the job's submission is known. */
  | { readonly does: 'complete'; readonly kind: JobKind }
  /** Creates up to `size` jobs in one call, which VOD charges for. */
  | { readonly does: 'submit'; size(args: Arguments): number }
  /** Makes `calls` calls, by default one, for every parent object. They return up to `values` values. */
  | { readonly does: 'call'; calls?(args: Arguments): number; readonly values: number }
  /** Resolves references to entities. */
  | { readonly does: 'entities' }
  /**
   * Makes no call, but returns up to `size` values whose fields can. The values come from the parent (`result`), from
   * one statement for each parent (`ledger`) or from one statement for all videos (`videos`).
   */
  | { readonly does: 'list'; size(args: Arguments): number; readonly from: 'result' | 'ledger' | 'videos' };

/** The arguments of a field, untyped: the declaration stands beside the resolver and knows their types. */
type Arguments = Readonly<Record<string, unknown>>;

/** The `extensions` of a field with this cost. */
export function callCost(cost: CallCost): { readonly callCost: CallCost } {
  return { callCost: cost };
}
