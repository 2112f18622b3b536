import { fork } from 'node:child_process';
import { once } from 'node:events';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import type { BegunSummary, Orders } from './contender.ts';
import { type NewPlace, type Place, rejection } from './place.ts';
import { intent, job, submissionOf } from './records.ts';

export function openingSuite(newPlace: NewPlace): void {
  it('several gateways can open an empty database at the same time', async () => {
    const place = await newPlace();

    const ledgers = await Promise.all([place.open(), place.open(), place.open(), place.open()]);

    for (const ledger of ledgers) await ledger.check();
    await ledgers[0]?.begin(intent({ id: 'shared' }));
    expect(await ledgers[3]?.submission('shared')).toMatchObject({ id: 'shared' });
  });

  it('keeps everything after a restart', async () => {
    const place = await newPlace();
    const before = await place.open();
    const { id } = intent();
    await before.begin(intent({ id, idempotencyKey: 'key' }));
    await before.finish(id, { state: 'MADE', requestId: 'request', jobs: [job('a'), job('b')] });
    const submission = await before.submission(id);
    await before.close();

    const after = await place.open();

    expect(await submissionOf(after, 'key')).toEqual(submission);
    expect(await after.jobs('AI', ['a', 'b'])).toEqual(submission?.jobs);
    expect((await after.begin(intent({ idempotencyKey: 'key' }))).begun).toBe(false);
  });

  it('reports every call to the observer', async () => {
    const ledger = await (await newPlace()).open();
    const calls: [method: string, ok: boolean][] = [];
    ledger.observe({
      called(method, ok, durationMs) {
        expect(durationMs).toBeGreaterThanOrEqual(0);
        calls.push([method, ok]);
      },
    });
    await ledger.check();
    await ledger.begin(intent());
    await ledger.close();
    await rejection(ledger.check());

    expect(calls).toEqual([
      ['check', true],
      ['begin', true],
      ['check', false],
    ]);
  });

  it('a failed migration leaves no tables behind, and runs again on the next start', async () => {
    const place = await newPlace();
    const before = await place.openDatabase();
    for (const table of ['submissions', 'jobs', 'events', 'allowances'])
      await sql`drop table ${sql.table(table)}`.execute(before);
    await sql`delete from kysely_migration`.execute(before);

    expect((await rejection(place.open())).message).toMatch(/probes.* already exists/);
    expect((await before.introspection.getTables()).map(({ name }) => name)).toEqual(['probes']);

    await sql`drop table probes`.execute(before);
    await (await place.open()).check();
  });

  it('does not open a database with migrations of a later version', async () => {
    const place = await newPlace();
    const db = await place.openDatabase();
    await sql`insert into kysely_migration (name, timestamp) values ('999-later', '2999-01-01')`.execute(db);

    expect((await rejection(place.open())).message).toMatch(/corrupted migrations.*999-later/);
  });

  it('rejects calls after close, and can be closed again', async () => {
    const ledger = await (await newPlace()).open();
    await ledger.close();
    await ledger.close();
    await expect(ledger.check()).rejects.toMatchObject({ name: 'LedgerError' });
  });

  it('of several processes that open an empty database and begin the same submissions, one begins each', async () => {
    const place = await newPlace();
    const keys = Array.from({ length: 25 }, (_, index) => `key-${index}`);
    const contenders = ['a', 'b', 'c'].map((name) => contender(place, { name, keys }));
    for (const { ready } of contenders) await ready;

    const summaries = await Promise.all(contenders.map(({ begin }) => begin()));

    expect(summaries.flatMap(({ begun }) => begun).sort()).toEqual(keys.toSorted());
    const ledger = await place.open();
    expect(await ledger.countSubmissions()).toBe(keys.length);
  }, 30_000);
}

/** A child process that has started but not opened the ledger. */
function contender({ options }: Place, orders: Omit<Orders, 'options'>) {
  const child = fork(new URL('contender.ts', import.meta.url), { stdio: 'inherit' });
  onTestFinished(() => void child.kill());
  const message = async () => {
    const exited = new AbortController();
    child.once('exit', (code) => exited.abort(new Error(`exited with ${code}`)));
    const [received] = await once(child, 'message', { signal: exited.signal });
    return received;
  };
  return {
    ready: message(),
    async begin(): Promise<BegunSummary> {
      const summary = message();
      child.send({ ...orders, options } satisfies Orders);
      return summary;
    },
  };
}
