import { describe, expect, test } from 'vitest';
import { mediaDnaData } from '../../src/emulator/results/media-dna.ts';
import { videoTagData } from '../../src/emulator/results/video-tag.ts';
import type { Emulator } from '../../src/emulator/server.ts';
import { runningEmulator, submitted } from './running-emulator.ts';
import { callV3, start } from './signed-call.ts';

const speed = Number.POSITIVE_INFINITY;
const actions = ['GetAIVideoTagResult', 'GetMediaDNAResult'] as const;
const videos = Array.from({ length: 40 }, (_, index) => `video-${index}`);

type Tags = Record<string, { Tag: string; Times?: string[] }[]>;

async function result(emulator: Emulator, action: (typeof actions)[number], MediaId: string, at = start) {
  const { body } = await callV3(emulator, action, { MediaId }, { at });
  const { RequestId: _, ...rest } = body;
  return rest;
}

/** The tags with each tag's times apart, whichever of its two forms they came in. */
function apart(tags: Tags): Tags {
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
  ])('refuses %o', async (parameters, status, code) => {
    const answer = await callV3(await runningEmulator(), action, parameters);
    expect([answer.status, answer.body.Code]).toEqual([status, code]);
  });

  test.each([
    ['cn-shanghai', true, true],
    ['cn-beijing', true, true],
    ['ap-southeast-1', false, true],
    ['eu-central-1', false, false],
  ])('in %s', async (region, tags, dna) => {
    const { body } = await callV3(await runningEmulator({ region }), action, { MediaId: 'v' });
    const isSupported = action === 'GetMediaDNAResult' ? dna : tags;
    expect(body.Code).toBe(isSupported ? undefined : 'OperationDenied');
  });

  test('of a video without a result is nothing, or an empty object for a fixed share of the videos', async () => {
    const emulator = await runningEmulator();
    const key = action === 'GetMediaDNAResult' ? 'DNAResult' : 'VideoTagResult';
    const answers = await Promise.all(videos.map((video) => result(emulator, action, video)));
    const forms = new Set(answers.map((answer) => JSON.stringify(answer)));
    expect(forms).toEqual(new Set(['{}', `{"${key}":{}}`]));
    expect(await Promise.all(videos.map((video) => result(emulator, action, video)))).toEqual(answers);
  });

  test('is there from the moment in which the job succeeds, and not where it fails', async () => {
    const emulator = await runningEmulator();
    const Types = action === 'GetMediaDNAResult' ? 'AIMediaDNA' : 'AIVideoTag';
    const none = await result(emulator, action, 'v');
    const noneOfFailing = await result(emulator, action, 'fail');
    await submitted(emulator, { MediaId: 'v', Types });
    await submitted(emulator, { MediaId: 'fail', Types });
    expect(await result(emulator, action, 'v')).toEqual(none);
    emulator.clock.at = start + 5000;
    expect(await result(emulator, action, 'v', emulator.clock.at)).not.toEqual(none);
    expect(await result(emulator, action, 'fail', emulator.clock.at)).toEqual(noneOfFailing);
  });

  test.each([null, '{', '[]'])('passes over a job that was put in with %s as its result', async (data) => {
    const emulator = await runningEmulator();
    const none = await result(emulator, action, 'v');
    const type = action === 'GetMediaDNAResult' ? 'AIMediaDNA' : 'AIVideoTag';
    emulator.jobs.addAIJob({ mediaId: 'v', type, status: 'success', data });
    expect(await result(emulator, action, 'v')).toEqual(none);
  });
});

describe('GetMediaDNAResult', () => {
  test("is what the video's job found, nothing similar too", async () => {
    const emulator = await runningEmulator({ speed });
    for (const video of videos) emulator.jobs.addAIJob({ mediaId: video, type: 'AIMediaDNA' });
    for (const video of videos) {
      expect(await result(emulator, 'GetMediaDNAResult', video)).toEqual({ DNAResult: mediaDnaData(video) });
    }
  });
});

describe('GetAIVideoTagResult', () => {
  test("is what the video's job found without the speech, with times in both forms of the documents", async () => {
    const emulator = await runningEmulator({ speed });
    const forms = new Set<boolean>();
    for (const video of videos) {
      emulator.jobs.addAIJob({ mediaId: video, videoTag: { origASRData: true } });
      const { VideoTagResult } = await result(emulator, 'GetAIVideoTagResult', video);
      const tags = VideoTagResult as Tags;
      expect(apart(tags)).toEqual(videoTagData(video, {}));
      const times = Object.values(tags).flatMap((list) => list.flatMap(({ Times }) => Times?.[0] ?? []));
      const inOneText = times.map((text) => text.startsWith('['));
      expect(new Set(inOneText).size).toBe(1);
      forms.add(inOneText[0] ?? false);
    }
    expect(forms).toEqual(new Set([true, false]));
  });

  test('has the keys of the analyses that were asked for', async () => {
    const emulator = await runningEmulator({ speed });
    emulator.jobs.addAIJob({ mediaId: 'v', videoTag: { analyseTypes: ['Category'] } });
    const { VideoTagResult } = await result(emulator, 'GetAIVideoTagResult', 'v');
    expect(Object.keys(VideoTagResult as Tags)).toEqual(['Category']);
  });

  test('is of the job that succeeded last, whatever failed or began since', async () => {
    const emulator = await runningEmulator();
    const put = (tag: string, completedAt: number, status = 'success') =>
      emulator.jobs.addAIJob({
        mediaId: 'v',
        status,
        completedAt,
        data: JSON.stringify({ Category: [{ Tag: tag }] }),
      });
    put('second', start - 1000);
    put('first', start - 2000);
    put('failed', start - 500, 'fail');
    put('processing', start - 400, 'processing');
    emulator.jobs.addAIJob({ mediaId: 'v', type: 'AIMediaDNA', status: 'success' });
    emulator.jobs.addAIJob({ mediaId: 'other', status: 'success' });
    expect(await result(emulator, 'GetAIVideoTagResult', 'v')).toEqual({
      VideoTagResult: { Category: [{ Tag: 'second' }] },
    });
  });
});
