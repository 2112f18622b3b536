/** The default limits of one response, as `docs/limits.md` states them. */
export const responseBudget = {
  /** `MAX_RESPONSE_OBJECTS` */
  objects: 50_000,
  /** `MAX_RESPONSE_BYTES` */
  bytes: 16 * 1024 * 1024,
  errors: 1_000,
} as const;

/** The number of objects in the `data` of a response. `data` itself does not count. */
export function objectsIn(data: unknown): number {
  let count = 0;
  const open: unknown[] = [data];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) count++;
    for (const inner of Object.values(value)) if (typeof inner === 'object') open.push(inner);
  }
  return Math.max(0, count - 1);
}
