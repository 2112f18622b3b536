import { describe, expect, test } from 'vitest';
import { initStatus, processingStatus } from '../../../src/emulator/jobs/lifecycle.ts';
import { BoundedMap } from '../../../src/emulator/jobs/store.ts';
import { runningEmulator, type TestEmulator } from '../running-emulator.ts';
import { callV3, listed, submitted } from '../signed-call.ts';

/** The documented statuses that only some ids have, as the usual ones. */
const synonyms: Readonly<Record<string, string>> = { reserved: 'init', analysing: 'processing' };

function usual(status: string | undefined): string {
  const lower = status?.toLowerCase() ?? '';
  return synonyms[lower] ?? lower;
}

/** `[ms since creation, status]` for each change of the status, polled every 100 ms. */
async function course(emulator: TestEmulator, jobId: string, untilMs: number) {
  const changes: [number, string][] = [];
  for (let ms = 0; ms <= untilMs; ms += 100) {
    const status = usual((await listed(emulator, jobId)).Status);
    if (status !== changes.at(-1)?.[1]) changes.push([ms, status]);
    emulator.clock.advance(100);
  }
  return changes;
}

describe('a job', () => {
  test.each([
    [
      { MediaId: 'v', Types: 'AIVideoTag' },
      1,
      [
        [0, 'init'],
        [1000, 'processing'],
        [4000, 'success'],
      ],
    ],
    [
      { MediaId: 'v', Types: 'AIMediaDNA' },
      1,
      [
        [0, 'init'],
        [1000, 'processing'],
        [5000, 'success'],
      ],
    ],
    [
      { MediaId: 'failing', Types: 'AIVideoTag' },
      1,
      [
        [0, 'init'],
        [1000, 'processing'],
        [4000, 'fail'],
      ],
    ],
    [
      { MediaId: 'v', Types: 'AIVideoTag' },
      10,
      [
        [0, 'init'],
        [100, 'processing'],
        [400, 'success'],
      ],
    ],
    [{ MediaId: 'v', Types: 'AIVideoTag' }, Number.POSITIVE_INFINITY, [[0, 'success']]],
  ])('%o at speed %d has the statuses %o', async (parameters, speed, expected) => {
    const emulator = await runningEmulator({ speed });
    expect(await course(emulator, await submitted(emulator, parameters), 6000)).toEqual(expected);
  });

  test('has no Data, no CompleteTime and no code before it is final', async () => {
    const emulator = await runningEmulator();
    const jobId = await submitted(emulator, { MediaId: 'v' });
    expect(await listed(emulator, jobId)).toEqual({
      JobId: jobId,
      MediaId: 'v',
      Type: 'AIVideoTag',
      Status: expect.stringMatching(/^(init|reserved)$/),
      CreationTime: '2026-01-02T03:04:05Z',
    });
  });

  test('has CompleteTime, Data and code 0 after it succeeded', async () => {
    const emulator = await runningEmulator();
    const jobId = await submitted(emulator, { MediaId: 'v' });
    emulator.clock.advance(60_000);
    expect(await listed(emulator, jobId)).toMatchObject({
      Status: 'success',
      CompleteTime: '2026-01-02T03:04:09Z',
      Code: '0',
      Message: 'OK',
      Data: expect.any(String),
    });
  });

  test('has a code, a message and no Data after it failed', async () => {
    const emulator = await runningEmulator({ speed: Number.POSITIVE_INFINITY });
    const job = await listed(emulator, await submitted(emulator, { MediaId: 'will-fail' }));
    expect(job).toMatchObject({
      Status: 'fail',
      CompleteTime: expect.any(String),
      Code: expect.stringMatching(/^[A-Z]/),
      Message: expect.stringMatching(/\.$/),
    });
    expect(job).not.toHaveProperty('Data');
  });

  test('stays final when the speed changes', async () => {
    const emulator = await runningEmulator({ speed: 10 });
    const jobId = await submitted(emulator, { MediaId: 'v' });
    emulator.clock.advance(500);
    emulator.speed = 1;
    expect((await listed(emulator, jobId)).Status).toBe('success');
  });

  test.each([0, -1, Number.NaN])('cannot have speed %d', async (speed) => {
    await expect(runningEmulator({ speed })).rejects.toThrow(RangeError);
  });
});

test('an image job takes three seconds and can fail', async () => {
  const emulator = await runningEmulator();
  const ids: string[] = [];
  for (const VideoId of ['v', 'failing']) {
    const { body } = await callV3(emulator, 'SubmitAIImageJob', { VideoId, AITemplateId: 't' });
    ids.push(String(body.JobId));
  }
  const statusesAfter = async (ms: number) => {
    emulator.clock.advance(ms);
    const { body } = await callV3(emulator, 'GetAIImageJobs', { JobIds: ids.join(',') });
    const jobs = body.AIImageJobList as Record<string, string>[];
    return ids.map((id) => usual(jobs.find(({ JobId }) => JobId === id)?.Status));
  };
  expect(await statusesAfter(999)).toEqual(['init', 'init']);
  expect(await statusesAfter(1)).toEqual(['processing', 'processing']);
  expect(await statusesAfter(2000)).toEqual(['success', 'fail']);
});

test('a quarter of the job ids has each of the statuses that only some documents have', () => {
  const ids = [...'0123456789abcdef'];
  const count = (statuses: readonly string[], status: string) =>
    statuses.filter((text) => text === status).length;
  const processing = ids.map(processingStatus);
  const statuses = ['Processing', 'analysing', 'processing'].map((status) => count(processing, status));
  expect(statuses).toEqual([4, 4, 8]);
  const init = ids.map(initStatus);
  expect(['reserved', 'init'].map((status) => count(init, status))).toEqual([4, 12]);
});

test('a full map of jobs drops the oldest', () => {
  const map = new BoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect([map.size, map.get('a'), map.get('b'), map.get('c')]).toEqual([2, 3, undefined, 4]);
});
