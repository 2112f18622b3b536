import { ids, job, lookupWithCalls, settled } from './lookup-with-calls.ts';

/**
 * Looks up jobs of some MB, with a collection of the young generation after each ten, and prints how many bytes of garbage only
 * a full collection frees. A process of its own: a test runner keeps what tests have seen.
 */

const ROUNDS = 200;
const IDS = 10;
const DATA_BYTES = 10_000;

const { gc } = globalThis;
if (!gc) throw new Error('run this with --expose-gc');
const { lookup, calls } = lookupWithCalls();
let answered = 0;
for (let round = 0; round < ROUNDS; round++) {
  const outcomes = lookup.load(ids(IDS, `${round}-`));
  await settled();
  const [call] = calls.splice(0);
  const jobs = call?.ids.map((id) => job(id, 'PROCESSING', Buffer.alloc(DATA_BYTES, id).toString('latin1')));
  call?.respond(new Map(jobs?.map((read) => [read.id, read])));
  answered += (await outcomes).filter((outcome) => outcome && 'data' in outcome).length;
  // What survives two of them is in the old generation.
  gc({ type: 'minor' });
}
gc({ type: 'minor' });
const { heapUsed } = process.memoryUsage();
gc();
const garbage = heapUsed - process.memoryUsage().heapUsed;
process.stdout.write(JSON.stringify({ lookedUp: answered * DATA_BYTES, garbage }));
lookup.close();
