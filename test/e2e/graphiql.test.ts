import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { GatewayProcess } from '../support/gateway-process.ts';
import { chromiumPath, isChromiumInstalled, launchChromium } from './chromium.ts';

let gateway: GatewayProcess;
let origin: string;
let browser: Browser;

beforeAll(async () => {
  if (!isChromiumInstalled) return;
  gateway = new GatewayProcess({});
  [origin, browser] = await Promise.all([gateway.origin(), launchChromium()]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await gateway?.end();
});
beforeEach(({ skip }) =>
  skip(!isChromiumInstalled, `no Chromium at ${chromiumPath}: install Debian's package chromium`),
);

it('submits a job with the first click, and reads jobs', { timeout: 120_000 }, async () => {
  const { page, requested, violations } = await openPage();

  const response = await page.goto(`${origin}/graphql`);
  expect(response?.headers()['content-security-policy']).toContain("script-src 'self'");
  await run(page);
  await expect.poll(() => responseText(page), { timeout: 30_000 }).toMatch(/"id": "[0-9a-f]{32}"/);

  // This tab needs no input either: the embedded emulator has jobs from the start.
  // A tab slides into place, and a headless browser draws too few frames for a click at a stable position.
  await page.getByTitle('ReadAIJobResult', { exact: true }).dispatchEvent('click');
  await expect
    .poll(
      async () => {
        // GraphiQL notices the other tab with a delay.
        await run(page);
        return responseText(page);
      },
      { timeout: 30_000, interval: 500 },
    )
    .toMatch(/"aiJob": \{.*"status": "SUCCESS"/);

  expect(requested.filter((url) => !url.startsWith(origin) && !/^(blob|data):/.test(url))).toEqual([]);
  // Its workers run, too: they complete names and mark mistakes.
  expect(page.workers().length).toBeGreaterThan(0);
  expect(violations).toEqual([]);
});

it('shows a submitted job finishing, without a reload', { timeout: 120_000 }, async () => {
  const { page, requested } = await openPage();
  await page.goto(`${origin}/graphql`);
  await run(page);
  await expect.poll(() => responseText(page), { timeout: 30_000 }).toMatch(/"id": "[0-9a-f]{32}"/);
  const ids = [...(await responseText(page)).matchAll(/"id": "([0-9a-f]{32})"/g)].map(([, id]) => id);
  expect(ids).toHaveLength(2);

  await page.getByTitle('FollowAIJobs', { exact: true }).dispatchEvent('click');
  await replaceVariables(page, JSON.stringify({ ids }));
  await run(page);

  // Each state replaces the one before, in the same response.
  await expect.poll(() => responseText(page), { timeout: 30_000 }).toMatch(/"status": "(INIT|PROCESSING)"/);
  // Of the page and of operations. The editor may load its files (`?file=`) at any time, when it first needs them.
  const asked = () =>
    requested.filter((url) => url.startsWith(origin) && !new URL(url).searchParams.has('file')).length;
  const before = asked();
  await expect.poll(() => responseText(page), { timeout: 30_000 }).toMatch(/"status": "SUCCESS"/);
  expect(before).toBeGreaterThan(0);
  expect(asked()).toBe(before);
});

it('follows a job that is not finished, with its result, without input', { timeout: 120_000 }, async () => {
  const { page } = await openPage();
  await page.goto(`${origin}/graphql`);
  await page.getByRole('button', { name: /execute query/i }).waitFor();

  await openTab(page, 'FollowAIJobs');
  await response(page, /"status": "(INIT|PROCESSING)"/);
  await expect.poll(() => responseText(page), { timeout: 30_000 }).toMatch(/"status": "SUCCESS"/);
  expect(await responseText(page)).toContain('"people"');
});

it('creates a template, takes covers with it, and reads them', { timeout: 120_000 }, async () => {
  const { page } = await openPage();
  await page.goto(`${origin}/graphql`);
  await page.getByRole('button', { name: /execute query/i }).waitFor();

  await replaceOperation(page, 'CreateAITemplate');
  const created = { name: 'Covers of talks', config: { image: { format: 'PNG' } } };
  await replaceVariables(page, JSON.stringify({ input: created }));
  const template = await response(page, /"templateId": "([0-9a-f]{32})"/);
  await replaceOperation(page, 'SubmitAIImageJob');
  const videoId = 'video-with-covers';
  await replaceVariables(page, JSON.stringify({ input: { videoId, templateId: template } }));
  const job = await response(page, /"job": \{\s*"id": "([0-9a-f]{32})"/);
  await replaceOperation(page, 'FollowAIImageJobs');
  await replaceVariables(page, JSON.stringify({ ids: [job] }));
  await response(page, /"status": "(SUCCESS)"/);
  await openTab(page, 'VideoAIImages');
  await replaceVariables(page, JSON.stringify({ id: videoId }));
  expect(await response(page, /"format": "(\w+)"/)).toBe('PNG');
  const covers = await responseText(page);
  expect(covers).toContain(job);
  expect(covers).toContain(template);
  expect(covers).toMatch(/"url": "https?:/);
});

/** Opens a tab in which no operation has run. */
async function openTab(page: Page, title: string): Promise<void> {
  await page.getByTitle(title, { exact: true }).dispatchEvent('click');
  await expect.poll(() => responseText(page), { timeout: 30_000 }).not.toContain('{');
  await expect
    .poll(() => page.locator('.graphiql-query-editor').textContent(), { timeout: 30_000 })
    .toContain(title);
}

/** Runs the operation and waits for a response that matches. Returns the text of the first group. */
async function response(page: Page, pattern: RegExp): Promise<string> {
  await run(page);
  await expect
    .poll(
      async () => {
        const text = await responseText(page);
        // GraphiQL notices the other tab with a delay, and sends nothing until then.
        if (text.includes('Cannot infer operation')) await run(page);
        return text;
      },
      { timeout: 30_000, interval: 500 },
    )
    .toMatch(pattern);
  return pattern.exec(await responseText(page))?.[1] ?? '';
}

/** Replaces the operation of the open tab by one of `schema/operations/`. */
function replaceOperation(page: Page, name: string): Promise<void> {
  const file = new URL(`../../schema/operations/${name}.graphql`, import.meta.url);
  return replaceText(page, '.graphiql-query-editor', readFileSync(file, 'utf8'));
}

function replaceVariables(page: Page, text: string): Promise<void> {
  return replaceText(page, '.graphiql-editor-tool', text);
}

async function replaceText(page: Page, place: string, text: string): Promise<void> {
  await page.locator(`${place} .monaco-editor`).first().click();
  await page.keyboard.press('ControlOrMeta+A');
  // Pasted, because the editor adds closing brackets to typed text.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
  await page.keyboard.press('ControlOrMeta+V');
}

/** Opens a page with a profile of its own, and collects the URLs that it requests and what its policy blocks. */
async function openPage(): Promise<{ page: Page; requested: string[]; violations: string[] }> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const requested: string[] = [];
  page.on('request', (request) => requested.push(request.url()));
  const violations: string[] = [];
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text());
  });
  return { page, requested, violations };
}

async function run(page: Page): Promise<void> {
  await page.getByRole('button', { name: /execute query/i }).click({ timeout: 60_000 });
}

/** The text of the response. The editor shows spaces as no-break spaces. */
async function responseText(page: Page): Promise<string> {
  const text = await page.locator('.graphiql-response').textContent();
  return (text ?? '').replaceAll('\u00a0', ' ');
}
