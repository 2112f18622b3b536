import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { entryOf, keyFile } from '../auth/key-file.ts';
import { chromiumPath, isChromiumInstalled, launchChromium } from '../e2e/chromium.ts';
import { faintTexts, overflow, smallTargets, unnamedElements } from './accessibility.ts';
import { type RunningExample, runExample } from './running-example.ts';

let example: RunningExample;
let browser: Browser;
const wait = { timeout: 20_000 };

beforeAll(async () => {
  if (!isChromiumInstalled) return;
  [example, browser] = await Promise.all([runExample(), launchChromium()]);
  example.emulator.speed = 4;
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await example?.close();
});
beforeEach(({ skip }) =>
  skip(!isChromiumInstalled, `no Chromium at ${chromiumPath}: install Debian's package chromium`),
);

interface OpenOptions extends BrowserContextOptions {
  /** Prepares the page before it loads. */
  readonly before?: (page: Page) => Promise<unknown>;
}

/** Opens a page of the app with a profile of its own. The test fails if the page reports an error. */
async function open(path = '', { before, ...options }: OpenOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  await before?.(page);
  page.setDefaultTimeout(wait.timeout);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  onTestFinished(async () => {
    await context.close();
    expect(errors).toEqual([]);
  });
  await page.goto(`${example.origin}/${path}`);
  // React renders after the page has loaded.
  await page.locator('#root > *').first().waitFor();
  return page;
}

async function submit(page: Page, ids: readonly string[]): Promise<void> {
  await page.getByLabel('Video ids').fill(ids.join('\n'));
  await page.getByRole('button', { name: /^Submit/ }).click();
}

