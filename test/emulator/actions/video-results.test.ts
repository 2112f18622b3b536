import { describe, expect, test } from 'vitest';
import { mediaDnaData } from '../../../src/emulator/results/media-dna.ts';
import { videoTagData } from '../../../src/emulator/results/video-tag.ts';
import { runningEmulator, start, type TestEmulator } from '../running-emulator.ts';
import { callV3, submitted } from '../signed-call.ts';

const speed = Number.POSITIVE_INFINITY;
const actions = ['GetAIVideoTagResult', 'GetMediaDNAResult'] as const;
const videos = Array.from({ length: 40 }, (_, index) => `video-${index}`);

type Tags = Record<string, { Tag: string; Times?: string[] }[]>;

async function result(emulator: TestEmulator, action: (typeof actions)[number], MediaId: string) {
  const { body } = await callV3(emulator, action, { MediaId });
  const { RequestId: _, ...rest } = body;
  return rest;
}

/** The tags with the times of each tag as a list, parsed from either of its two forms. */
function withTimesAsList(tags: Tags): Tags {
  const timesOf = ([first = '', ...others]: string[]) =>
    first.startsWith('[') ? (JSON.parse(first) as string[]) : [first, ...others];
  return Object.fromEntries(
    Object.entries(tags).map(([key, list]) => [
      key,
      list.map((tag) => (tag.Times === undefined ? tag : { ...tag, Times: timesOf(tag.Times) })),
    ]),
  );
}

describe.each(actions)('%s', (action) => {
  test.each([
    [{}, 400, 'MissingMediaId'],
    [{ MediaId: 'is-missing' }, 404, 'InvalidVideo.NotFound'],
  ])('rejects %o', async (parameters, status, code) => {
    const response = await callV3(await runningEmulator(), action, parameters);
    expect([response.status, response.body.Code]).toEqual([status, code]);
  });

  test.each([
    ['cn-shanghai', true, true],
    ['cn-beijing', true, true],
    ['ap-southeast-1', false, true],
    ['eu-central-1', false, false],
  ])('checks that %s supports the feature', async (region, tags, dna) => {
    const { body } = await callV3(await runningEmulator({ region }), action, { MediaId: 'v' });
    const isSupported = action === 'GetMediaDNAResult' ? dna : tags;
    expect(body.Code).toBe(isSupported ? undefined : 'OperationDenied');
  });

  test('returns no key or an empty object for a video without a result, always the same one', async () => {
    const emulator = await runningEmulator();
    const key = action === 'GetMediaDNAResult' ? 'DNAResult' : 'VideoTagResult';
    const responses = await Promise.all(videos.map((video) => result(emulator, action, video)));
    const forms = new Set(responses.map((response) => JSON.stringify(response)));
    expect(forms).toEqual(new Set(['{}', `{"${key}":{}}`]));
    expect(await Promise.all(videos.map((video) => result(emulator, action, video)))).toEqual(responses);
  });

  test('returns the result as soon as the job succeeds, and none for a failed job', async () => {
    const emulator = await runningEmulator();
    const Types = action === 'GetMediaDNAResult' ? 'AIMediaDNA' : 'AIVideoTag';
    const none = await result(emulator, action, 'v');
    const noneOfFailing = await result(emulator, action, 'fail');
    await submitted(emulator, { MediaId: 'v', Types });
    await submitted(emulator, { MediaId: 'fail', Types });
    expect(await result(emulator, action, 'v')).toEqual(none);
    emulator.clock.advance(5000);
    expect(await result(emulator, action, 'v')).not.toEqual(none);
    expect(await result(emulator, action, 'fail')).toEqual(noneOfFailing);
  });

  test.each([null, '{', '[]'])('ignores a job that was added with the result %s', async (data) => {
    const emulator = await runningEmulator();
    const none = await result(emulator, action, 'v');
    const type = action === 'GetMediaDNAResult' ? 'AIMediaDNA' : 'AIVideoTag';
    emulator.jobs.addAIJob({ mediaId: 'v', type, status: 'success', data });
    expect(await result(emulator, action, 'v')).toEqual(none);
  });
});

describe('GetMediaDNAResult', () => {
  test("returns the result of the video's job, even if no video is similar", async () => {
    const emulator = await runningEmulator({ speed });
    for (const video of videos) emulator.jobs.addAIJob({ mediaId: video, type: 'AIMediaDNA' });
    for (const video of videos) {
      expect(await result(emulator, 'GetMediaDNAResult', video)).toEqual({ DNAResult: mediaDnaData(video) });
    }
  });
});

describe('GetAIVideoTagResult', () => {
  test("returns the result of the video's job without the speech, with times in both documented forms", async () => {
    const emulator = await runningEmulator({ speed });
    const forms = new Set<boolean>();
    for (const video of videos) {
      emulator.jobs.addAIJob({ mediaId: video, videoTag: { origASRData: true } });
      const { VideoTagResult } = await result(emulator, 'GetAIVideoTagResult', video);
      const tags = VideoTagResult as Tags;
      expect(withTimesAsList(tags)).toEqual(videoTagData(video, {}, emulator.origin));
      const times = Object.values(tags).flatMap((list) => list.flatMap(({ Times }) => Times?.[0] ?? []));
      const inOneText = times.map((text) => text.startsWith('['));
      expect(new Set(inOneText).size).toBe(1);
      forms.add(inOneText[0] ?? false);
    }
    expect(forms).toEqual(new Set([true, false]));
  });

  test('returns the keys of the requested analyses', async () => {
    const emulator = await runningEmulator({ speed });
    emulator.jobs.addAIJob({ mediaId: 'v', videoTag: { analyseTypes: ['Category'] } });
    const { VideoTagResult } = await result(emulator, 'GetAIVideoTagResult', 'v');
    expect(Object.keys(VideoTagResult as Tags)).toEqual(['Category']);
  });

  test('returns the result of the job that succeeded last, even if a newer one failed or is processing', async () => {
    const emulator = await runningEmulator();
    const add = (tag: string, completedAt: number, status = 'success') =>
      emulator.jobs.addAIJob({
        mediaId: 'v',
        status,
        completedAt,
        data: JSON.stringify({ Category: [{ Tag: tag }] }),
      });
    add('second', start - 1000);
    add('first', start - 2000);
    add('failed', start - 500, 'fail');
    add('processing', start - 400, 'processing');
    emulator.jobs.addAIJob({ mediaId: 'v', type: 'AIMediaDNA', status: 'success' });
    emulator.jobs.addAIJob({ mediaId: 'other', status: 'success' });
    expect(await result(emulator, 'GetAIVideoTagResult', 'v')).toEqual({
      VideoTagResult: { Category: [{ Tag: 'second' }] },
    });
  });
});
