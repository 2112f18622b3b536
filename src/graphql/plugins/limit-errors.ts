import { GraphQLError } from 'graphql';
import { furtherFailures, MAX_ERRORS, maxErrorBytes } from '../budget.ts';

/**
 * Limits the entries of `errors`, and their bytes. If entries are left out, the last one says how many.
 *
 * @param maxResponseBytes the maximum size of a response, of which a part is reserved for errors
 */
export function limitErrors(
  errors: readonly GraphQLError[],
  maxResponseBytes: number,
): readonly GraphQLError[] {
  const maxBytes = maxErrorBytes(maxResponseBytes);
  let bytes = 0;
  const listed: GraphQLError[] = [];
  for (const error of errors) {
    if (listed.length === MAX_ERRORS) break;
    if (error === furtherFailures) continue;
    bytes += errorBytes(error);
    // One error always remains.
    if (bytes > maxBytes && listed.length > 0) break;
    listed.push(error);
  }
  if (listed.length === errors.length) return errors;
  if (listed.length === MAX_ERRORS) listed.pop();
  const omitted = errors.length - listed.length;
  const last = new GraphQLError(`${omitted} further errors are not listed`, {
    extensions: { code: 'BAD_USER_INPUT', omitted },
  });
  return [...listed, last];
}

/** The bytes of an error without the names in its path, its message and its locations. */
const FRAME_BYTES = 300;
const LOCATION_BYTES = 32;

/** Estimates the size of an error. A path holds the aliases of the document, which can be long. */
function errorBytes({ message, path, nodes }: GraphQLError): number {
  const names = path?.reduce<number>((sum, key) => sum + String(key).length + 3, 0) ?? 0;
  return FRAME_BYTES + 2 * message.length + names + LOCATION_BYTES * (nodes?.length ?? 0);
}
