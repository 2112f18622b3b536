import { describeText, ID_RULE, isId } from './id.ts';
import { type Feature, type Region, regionsWith, supports } from './region.ts';
import type { Optional, UserError } from './submission.ts';

/** The checks that the inputs of several mutations have in common: each tells its mistakes, with the field's path. */

/** The mistake of an id; none where it can be one, or is not given. */
export function checkId(field: readonly string[], id: Optional<string>): readonly UserError[] {
  if (id === undefined || id === null || isId(id)) return [];
  return [invalid(field, `expected ${ID_RULE}; got ${describeText(id)}`)];
}

/** The mistake of asking for what the gateway's region does not offer. */
export function checkRegion(
  field: readonly string[],
  feature: Feature,
  region: Region,
): readonly UserError[] {
  if (supports(region, feature)) return [];
  const message = `${feature} is offered in ${regionsWith(feature).join(', ')}; this gateway serves ${region}`;
  return [{ code: 'UNSUPPORTED_IN_REGION', field, message }];
}

/** A mistake of a field: what was expected and what came. */
export function invalid(field: readonly string[], message: string): UserError {
  return { code: 'INVALID_INPUT', field, message: `${field.join('.')}: ${message}` };
}
