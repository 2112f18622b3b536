import { createHash } from 'node:crypto';

/**
 * Tells two inputs apart: SHA-256 of the input as JSON, with its keys in order and what is null left out, since both
 * mean the same to who wrote it.
 */
export function fingerprint(kind: string, input: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, canonical(input)]))
    .digest('hex');
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined && entry !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, canonical(entry)]),
  );
}
