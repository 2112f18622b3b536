/**
 * In the order of their keys, so that two transactions that write the same rows never wait for each other; and none
 * twice in a batch, which Postgres refuses to merge. One that comes twice goes into a later batch.
 */
export function* batches<Item>(
  items: readonly Item[],
  size: number,
  keyOf: (item: Item) => string,
): Generator<Item[]> {
  const keyed = items.map((item) => ({ key: keyOf(item), item }));
  let rest = keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  while (rest.length > 0) {
    const batch = new Map<string, Item>();
    const later: typeof rest = [];
    for (const entry of rest) {
      if (batch.size === size || batch.has(entry.key)) later.push(entry);
      else batch.set(entry.key, entry.item);
    }
    yield [...batch.values()];
    rest = later;
  }
}

/** Ids, each once. */
export function idBatches(ids: readonly string[], size: number): Generator<string[]> {
  return batches([...new Set(ids)], size, (id) => id);
}
