import { describe, expect, test } from 'vitest';
import { UsedNonces } from '../../src/emulator/authentication.ts';
import { CallLog } from '../../src/emulator/calls.ts';
import { processingStatus } from '../../src/emulator/jobs/lifecycle.ts';
import { BoundedMap } from '../../src/emulator/jobs/store.ts';
import { listed, runningEmulator, submitted } from './running-emulator.ts';
import { callV3, start } from './signed-call.ts';

/** `[ms since creation, status]` wherever the status changes, seen every 100 ms. */
async function course(emulator: Awaited<ReturnType<typeof runningEmulator>>, jobId: string, untilMs: number) {
  const changes: [number, string][] = [];
  for (let ms = 0; ms <= untilMs; ms += 100) {
    emulator.clock.at = start + ms;
    const status = (await listed(emulator, jobId)).Status?.toLowerCase() ?? '';
    if (status !== changes.at(-1)?.[1]) changes.push([ms, status]);
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
  ])('%o at speed %d goes %o', async (parameters, speed, expected) => {
    const emulator = await runningEmulator({ speed });
    expect(await course(emulator, await submitted(emulator, parameters), 6000)).toEqual(expected);
  });

  test('has no Data, no CompleteTime and no code before it ends', async () => {
    const emulator = await runningEmulator();
    const jobId = await submitted(emulator, { MediaId: 'v' });
    expect(await listed(emulator, jobId)).toEqual({
      JobId: jobId,
      MediaId: 'v',
      Type: 'AIVideoTag',
      Status: 'init',
      CreationTime: '2026-01-02T03:04:05Z',
    });
  });

  test('has its end, its Data and code 0 when it succeeded', async () => {
    const emulator = await runningEmulator();
    const jobId = await submitted(emulator, { MediaId: 'v' });
    emulator.clock.at = start + 60_000;
    expect(await listed(emulator, jobId)).toMatchObject({
      Status: 'success',
      CompleteTime: '2026-01-02T03:04:09Z',
      Code: '0',
      Message: 'OK',
      Data: expect.any(String),
    });
  });

  test('has a code and a message and no Data when it failed', async () => {
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

  test('stays final when the speed is changed', async () => {
    const emulator = await runningEmulator({ speed: 10 });
    const jobId = await submitted(emulator, { MediaId: 'v' });
    emulator.clock.at = start + 500;
    emulator.speed = 1;
    expect((await listed(emulator, jobId)).Status).toBe('success');
  });

  test.each([0, -1, Number.NaN])('cannot be made at speed %d', async (speed) => {
    await expect(runningEmulator({ speed })).rejects.toThrow(RangeError);
  });
});

test('an image job takes three seconds, and fails as the others do', async () => {
  const emulator = await runningEmulator();
  const ids: string[] = [];
  for (const VideoId of ['v', 'failing']) {
    const { body } = await callV3(emulator, 'SubmitAIImageJob', { VideoId, AITemplateId: 't' });
    ids.push(String(body.JobId));
  }
  const statusesAt = async (ms: number) => {
    emulator.clock.at = start + ms;
    const { body } = await callV3(emulator, 'GetAIImageJobs', { JobIds: ids.join(',') }, { at: start + ms });
    const jobs = body.AIImageJobList as Record<string, string>[];
    return ids.map((id) => jobs.find(({ JobId }) => JobId === id)?.Status?.toLowerCase());
  };
  expect(await statusesAt(999)).toEqual(['init', 'init']);
  expect(await statusesAt(1000)).toEqual(['processing', 'processing']);
  expect(await statusesAt(3000)).toEqual(['success', 'fail']);
});

test('some jobs, always the same ones, say "Processing"', () => {
  const spellings = [...'0123456789abcdef'].map(processingStatus);
  expect(spellings.filter((text) => text === 'Processing')).toHaveLength(4);
  expect(spellings.filter((text) => text === 'processing')).toHaveLength(12);
});

describe('memory is bounded', () => {
  test('the oldest jobs go first', () => {
    const map = new BoundedMap<number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect([map.size, map.get('a'), map.get('b'), map.get('c')]).toEqual([2, 3, undefined, 4]);
  });

  test('nonces are forgotten when they are too many', () => {
    const nonces = new UsedNonces();
    for (let count = 0; count <= 100_000; count += 1) nonces.take(String(count), 0, 1000);
    expect(nonces.take('1', 0, 1000)).toBe(false);
    expect(nonces.take('0', 0, 1000)).toBe(true);
  });

  test('the last 10,000 calls are kept', () => {
    const log = new CallLog();
    for (let at = 0; at <= 10_000; at += 1) log.add({ action: 'a', parameters: {}, requestId: '', at });
    expect([log.calls.length, log.calls[0]?.at]).toEqual([10_000, 1]);
  });
});
