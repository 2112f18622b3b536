import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSchema, isEnumType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { actionNames } from '../../src/emulator/actions/table.ts';
import { errorCodes } from '../../src/graphql/errors.ts';
import { repositoryFile } from './repository.ts';
import { settings } from './settings.ts';

const read = (path: string) => readFileSync(repositoryFile(path), 'utf8');
const documents = globSync(['*.md', 'docs/*.md'], { cwd: repositoryFile('.') });

describe('the documents', () => {
  it('are found', () => {
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/operations.md']));
  });

  it.each(documents)('%s has no broken link', (document) => {
    for (const [, target = ''] of read(document).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      expect([target, isThere(document, target)]).toEqual([target, true]);
    }
  });

  it.each(documents)('%s names only tests that exist', (document) => {
    for (const [, path = ''] of read(document).matchAll(/`(test\/[\w./-]+\.ts)`/g)) {
      expect([path, existsSync(repositoryFile(path))]).toEqual([path, true]);
    }
  });

  it('are all in the table of contents', () => {
    const contents = read('docs/README.md');
    const missing = readdirSync(repositoryFile('docs'))
      .filter((name) => name.endsWith('.md') && name !== 'README.md')
      .filter((name) => !contents.includes(`](${name})`));
    expect(missing).toEqual([]);
    expect(read('README.md')).toContain('](docs/README.md)');
  });

  it('begin with a README of at most 170 lines', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(170);
  });

  it('show every file and folder of src in the tree of the README', () => {
    const [, tree = ''] = /^src\/\n(.*?)^```/ms.exec(read('README.md')) ?? [];
    const shown = Array.from(tree.matchAll(/^ {2}([\w.-]+)/gm), ([, name = '']) => name);
    expect(shown.sort()).toEqual(readdirSync(repositoryFile('src')).sort());
  });

  it('explain every code of an error and of a user error', () => {
    const rows = Array.from(read('docs/errors.md').matchAll(/^\| `(\w+)` \|/gm), ([, code = '']) => code);
    const userErrors = buildSchema(read('schema/schema.graphql')).getType('AIUserErrorCode');
    const userErrorCodes = isEnumType(userErrors) ? userErrors.getValues().map(({ name }) => name) : [];
    expect(rows.toSorted()).toEqual([...errorCodes, ...userErrorCodes].toSorted());
    expect(errorCodes.filter((code) => !read('README.md').includes(`\`${code}\``))).toEqual([]);
  });

  it('have a section for each alert', () => {
    const alerts = read('deploy/prometheus/alerts.yaml');
    const targets = Array.from(alerts.matchAll(/runbook_url: (\S+)/g), ([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(0);
    for (const target of targets) expect([target, isThere('README.md', target)]).toEqual([target, true]);
  });

  it('name every variable that the gateway reads', () => {
    const operations = read('docs/operations.md');
    expect([...settings()].filter((name) => !operations.includes(`\`${name}\``))).toEqual([]);
  });

  it('have a RAM policy that allows exactly the actions that the gateway calls', () => {
    const [policy = ''] = /\{\s*"Version"[\s\S]*?\n\}/.exec(read('docs/operations.md')) ?? [];
    expect(JSON.parse(policy)).toEqual({
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: expect.toSatisfy(allowsEveryCall), Resource: '*' }],
    });
  });
});

/** The emulator's only action that the gateway never calls. */
const uncalled = 'SetMessageCallback';

function allowsEveryCall(actions: readonly string[]): boolean {
  return (
    actions.toSorted().join() ===
    actionNames
      .filter((name) => name !== uncalled)
      .map((name) => `vod:${name}`)
      .toSorted()
      .join()
  );
}

/** Whether a link in a document leads to a file and to a heading in it. */
function isThere(document: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? document : join(dirname(document), file);
  if (!existsSync(repositoryFile(path))) return false;
  return anchor === undefined || anchorsOf(read(path)).includes(anchor);
}

/** The anchors that GitHub derives from headings. */
function anchorsOf(text: string): readonly string[] {
  return Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
