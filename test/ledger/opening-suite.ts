import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import type { BegunSummary, Orders } from './contender.ts';
import type { NewPlace, Place } from './place.ts';
import { intent, job, submissionOf } from './records.ts';

export function openingSuite(newPlace: NewPlace): void {
  it('any number of replicas can open an empty one at once', async () => {
    const place = await newPlace();

    const ledgers = await Promise.all([place.open(), place.open(), place.open(), place.open()]);

    for (const ledger of ledgers) await ledger.check();
    await ledgers[0]?.begin(intent({ id: 'shared' }));
    expect(await ledgers[3]?.submission('shared')).toMatchObject({ id: 'shared' });
  });

  it('all of it is there after a restart', async () => {
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

  it('one that is closed says so, and can be closed again', async () => {
    const ledger = await (await newPlace()).open();
    await ledger.close();
    await ledger.close();
    await expect(ledger.check()).rejects.toMatchObject({ name: 'LedgerError' });
  });

  it('of several processes that open an empty one and begin the same submissions at once, one begins each', async () => {
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

/** Another process, as far as before opening the ledger. */
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
