import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { actionNames } from '../../src/emulator/actions/table.ts';
import { repositoryFile } from './repository.ts';
import { settings } from './settings.ts';

const read = (path: string) => readFileSync(repositoryFile(path), 'utf8');
const operations = read('docs/operations.md');
const security = read('docs/security.md');

describe('docs/operations.md', () => {
  /** Rows of the table of settings: the variable and its default. */
  const rows = [...operations.matchAll(/^\| `([A-Z][A-Z0-9_]+)` \| ([^|]*) \|/gm)].map(
    ([, name = '', fallback = '']) => ({ name, fallback }),
  );

  it('has every variable that the code reads, once, and no other', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual([...settings()].sort());
  });

  it('has the defaults of the code', () => {
    const sources = [
      'src/config/config.ts',
      ...globSync('src/config/*.ts', { cwd: repositoryFile('.') }),
    ].map(read);
    const numbers = sources.flatMap((source) => [
      ...source.matchAll(/integer\(env, '([A-Z_]+)', ([\d_ *]+),/g),
    ]);
    expect(numbers.length).toBeGreaterThan(10);
    for (const [, name, expression = ''] of numbers) {
      const value = expression
        .replaceAll('_', '')
        .split('*')
        .reduce((product, factor) => product * Number(factor), 1);
      expect(rows.find((row) => row.name === name)).toEqual({ name, fallback: `\`${value}\`` });
    }
  });

  it('has a section for each alert, and none for an alert that is not there', () => {
    const file = 'deploy/prometheus/alerts.yaml';
    const { groups } = z
      .object({ groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string() })) })) })
      .parse(parse(read(file)));
    const anchors = groups
      .flatMap(({ rules }) => rules.map(({ alert }) => alert))
      .map((name) => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase());
    const sections = /^## Alerts$([\s\S]*?)^## /m.exec(operations)?.[1] ?? '';
    expect([...sections.matchAll(/^### (\S+)$/gm)].map(([, name]) => name)).toEqual(anchors);
    for (const [, anchor] of read(file).matchAll(/docs\/operations\.md#([\w-]+)/g)) {
      expect(anchors).toContain(anchor);
    }
  });

  it('grants what the gateway calls, and nothing else', () => {
    const [, policy = ''] = /```json\n([\s\S]*?)\n```/.exec(operations) ?? [];
    expect(JSON.parse(policy)).toMatchObject({
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: expect.any(Array), Resource: '*' }],
    });
    const granted = [...policy.matchAll(/"vod:(\w+)"/g)].map(([, action]) => action);
    const called = globSync('src/vod/*.ts', { cwd: repositoryFile('.') })
      .map(read)
      .flatMap((source) => [...source.matchAll(/'((?:Submit|List|Get|Add|Update|Delete|Set)\w+)'/g)])
      .map(([, action]) => action);
    expect(granted.sort()).toEqual([...new Set(called)].sort());
    expect(granted).toEqual([...actionNames].sort());
  });
});

describe('docs/security.md', () => {
  it('names tests that are there', () => {
    const named = [...security.matchAll(/`(test\/[\w./-]+\.ts)`: “([^”]+)”/g)];
    expect(named.length).toBeGreaterThan(40);
    for (const [, file = '', title = ''] of named) {
      expect([file, existsSync(repositoryFile(file))]).toEqual([file, true]);
      expect([file, title, hasTest(read(file), title)]).toEqual([file, title, true]);
    }
  });

  it('has a test for every line of the checklist', () => {
    const [, checklist = ''] = /## The OWASP[^\n]*\n([\s\S]*?)\n## /.exec(security) ?? [];
    const lines = checklist
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| line |'));
    expect(lines.length).toBeGreaterThan(40);
    for (const line of lines) expect(line).toMatch(/\| `test\/[^`]+`: “[^”]+” \|$/);
  });
});

/** Whether a file has a test of this title, in whichever quotes. */
function hasTest(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}${quote}`));
}

describe('the links of the documents', () => {
  it.each(['docs/operations.md', 'docs/security.md'])('of %s lead somewhere', (path) => {
    const text = read(path);
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [file = '', anchor] = target.split('#');
      const at = file === '' ? path : join(dirname(path), file);
      expect([target, existsSync(repositoryFile(at))]).toEqual([target, true]);
      if (anchor) expect([target, anchorsOf(read(at)).includes(anchor)]).toEqual([target, true]);
    }
  });
});

/** As GitHub makes them from headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
