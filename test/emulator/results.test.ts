import { describe, expect, test } from 'vitest';
import { imageResult, imageTemplateConfig } from '../../src/emulator/results/ai-image.ts';
import { mediaDnaData } from '../../src/emulator/results/media-dna.ts';
import type { OrigASRData } from '../../src/emulator/results/speech.ts';
import { analyseTypes, videoTagData } from '../../src/emulator/results/video-tag.ts';
import { runningEmulator } from './running-emulator.ts';
import { callV3, listed, submitted } from './signed-call.ts';

const videos = Array.from({ length: 60 }, (_, index) => `video-${index}`);
const asr = { origASRData: true } as const;
const origin = 'http://127.0.0.1:4010';

async function dataOf(parameters: Record<string, string>): Promise<Record<string, unknown>> {
  const emulator = await runningEmulator({ speed: Number.POSITIVE_INFINITY });
  const { Data } = await listed(emulator, await submitted(emulator, { MediaId: 'v', ...parameters }));
  return JSON.parse(Data ?? '') as Record<string, unknown>;
}

function transcripts(mediaId: string): OrigASRData[] {
  return [videoTagData(mediaId, asr, origin).OrigASRData ?? []].flat();
}

describe('smart tags', () => {
  test.each([
    ['Face', 'true', ['Person']],
    ['OCR', 'true', ['Keyword']],
    ['Category', 'true', ['Category']],
    ['Annotation', 'true', ['Location', 'Time']],
    ['ASR', 'false', ['Keyword']],
    ['ASR', 'true', ['Keyword', 'OrigASRData']],
    [
      'Face, ASR,OCR,Category,Annotation',
      'true',
      ['Category', 'Keyword', 'Location', 'OrigASRData', 'Person', 'Time'],
    ],
  ])('of %s, with OrigASRData %s, have the keys %o', async (AnalyseTypes, OrigASRData, keys) => {
    for (const key of ['AIVideoTag', 'AIVideoTagConfig']) {
      const data = await dataOf({ Config: JSON.stringify({ [key]: { AnalyseTypes, OrigASRData } }) });
      expect(Object.keys(data).sort()).toEqual(keys);
    }
  });

  test('without a configuration have the keys of every analysis, without the original speech data', async () => {
    expect(Object.keys(await dataOf({})).sort()).toEqual([
      'Category',
      'Keyword',
      'Location',
      'Person',
      'Time',
    ]);
  });

  test('OrigASRData may be a boolean', async () => {
    expect(await dataOf({ Config: '{"AIVideoTag":{"OrigASRData":true}}' })).toHaveProperty('OrigASRData');
  });

  test('have times as text in ms, and a face for each person', () => {
    for (const video of videos) {
      const {
        Person = [],
        Time = [],
        Location = [],
        Keyword = [],
        Category = [],
      } = videoTagData(video, {}, origin);
      for (const tag of [...Person, ...Time, ...Location, ...Keyword, ...Category]) {
        expect(tag.Tag).toMatch(/./);
        for (const time of tag.Times ?? []) expect(time).toMatch(/^\d+$/);
      }
      for (const person of Person)
        expect(person.FaceUrl).toMatch(/^http:\/\/127\.0\.0\.1:4010\/face\/[0-9a-f]{32}\.png$/);
    }
  });

  test('depend only on the video', () => {
    const results = videos.map((video) => JSON.stringify(videoTagData(video, asr, origin)));
    expect(videos.map((video) => JSON.stringify(videoTagData(video, asr, origin)))).toEqual(results);
    expect(new Set(results).size).toBe(videos.length);
  });

  test('of one analysis do not depend on the others', () => {
    for (const type of analyseTypes) {
      const all = videoTagData('v', asr, origin);
      const { Keyword: _, ...one } = videoTagData('v', { ...asr, analyseTypes: [type] }, origin);
      expect(all).toMatchObject(one);
    }
  });
});

