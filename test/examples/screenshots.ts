import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../e2e/chromium.ts';
import { runExample } from './running-example.ts';

/**
 * Takes the pictures of the web example in `docs/images/`: `npm run screenshots`. Chinese and Japanese texts need a font,
 * such as Debian's package fonts-noto-cjk.
 */
const folder = join(import.meta.dirname, '../../docs/images');
const quality = 0.85;
const desktop = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };

const example = await runExample();
const browser = await launchChromium();
try {
  mkdirSync(folder, { recursive: true });
  const submitPages = {
    'web-submit-desktop-light': await open(desktop, 'light'),
    'web-submit-phone-dark': await open(phone, 'dark'),
  };
  example.emulator.speed = 0.5;
  for (const [name, page] of Object.entries(submitPages)) {
    await page.getByRole('checkbox', { name: /^Covers/ }).check();
    await submit(page, ['keynote-2024', 'missing-episode', 'an-upload-that-fails']);
    await page.locator('.job[data-status=PROCESSING]').first().waitFor();
    await page.locator('.job[data-status=FAIL]').first().waitFor();
    await save(page, name);
  }
  const [page] = Object.values(submitPages);
  if (!page) throw new Error('expected a page; got none');
  await page
    .locator('.job:is([data-status=INIT], [data-status=PROCESSING])')
    .first()
    .waitFor({ state: 'detached' });

  for (const [size, scheme] of [
    [{ ...desktop, height: 1500 }, 'light'],
    [{ ...phone, height: 1700 }, 'dark'],
  ] as const) {
    const video = await open(size, scheme, '#/videos/keynote-2024');
    await video.locator('.transcript li button').nth(1).click();
    await video.getByRole('button', { name: 'Make cover 2 the cover' }).click();
    await video.mouse.move(0, 0);
    await video.evaluate(async () => {
      document.querySelector('video')?.pause();
      await Promise.all([...document.images].map((image) => image.decode()));
      scrollTo(0, 0);
    });
    await save(video, `web-video-${size.width > 400 ? 'desktop' : 'phone'}-${scheme}`);
  }
  const list = await open(desktop, 'dark', '#/jobs');
  await list.locator('.job').first().waitFor();
  await save(list, 'web-list-desktop-dark');

  const lost = await open(phone, 'light', '#/jobs');
  await lost.locator('.job').first().waitFor();
  example.disconnect();
  await lost.getByLabel('Kind').selectOption('Smart tags');
  await lost.getByText('Connection lost').waitFor();
  await save(lost, 'web-connection-phone-light');
} finally {
  await browser.close();
  await example.close();
}

async function open(
  viewport: { width: number; height: number },
  colorScheme: 'light' | 'dark',
  path = '',
): Promise<Page> {
  const context = await browser.newContext({ viewport, colorScheme, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`${example.origin}/${path}`);
  return page;
}

async function submit(page: Page, ids: readonly string[]): Promise<void> {
  await page.getByLabel('Video ids').fill(ids.join('\n'));
  await page.getByRole('button', { name: /^Submit/ }).click();
}

async function save(page: Page, name: string): Promise<void> {
  writeFileSync(join(folder, `${name}.webp`), await webp(browser, await page.screenshot()));
}

/** Chromium takes screenshots as PNG, and converts them to WebP, which is a fifth of the size. */
async function webp(converter: Browser, png: Buffer): Promise<Buffer> {
  const page = await converter.newPage();
  const url = await page.evaluate(
    async ([source, share]) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = image.width;
      canvas.height = image.height;
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      return canvas.toDataURL('image/webp', share);
    },
    [`data:image/png;base64,${png.toString('base64')}`, quality] as const,
  );
  await page.close();
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}
