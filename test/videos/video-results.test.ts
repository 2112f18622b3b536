import { describe, expect, it } from 'vitest';
import type { VideoAIImage } from '../../src/domain/video-ai-image.ts';
import { CancelledError, RejectedError, type RpcError, TimeoutError } from '../../src/rpc/errors.ts';
import { VideoResults } from '../../src/videos/video-results.ts';
import type { VideoActions } from '../../src/vod/video-results.ts';
import { ids } from '../jobs/lookup/running-lookup.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { noTags } from '../vod/fixture.ts';

const action = 'DeleteAIImageInfos';

const image: VideoAIImage = {
  id: 'i',
  url: 'u',
  format: 'GIF',
  score: 1,
  createdAt: undefined,
  jobId: 'j',
  requestId: 'R',
};

/** Results over a VOD in which every video has results. A deletion fails with the error that `reject` returns. */
function runningResults({
  region = 'cn-shanghai' as const,
  reject = (_ids: readonly string[]): RpcError | undefined => undefined,
  ...actions
}: Partial<VideoActions> & {
  region?: 'cn-shanghai' | 'ap-southeast-1';
  reject?: (ids: readonly string[]) => RpcError | undefined;
} = {}) {
  const calls: string[] = [];
  const deleted: (readonly string[])[] = [];
  const vod: VideoActions = {
    async videoTags(id) {
      calls.push(`tags ${id}`);
      return noTags;
    },
    async mediaDNA(id) {
      calls.push(`dna ${id}`);
      return { type: 'MEDIA_DNA', matches: [] };
    },
    async aiImages(id) {
      calls.push(`images ${id}`);
      return [image];
    },
    deleteMediaDNA: async () => 'R',
    async deleteAIImages(given) {
      deleted.push(given);
      const error = reject(given);
      if (error) throw error;
    },
    ...actions,
  };
  const clock = new ManualClock();
  return { results: new VideoResults({ vod, region, clock }), calls, deleted, clock };
}

describe("a video's results", () => {
  it('are looked up once within two seconds', async () => {
    const { results, calls, clock } = runningResults();
    const all = () =>
      Promise.all(['v', 'v', 'w'].flatMap((id) => [results.tags(id), results.dna(id), results.images(id)]));
    const [tags, dna, images] = await all();
    expect([tags, dna, images]).toMatchObject([{ type: 'VIDEO_TAG' }, { type: 'MEDIA_DNA' }, [{ id: 'i' }]]);
    await all();
    expect(calls).toEqual(['tags v', 'dna v', 'images v', 'tags w', 'dna w', 'images w']);
    clock.advance(2_001);
    await all();
    expect(calls).toHaveLength(12);
  });

  it('may be undefined', async () => {
    const none = async () => undefined;
    const { results } = runningResults({ videoTags: none, mediaDNA: none, aiImages: none });
    expect(await Promise.all([results.tags('v'), results.dna('v'), results.images('v')])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('are no longer looked up when every caller has aborted', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const { results } = runningResults({
      videoTags: (_, signal) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    const gone = new AbortController();
    const left = results.tags('v', { signal: gone.signal }).catch((error: unknown) => error);
    gone.abort();
    expect(await left).toBeInstanceOf(CancelledError);
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });
});

describe('covers', () => {
  it.each([
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [100, Array.from({ length: 10 }, () => 10)],
  ])('are deleted in batches of ten: %i', async (count, sizes) => {
    const { results, deleted } = runningResults();
    const given = ids(count);
    expect(await results.deleteImages(given)).toEqual({ deletedIds: given, userErrors: [], failures: [] });
    expect(deleted.map(({ length }) => length)).toEqual(sizes);
    expect(deleted.flat()).toEqual(given);
  });

  it('are deleted in concurrent batches', async () => {
    let resolve = () => {};
    let waiting = 0;
    const { results } = runningResults({
      deleteAIImages: () => {
        if (++waiting === 3) resolve();
        return all;
      },
    });
    const all = new Promise<void>((resolved) => {
      resolve = resolved;
    });
    expect((await results.deleteImages(ids(25))).deletedIds).toHaveLength(25);
  });

  it('are deleted without duplicates', async () => {
    const { results, deleted } = runningResults();
    expect((await results.deleteImages(['a', 'b', 'a'])).deletedIds).toEqual(['a', 'b']);
    expect(deleted).toEqual([['a', 'b']]);
  });

  it('are rejected batch by batch', async () => {
    const error = new RejectedError({
      action,
      code: 'InvalidParameter',
      requestId: 'R-2',
      upstreamMessage: 'No.',
    });
    const given = ids(12);
    const { results } = runningResults({ reject: ({ length }) => (length === 2 ? error : undefined) });
    expect(await results.deleteImages(given)).toEqual({
      deletedIds: given.slice(0, 10),
      failures: [],
      userErrors: [
        {
          code: 'REJECTED_BY_VOD',
          field: ['ids'],
          message: 'VOD rejected DeleteAIImageInfos: InvalidParameter: No. (ids: job-10, job-11)',
          upstream: { code: 'InvalidParameter', message: 'No.', requestId: 'R-2' },
        },
      ],
    });
  });

  it('of a failed batch do not affect the others', async () => {
    const error = new TimeoutError(10_000, { action, mayHaveRun: true });
    const given = ids(12);
    const { results } = runningResults({ reject: ({ length }) => (length === 2 ? error : undefined) });
    expect(await results.deleteImages(given)).toEqual({
      deletedIds: given.slice(0, 10),
      userErrors: [],
      failures: [{ ids: ['job-10', 'job-11'], error }],
    });
  });

  it.each([
    new TimeoutError(10_000, { action, mayHaveRun: true }),
    new RejectedError({ action, code: 'Forbidden.RAM' }),
  ])('reject if every batch failed: %s', async (error) => {
    const { results } = runningResults({ reject: () => error });
    await expect(results.deleteImages(ids(12))).rejects.toBe(error);
  });

  it('are no longer listed from the cache', async () => {
    const { results, calls } = runningResults();
    await results.images('v');
    await results.tags('v');
    await results.deleteImages(['i']);
    calls.length = 0;
    await results.images('v');
    await results.tags('v');
    expect(calls).toEqual(['images v']);
  });

  it.each([
    [[], ['ids: expected 1 to 100 ids; got 0']],
    [ids(101), ['ids: expected 1 to 100 ids; got 101']],
    [
      ['a', 'b,c', ''],
      [
        'ids.1: expected 1 to 64 characters without commas, blanks or control characters; got "b,c"',
        'ids.2: expected 1 to 64 characters without commas, blanks or control characters; got an empty text',
      ],
    ],
  ])('are not deleted if an id is invalid: %j', async (given, messages) => {
    const { results, deleted } = runningResults();
    const { deletedIds, userErrors } = await results.deleteImages(given);
    expect(userErrors.map(({ message }) => message)).toEqual(messages);
    expect([deletedIds, deleted]).toEqual([[], []]);
  });

  it('are not deleted if the region has none', async () => {
    const { results, deleted } = runningResults({ region: 'ap-southeast-1' });
    expect(await results.deleteImages(['i'])).toMatchObject({
      userErrors: [{ code: 'UNSUPPORTED_IN_REGION', field: ['ids'] }],
    });
    expect(deleted).toEqual([]);
  });
});
