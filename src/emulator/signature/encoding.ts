/** A query's parameters as they came: decoded, in order of arrival, repeated names included. */
export type ParameterPairs = readonly (readonly [name: string, value: string])[];

/**
 * Percent-encodes as RFC 3986 does: everything but `A-Z a-z 0-9 - _ . ~`. `encodeURIComponent` leaves
 * `!'()*` as they are, which both signatures count as reserved.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The query as both signatures want it: encoded `name=value` pairs, by name and then by value, joined by `&`. */
export function canonicalQuery(parameters: ParameterPairs): string {
  return parameters
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

// Not localeCompare: the order is that of the bytes, whatever the machine's language.
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