/** The states that each job of the page has had, in order, from now on. */
async function recordStates(page: Page): Promise<() => Promise<string[][]>> {
  await page.evaluate(() => {
    const states = new Map<string, string[]>();
    Object.assign(window, { states });
    const look = () => {
      for (const job of document.querySelectorAll('.job')) {
        const name = job.querySelector('.job-what')?.textContent?.replace(' →', '') ?? '';
        const seen = states.get(name) ?? [];
        const state = job.getAttribute('data-status') ?? '';
        if (seen.at(-1) !== state) states.set(name, [...seen, state]);
      }
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
  });
  return () =>
    page.evaluate(() => [...(window as unknown as { states: Map<string, string[]> }).states.values()]);
}

describe('from a submit to the results', () => {
  it('shows each job going from INIT to SUCCESS, and what VOD found', { timeout: 90_000 }, async () => {
    const page = await open();
    example.emulator.speed = 1;
    onTestFinished(() => {
      example.emulator.speed = 4;
    });
    const states = await recordStates(page);
    await page.getByRole('checkbox', { name: /^Covers/ }).check();
    await submit(page, ['talk-1']);

    await expect.poll(() => page.locator('.job').count(), wait).toBe(3);
    const bar = page.getByRole('progressbar').first();
    expect(await bar.getAttribute('aria-valuenow')).toBeNull();
    await expect.poll(() => page.locator('.job[data-status=SUCCESS]').count(), wait).toBe(3);
    // VOD need not be asked in each state, so a job can be seen without PROCESSING; never in another order.
    const seen = await states();
    expect(seen).toHaveLength(3);
    expect(seen).toContainEqual(['INIT', 'PROCESSING', 'SUCCESS']);
    for (const states of seen) expect(states.join()).toMatch(/^(INIT,)?(PROCESSING,)?SUCCESS$/);
    expect(await page.locator('[aria-live=polite]').first().textContent()).toMatch(/talk-1: Done/);
    expect(await page.getByRole('progressbar').count()).toBe(0);

    await page.getByRole('link', { name: 'talk-1' }).first().click();
    await page.getByRole('heading', { name: 'talk-1' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');

    // The transcript is read aloud by nobody, but its captions are on the video.
    const sentence = page.locator('.transcript li button').nth(1);
    const text = (await sentence.locator('span').textContent()) ?? '';
    await sentence.click();
    await expect.poll(() => shownCaption(page), wait).toContain(text.slice(0, 10));
    expect(await page.locator('.transcript li[aria-current]').count()).toBe(1);
    const video = await page.evaluate(() => {
      const player = document.querySelector('video');
      return { duration: player?.duration, width: player?.videoWidth };
    });
    expect(video.duration).toBeCloseTo(120, 0);
    expect(video.width).toBe(320);

    for (const [name, extension, start] of [
      ['WebVTT', 'vtt', /^WEBVTT\n/],
      ['SRT', 'srt', /^1\r?\n00:00:/],
    ] as const) {
      const downloading = page.waitForEvent('download');
      await page.getByRole('link', { name: `Download captions as ${name}` }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toBe(`talk-1.${extension}`);
      expect(await readFile(await download.path(), 'utf8')).toMatch(start);
    }

    const sentences = await page.locator('.transcript li').count();
    await page.getByLabel('Search the transcript').fill(text.slice(0, 12).toUpperCase());
    await page.getByText(`1 of ${sentences} sentences`).waitFor();
    expect(await page.locator('.transcript li').count()).toBe(1);
    await page.getByLabel('Search the transcript').fill('no such words');
    await page.getByText(`0 of ${sentences} sentences`).waitFor();

    expect(await picturesIn(page, '.people')).toEqual(
      Array(await page.locator('.people li').count()).fill(256),
    );
    const mark = page.locator('.mark').last();
    await mark.click();
    const [, minutes, seconds] = /(\d+):(\d\d)$/.exec((await mark.getAttribute('aria-label')) ?? '') ?? [];
    const position = await page.evaluate(() => document.querySelector('video')?.currentTime ?? 0);
    expect(Math.floor(position)).toBeGreaterThanOrEqual(Number(minutes) * 60 + Number(seconds));
  });

  it('shows covers, and keeps the chosen one', { timeout: 60_000 }, async () => {
    const page = await open();
    for (const kind of [/^Smart tags/, /^Video DNA/])
      await page.getByRole('checkbox', { name: kind }).uncheck();
    await page.getByRole('checkbox', { name: /^Covers/ }).check();
    for (const template of [/PNG/, /GIF/]) {
      const label = (await page.getByRole('option', { name: template }).textContent()) ?? '';
      await page.getByLabel('Template for the covers').selectOption(label);
      await submit(page, ['talk-2']);
      await expect.poll(() => page.getByRole('button', { name: 'Submit jobs' }).isEnabled(), wait).toBe(true);
    }
    await expect.poll(() => page.locator('.job[data-status=SUCCESS]').count(), wait).toBe(2);
    await page.getByRole('link', { name: 'talk-2' }).first().click();
    const covers = page.locator('.covers li');
    await expect.poll(() => covers.count(), wait).toBeGreaterThan(1);
    const widths = await picturesIn(page, '.covers');
    expect(new Set(widths)).toEqual(new Set([320, 640]));

    await page.getByRole('button', { name: 'Make cover 2 the cover' }).click();
    const address = await covers.nth(1).locator('img').getAttribute('src');
    const isFile = (url: string | null) => url?.split('?')[0];
    const poster = () => page.locator('video').getAttribute('poster');
    expect(isFile(await poster())).toBe(isFile(address));
    await page.reload();
    await page.getByRole('button', { name: 'Cover 2 is the cover here', pressed: true }).waitFor();
    expect(isFile(await poster())).toBe(isFile(address));
  });

  it('waits for the templates before it submits covers, and says if there are none', {
    timeout: 60_000,
  }, async () => {
    const templates = Promise.withResolvers<void>();
    const page = await open('', {
      before: (opened) =>
        opened.route('**/graphql', async (route) => {
          if (!route.request().postData()?.includes('aiTemplates')) return route.continue();
          await templates.promise;
          return route.fulfill({ json: { data: { aiTemplates: [] } } });
        }),
    });
    await page.getByRole('checkbox', { name: /^Covers/ }).check();
    await page.getByLabel('Video ids').fill('talk-1');
    const button = page.getByRole('button', { name: /^Submit/ });
    expect(await button.isDisabled()).toBe(true);

    templates.resolve();
    await button.click();

    await page.getByText('There is no template for covers.').waitFor();
    expect(await page.locator('.job').count()).toBe(0);
  });

  it('shows video DNA as pairs of stretches, of videos that exist', { timeout: 60_000 }, async () => {
    const page = await open();
    await page.getByRole('checkbox', { name: /^Smart tags/ }).uncheck();
    await submit(page, ['talk-1', 'talk-2', 'talk-3']);
    await expect.poll(() => page.locator('.job[data-status=SUCCESS]').count(), wait).toBe(3);
    await page.getByRole('link', { name: 'talk-1' }).first().click();
    const match = page.locator('.match').first();
    await match.getByText(/% alike/).waitFor();
    const pair = match.getByRole('button').first();
    expect(await pair.getAttribute('aria-label')).toMatch(
      /^Play \d:\d\d–\d:\d\d, which is \d:\d\d–\d:\d\d of example-video-\d$/,
    );
    expect(await match.locator('.pair').count()).toBe(await match.getByRole('button').count());
    expect(await match.getByRole('link').getAttribute('href')).toMatch(/^#\/videos\/example-video-\d$/);
  });
});

/** The text of the captions that the browser draws now. */
function shownCaption(page: Page): Promise<string> {
  return page.evaluate(() => {
    const track = document.querySelector('video')?.textTracks[0];
    if (track?.mode !== 'showing') return '';
    return [...(track.activeCues ?? [])].map((cue) => (cue as VTTCue).text.replaceAll('\n', ' ')).join(' ');
  });
}

/** The widths of the pictures in a part of the page, as they are in the files. 0: a picture could not be read. */
async function picturesIn(page: Page, selector: string): Promise<number[]> {
  return page.locator(`${selector} img`).evaluateAll((pictures) =>
    Promise.all(
      (pictures as HTMLImageElement[]).map(async (picture) => {
        picture.loading = 'eager';
        await picture.decode().catch(() => undefined);
        return picture.naturalWidth;
      }),
    ),
  );
}

describe('what goes wrong', () => {
  it('a job that fails has VOD’s code and the RequestId', { timeout: 60_000 }, async () => {
    const page = await open();
    await page.getByRole('checkbox', { name: /^Video DNA/ }).uncheck();
    await submit(page, ['video-that-fails']);
    const failed = page.locator('.job[data-status=FAIL]');
    await failed.waitFor();
    const call = example.emulator.calls.find(({ parameters }) => parameters.MediaId === 'video-that-fails');
    expect(await failed.locator('code').allTextContents()).toEqual([
      expect.stringMatching(/^(InternalError|FileNotReadable|InvalidMedia\.NoAudioStream)$/),
      call?.requestId,
      expect.stringMatching(/^[0-9a-f]{32}$/),
    ]);
  });

  it('a video that VOD rejects stays in the form, and its neighbour is submitted', {
    timeout: 60_000,
  }, async () => {
    const page = await open();
    await submit(page, ['missing-video', 'neighbour']);
    const notice = page.locator('.problem');
    await notice.getByText('VOD rejected it').waitFor();
    const call = example.emulator.calls.find(({ parameters }) => parameters.MediaId === 'missing-video');
    expect(await notice.locator('code').allTextContents()).toEqual([
      'InvalidVideo.NotFound',
      call?.requestId,
    ]);
    expect(await page.getByLabel('Video ids').inputValue()).toBe('missing-video');
    await expect.poll(() => page.locator('.job').count(), wait).toBe(2);

    // The neighbour is not paid for twice, although it is submitted with the rejected video again.
    await submit(page, ['missing-video', 'neighbour']);
    const callsFor = (id: string) =>
      example.emulator.calls.filter(({ parameters }) => parameters.MediaId === id).length;
    await expect.poll(() => callsFor('missing-video'), wait).toBe(2);
    await notice.getByText('VOD rejected it').waitFor();
    expect(callsFor('neighbour')).toBe(1);
    expect(await page.locator('.job').count()).toBe(2);
  });

  it('nothing is sent for an empty form', async () => {
    const page = await open();
    const calls = example.emulator.calls.length;
    await page.getByRole('button', { name: /^Submit/ }).click();
    await page.getByRole('alert').getByText('Enter the id of a video.').waitFor();
    expect(await page.getByLabel('Video ids').getAttribute('aria-invalid')).toBe('true');
    expect(example.emulator.calls.slice(calls).map(({ action }) => action)).not.toContain('SubmitAIJob');
  });

  it('a lost connection is shown, and the jobs go on when it is back', { timeout: 60_000 }, async () => {
    const page = await open();
    example.emulator.speed = 0.7;
    onTestFinished(() => {
      example.emulator.speed = 4;
      example.reconnect();
    });
    await page.getByRole('checkbox', { name: /^Video DNA/ }).uncheck();
    await submit(page, ['slow-video']);
    await page.locator('.job[data-status=INIT]').waitFor();
    example.disconnect();
    await page.getByRole('status').getByText('Connection lost').waitFor();

    // A submit of this time is not lost: it is sent again under the same key.
    await page.getByRole('checkbox', { name: /^Video DNA/ }).check();
    await submit(page, ['unsent-video']);
    await page.getByText('The gateway cannot be reached').waitFor();
    expect(await page.getByLabel('Video ids').inputValue()).toBe('unsent-video');

    example.reconnect();
    await page.getByRole('status').getByText('Connected again').waitFor();
    await page.locator('.job[data-status=SUCCESS]').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.locator('.job').count(), wait).toBe(3);
    expect(
      example.emulator.calls.filter(({ parameters }) => parameters.MediaId === 'unsent-video'),
    ).toHaveLength(1);
  });

  it('asks for an API key, keeps it in the tab, and says when a limit is reached', {
    timeout: 60_000,
  }, async () => {
    const { path } = keyFile([entryOf('video team', 'a-key-of-the-video-team')]);
    onTestFinished(await example.useGateway({ API_KEYS_FILE: path, SUBMIT_LIMIT_PER_MINUTE: '1' }));

    const page = await open('#/jobs');
    const problem = page.locator('.problem');
    await problem.getByText('Your API key is needed').waitFor();
    await problem.getByRole('button', { name: 'Enter an API key' }).click();
    await page.getByLabel('Key', { exact: true }).fill('a-key-of-the-video-team');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing was submitted yet').waitFor();
    expect(await page.evaluate(() => JSON.stringify(localStorage))).toBe('{}');
    await page.reload();
    await page.getByText('Nothing was submitted yet').waitFor();

    await page.goto(`${example.origin}/#/`);
    await submit(page, ['talk-1']);
    await page.locator('.job').first().waitFor();
    await submit(page, ['talk-2']);
    await page
      .locator('.problem[data-code=RATE_LIMITED]')
      .getByText(/You can try again in \d+ s/)
      .waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).isDisabled()).toBe(true);
    expect(await page.getByLabel('Video ids').inputValue()).toBe('talk-2');
  });
});

it('lists have pages and filters, which are in the address', { timeout: 60_000 }, async () => {
  const videos = Array.from({ length: 11 }, (_, index) => ({ videoId: `list-${index}` }));
  await example.query(
    `mutation ($input: SubmitAIJobsInput!) { submitAIJobs(input: $input) { results { requestId } } }`,
    { input: { videos: [...videos, { videoId: 'list-fail' }], types: ['MEDIA_DNA'] } },
  );
  const page = await open('#/jobs?kind=MEDIA_DNA');
  const rows = page.locator('.job');
  await expect.poll(() => rows.count(), wait).toBe(10);
  const first = await rows.allTextContents();
  await page.getByRole('link', { name: 'Older' }).click();
  await expect.poll(() => page.url(), wait).toContain('after=');
  await expect.poll(async () => (await rows.allTextContents())[0], wait).not.toBe(first[0]);
  await page.getByRole('link', { name: 'Newer' }).click();
  await expect.poll(() => page.url(), wait).toContain('before=');

  await page.getByLabel('Video id').fill('list-fail');
  await page.keyboard.press('Enter');
  await expect.poll(() => rows.count(), wait).toBe(1);
  await page.locator('.job[data-status=FAIL]').waitFor();
  await page.getByLabel('State').selectOption('Failed');
  await expect.poll(() => page.url(), wait).toContain('state=FAIL');
  await page.getByLabel('State').selectOption('Waiting');
  await page.getByText('Nothing matches these filters').waitFor();
  await page.getByRole('link', { name: 'Clear them' }).click();

  await page.getByRole('link', { name: 'Submissions' }).click();
  await page.locator('.job[data-status=MADE]').first().getByText('RequestId').waitFor();
});

it('every page can be read and used, on a phone and a desktop, light and dark', {
  timeout: 90_000,
}, async () => {
  const page = await open('', { reducedMotion: 'reduce' });
  await page.getByRole('checkbox', { name: /^Covers/ }).check();
  await submit(page, ['talk-1', 'a-video-that-fails', 'missing-video']);
  await page.locator('.problem').first().waitFor();
  const finished = page.locator('.job:is([data-status=SUCCESS], [data-status=FAIL])');
  await expect.poll(() => finished.count(), wait).toBe(6);
  for (const path of ['', '#/videos/talk-1', '#/jobs', '#/submissions', '#/jobs?video=none']) {
    if (path !== '') await page.goto(`${example.origin}/${path}`);
    await page.locator('main h1').waitFor();
    await expect.poll(() => page.getByText('Loading…').count(), wait).toBe(0);
    expect(await unnamedElements(page)).toEqual([]);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await faintTexts(page)).toEqual([]);
    }
    for (const size of [
      { width: 390, height: 844 },
      { width: 1280, height: 900 },
    ]) {
      await page.setViewportSize(size);
      expect(await smallTargets(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    }
  }
});

it('can be used with the keyboard', { timeout: 60_000 }, async () => {
  const page = await open();
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      const outline = element && getComputedStyle(element).outlineStyle;
      return { text: element?.textContent ?? '', outline };
    });
  await page.keyboard.press('Tab');
  expect(await focused()).toEqual({ text: 'Skip to the content', outline: 'solid' });
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('typed-video');
  for (let control = 0; control < 4; control += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  const { text, outline } = await focused();
  expect(outline).toBe('solid');
  expect(text).toMatch(/^Submit/);
  await page.keyboard.press('Enter');
  await page.locator('.job').first().waitFor();
});
