import { expect, it, onTestFinished } from 'vitest';
import type { SpeechSentence } from '../../src/domain/ai-job-result.ts';
import { captions } from '../../src/domain/captions.ts';
import { chromiumPath, isChromiumInstalled, launchChromium } from './chromium.ts';

it('a browser shows WebVTT captions at their times', { timeout: 120_000 }, async ({ skip }) => {
  skip(!isChromiumInstalled, `no Chromium at ${chromiumPath}: install Debian's package chromium`);
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const file = captions(
    {
      durationMs: 5_000,
      sentences: [
        said(2_000, 4_000, '今天天气很好，我们一起去公园散步吧。'),
        said(500, 1_500, 'Tom & Jerry <b> --> the end'),
      ],
    },
    'WEBVTT',
    20,
  );

  const shown = await page.evaluate(`(${playing})(${JSON.stringify(file)}, [1, 1.75, 3])`);

  expect(shown).toEqual([['Tom & Jerry <b> -->\nthe end'], [], ['今天天气很好，我们\n一起去公园散步吧。']]);
});

function said(startMs: number, endMs: number, text: string): SpeechSentence {
  return { startMs, endMs, text, channel: undefined, speechRate: undefined };
}

/** Runs in the page, as text, because the tests have no types of a browser. Returns the cues that are shown at each time. */
const playing = `async (file, times) => {
  const url = (parts, type) => URL.createObjectURL(new Blob(parts, { type }));
  // Five seconds of silence: WAV, 8 kHz, one channel, 8 bits.
  const samples = 40_000;
  const header = new DataView(new ArrayBuffer(44));
  const ascii = (at, text) => [...text].forEach((c, i) => header.setUint8(at + i, c.charCodeAt(0)));
  ascii(0, 'RIFF'); ascii(8, 'WAVEfmt '); ascii(36, 'data');
  [[4, 36 + samples], [16, 16], [24, 8000], [28, 8000], [40, samples]].forEach(([at, n]) => header.setUint32(at, n, true));
  [[20, 1], [22, 1], [32, 1], [34, 8]].forEach(([at, n]) => header.setUint16(at, n, true));
  const video = document.createElement('video');
  video.src = url([header, new Uint8Array(samples).fill(128)], 'audio/wav');
  const track = document.createElement('track');
  track.default = true;
  track.src = url([file], 'text/vtt');
  const loaded = Promise.all([
    new Promise((resolve, reject) => { track.onload = resolve; track.onerror = () => reject(new Error('track')); }),
    new Promise((resolve, reject) => { video.onloadeddata = resolve; video.onerror = () => reject(video.error); }),
  ]);
  video.append(track);
  document.body.append(video);
  await loaded;
  const shown = [];
  for (const time of times) {
    await new Promise((resolve) => { video.onseeked = resolve; video.currentTime = time; });
    shown.push([...track.track.activeCues].map((cue) => cue.getCueAsHTML().textContent));
  }
  return shown;
}`;
