import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { listeningOrigin, startGateway } from './gateway-process.ts';

const executablePath = '/usr/bin/chromium';

it('submits a job from GraphiQL with the first click, and reads it', { timeout: 120_000 }, async ({
  skip,
}) => {
  skip(!existsSync(executablePath), `no Chromium at ${executablePath}: install Debian's package chromium`);
  const origin = await listeningOrigin(startGateway({ PORT: '0' }));
  const { page, requested } = await openPage();

  await page.goto(`${origin}/graphql`);
  await run(page);
  await expect.poll(() => responseText(page), { timeout: 30_000 }).toMatch(/"id": "[0-9a-f]{32}"/);

  // The batch of many needs no input either: the emulator has jobs from the start.
  // Tabs slide into their places by animation, for which a browser without a screen draws too few frames.
  await page.getByTitle('AIJobs', { exact: true }).dispatchEvent('click');
  await expect
    .poll(
      async () => {
        // GraphiQL takes a moment to see that another operation is open.
        await run(page);
        return responseText(page);
      },
      { timeout: 30_000, interval: 500 },
    )
    .toMatch(/"aiJobs": \[.*"status": "SUCCESS"/);

  expect(requested.filter((url) => !url.startsWith(origin) && !/^(blob|data):/.test(url))).toEqual([]);
});

it('shows a submitted job finishing, without a reload', { timeout: 120_000 }, async ({ skip }) => {
  skip(!existsSync(executablePath), `no Chromium at ${executablePath}: install Debian's package chromium`);
  const origin = await listeningOrigin(startGateway({ PORT: '0' }));
  const { page, requested } = await openPage();
  await page.goto(`${origin}/graphql`);
  await run(page);
  await expect.poll(() => responseText(page), { timeout: 30_000 }).toMatch(/"id": "[0-9a-f]{32}"/);
  const ids = [...(await responseText(page)).matchAll(/"id": "([0-9a-f]{32})"/g)].map(([, id]) => id);
  expect(ids).toHaveLength(2);

  await page.getByTitle('FollowAIJobs', { exact: true }).dispatchEvent('click');
  await replaceVariables(page, JSON.stringify({ ids }));
  await run(page);

  // Each state replaces the one before it, as it comes.
  await expect.poll(() => responseText(page), { timeout: 30_000 }).toMatch(/"status": "(INIT|PROCESSING)"/);
  const asked = () => requested.filter((url) => url.startsWith(origin)).length;
  const before = asked();
  await expect.poll(() => responseText(page), { timeout: 30_000 }).toMatch(/"status": "SUCCESS"/);
  expect(asked()).toBe(before);
});

it('leads a newcomer from a template to its covers', { timeout: 120_000 }, async ({ skip }) => {
  skip(!existsSync(executablePath), `no Chromium at ${executablePath}: install Debian's package chromium`);
  const origin = await listeningOrigin(startGateway({ PORT: '0' }));
  const { page } = await openPage();
  await page.goto(`${origin}/graphql`);
  await page.getByRole('button', { name: /execute query/i }).waitFor();

  await openTab(page, 'CreateAITemplate');
  const template = await answer(page, /"templateId": "([0-9a-f]{32})"/);
  await openTab(page, 'SubmitAIImageJob');
  const videoId = 'video-of-a-newcomer';
  await replaceVariables(page, JSON.stringify({ input: { videoId, templateId: template } }));
  const job = await answer(page, /"job": \{\s*"id": "([0-9a-f]{32})"/);
  await openTab(page, 'FollowAIImageJobs');
  await replaceVariables(page, JSON.stringify({ ids: [job] }));
  await answer(page, /"status": "(SUCCESS)"/);
  await openTab(page, 'VideoAIImages');
  await replaceVariables(page, JSON.stringify({ id: videoId }));
  expect(await answer(page, /"format": "(\w+)"/)).toBe('PNG');
  const covers = await responseText(page);
  expect(covers).toContain(job);
  expect(covers).toContain(template);
  expect(covers).toMatch(/"url": "https?:/);
});

/** Opens a tab that nothing was run in yet. */
async function openTab(page: Page, title: string): Promise<void> {
  await page.getByTitle(title, { exact: true }).dispatchEvent('click');
  await expect.poll(() => responseText(page), { timeout: 30_000 }).not.toContain('{');
  await expect
    .poll(() => page.locator('.graphiql-query-editor').textContent(), { timeout: 30_000 })
    .toContain(title);
}

/** Runs what is there, and waits for this in its answer: gives what is in its parentheses. */
async function answer(page: Page, pattern: RegExp): Promise<string> {
  await run(page);
  await expect
    .poll(
      async () => {
        const text = await responseText(page);
        // GraphiQL takes a moment to see that another operation is open; nothing was sent until then.
        if (text.includes('Cannot infer operation')) await run(page);
        return text;
      },
      { timeout: 30_000, interval: 500 },
    )
    .toMatch(pattern);
  return pattern.exec(await responseText(page))?.[1] ?? '';
}

async function replaceVariables(page: Page, text: string): Promise<void> {
  const editor = page.locator('.graphiql-editor-tool .monaco-editor').first();
  await editor.click();
  await page.keyboard.press('ControlOrMeta+A');
  // Pasted: the editor closes brackets by itself that somebody types.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
  await page.keyboard.press('ControlOrMeta+V');
}

async function openPage(): Promise<{ page: Page; requested: string[] }> {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  onTestFinished(async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  });
  const page = await context.newPage();
  const requested: string[] = [];
  page.on('request', (request) => requested.push(request.url()));
  return { page, requested };
}

async function run(page: Page): Promise<void> {
  await page.getByRole('button', { name: /execute query/i }).click({ timeout: 60_000 });
}

/** The editor shows blanks as no-break ones. */
async function responseText(page: Page): Promise<string> {
  const text = await page.locator('.graphiql-response').textContent();
  return (text ?? '').replaceAll('\u00a0', ' ');
}