describe('the original speech data', () => {
  test('is an object for some videos and an array for others', () => {
    const kinds = videos.map((video) => Array.isArray(videoTagData(video, asr, origin).OrigASRData));
    expect(new Set(kinds)).toEqual(new Set([true, false]));
  });

  test('has consecutive sentences within the duration', () => {
    for (const { AsrTextList, Duration } of videos.flatMap(transcripts)) {
      expect(Duration).toMatch(/^\d+$/);
      let end = 0;
      for (const sentence of AsrTextList) {
        expect(sentence.StartTime).toBeGreaterThanOrEqual(end);
        expect(sentence.EndTime).toBeGreaterThan(sentence.StartTime);
        end = sentence.EndTime;
        expect([0, 1]).toContain(sentence.ChannelId);
        const minutes = (sentence.EndTime - sentence.StartTime) / 60_000;
        expect(sentence.Text.length / minutes / sentence.SpeechRate).toBeCloseTo(1, 1);
      }
      expect(end).toBeLessThanOrEqual(Number(Duration));
    }
  });

  test.each([
    ['Chinese', /\p{Script=Han}。/u],
    ['English', /\bthe\b/],
    ['Japanese', /\p{Script=Hiragana}/u],
    ['Spanish', /[¡¿]/],
    ['Arabic', /\p{Script=Arabic}/u],
    ['Korean', /\p{Script=Hangul}/u],
    ['French', /Marseille/],
  ])('is %s for some video', (_, pattern) => {
    const texts = videos
      .flatMap(transcripts)
      .flatMap(({ AsrTextList }) => AsrTextList.map(({ Text }) => Text));
    expect(texts.some((text) => pattern.test(text))).toBe(true);
  });
});

describe('video DNA', () => {
  test('has zero to three similar videos, best first, with numbers as text', () => {
    const counts = new Set<number>();
    for (const { VideoDNA } of videos.map(mediaDnaData)) {
      counts.add(VideoDNA.length);
      const similarities = VideoDNA.map(({ Similarity }) => Number(Similarity));
      expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
      expect(new Set(VideoDNA.map(({ PrimaryKey }) => PrimaryKey)).size).toBe(VideoDNA.length);
      for (const { PrimaryKey, Similarity, Detail } of VideoDNA) {
        expect(PrimaryKey).toMatch(/^example-video-[0-6]$/);
        expect(Similarity).toMatch(/^(0\.\d\d|1\.00)$/);
        for (const span of Detail.flatMap(({ Input, Duplication }) => [Input, Duplication])) {
          expect(span).toEqual({
            Start: expect.stringMatching(/^\d+\.\d$/),
            Duration: expect.stringMatching(/^\d+\.\d$/),
          });
        }
      }
    }
    expect(counts).toEqual(new Set([0, 1, 2, 3]));
  });

  test('refers to other videos, and to sections that the emulator has', () => {
    for (let index = 0; index < 7; index += 1) {
      for (const { PrimaryKey, Detail } of mediaDnaData(`example-video-${index}`).VideoDNA) {
        expect(PrimaryKey).not.toBe(`example-video-${index}`);
        for (const { Start, Duration } of Detail.map(({ Duplication }) => Duplication)) {
          expect(Number(Start) + Number(Duration)).toBeLessThanOrEqual(120);
        }
      }
    }
  });

  test('is the Data of the job', async () => {
    expect(await dataOf({ Types: 'AIMediaDNA' })).toEqual(mediaDnaData('v'));
  });
});

test('image jobs have scored images in the format of their template', async () => {
  const emulator = await runningEmulator({ speed: Number.POSITIVE_INFINITY });
  const { body } = await callV3(emulator, 'SubmitAIImageJob', { VideoId: '视频/1', AITemplateId: 't' });
  const found = await callV3(emulator, 'GetAIImageJobs', { JobIds: String(body.JobId) });
  const [job] = found.body.AIImageJobList as Record<string, string>[];
  expect(JSON.parse(job?.TemplateConfig ?? '')).toEqual(imageTemplateConfig('t'));
  const images = JSON.parse(job?.AIImageResult ?? '') as { Score: number; Url: string }[];
  expect(images).toEqual(imageResult('视频/1', 't', emulator.origin));
  expect(images.length).toBeGreaterThan(0);
  for (const { Score, Url } of images) {
    expect(Score).toBeGreaterThan(0);
    expect(new URL(Url).pathname).toMatch(new RegExp(`\\.${imageTemplateConfig('t').Format}$`));
  }
  expect(job).not.toHaveProperty('UserData');
});
