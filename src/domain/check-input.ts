import { describeText, ID_RULE, isId } from './id.ts';
import { type Feature, type Region, regionsWith, supports } from './region.ts';
import type { Optional, UserError } from './submission.ts';

/** Input checks for several mutations. Each returns the errors of one field, with the field's path. */

/** Checks the format of an optional id. */
export function checkId(field: readonly string[], id: Optional<string>): readonly UserError[] {
  if (id === undefined || id === null || isId(id)) return [];
  return [invalid(field, `expected ${ID_RULE}; got ${describeText(id)}`)];
}

/** Checks that the gateway's region offers a feature. */
export function checkRegion(
  field: readonly string[],
  feature: Feature,
  region: Region,
): readonly UserError[] {
  if (supports(region, feature)) return [];
  const message = `${feature} is offered in ${regionsWith(feature).join(', ')}; this gateway serves ${region}`;
  return [{ code: 'UNSUPPORTED_IN_REGION', field, message }];
}

/** An `INVALID_INPUT` error. The message has the form `expected <x>; got <y>` and is prefixed with the field's path. */
export function invalid(field: readonly string[], message: string): UserError {
  return { code: 'INVALID_INPUT', field, message: `${field.join('.')}: ${message}` };
}
