import { pbkdf2 } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type FileContent, watchFiles } from '../../src/config/watched-files.ts';

/** A watched link to a file with the text `one`, and all texts that were reported after it. */
function watchedLink(onReport: (text: string | undefined) => void = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'watched-files-'));
  for (const text of ['one', 'two']) writeFileSync(join(folder, text), text);
  const link = join(folder, 'link');
  const linkTo = (text: string) => {
    symlinkSync(text, `${link}.new`);
    renameSync(`${link}.new`, link);
  };
  linkTo('one');
  const reported: (string | undefined)[] = [];
  const files = watchFiles({
    files: [link],
    parse: ([content]: readonly FileContent[]) => content?.text,
    onReload(text) {
      reported.push(text);
      onReport(text);
    },
    onUnusable: (error) => {
      throw error;
    },
  });
  onTestFinished(() => {
    files.close();
    rmSync(folder, { recursive: true });
  });
  return { files, linkTo, reported };
}

it('reports a change that is undone as soon as it is reported', async () => {
  const { files, linkTo, reported } = watchedLink((text) => {
    if (text === 'two') linkTo('one');
  });
  // Watching has begun.
  await setTimeout(300);
  linkTo('two');
  // A check that waits for the thread pool sees the file late.
  await setTimeout(500);
  for (let thread = 0; thread < 4; thread += 1) pbkdf2('', '', 1e6, 64, 'sha512', () => {});

  await expect.poll(() => reported, { timeout: 5_000 }).toEqual(['two', 'one']);
  expect(files.value).toBe('one');
});

it('reports nothing after it is closed', async () => {
  const [closed, open] = [watchedLink(), watchedLink()];
  closed.files.close();
  for (const { linkTo } of [closed, open]) linkTo('two');

  await expect.poll(() => open.reported, { timeout: 5_000 }).toEqual(['two']);
  expect(closed.reported).toEqual([]);
});
