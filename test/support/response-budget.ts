/** The limits of one response. */
export interface ResponseBudget {
  /** `MAX_RESPONSE_OBJECTS` */
  readonly objects: number;
  /** `MAX_RESPONSE_BYTES` */
  readonly bytes: number;
  readonly errors: number;
}

/** The default limits, as `docs/limits.md` states them. */
export const responseBudget: ResponseBudget = { objects: 50_000, bytes: 16 * 1024 * 1024, errors: 1_000 };

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
