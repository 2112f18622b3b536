import { readFileSync } from 'node:fs';
import { repositoryFile } from './repository.ts';

/** One instruction: its keyword, and its arguments on one line. */
export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** The stages of the Dockerfile. Each begins with `FROM`. */
export function stages(): readonly (readonly Instruction[])[] {
  const lines = readFileSync(repositoryFile('Dockerfile'), 'utf8')
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const all: Instruction[][] = [];
  for (const line of lines) {
    const [word = '', rest = ''] = splitOnce(line.trim(), /\s+/);
    if (word === 'FROM') all.push([]);
    all.at(-1)?.push({ word, rest });
  }
  return all;
}

/** The last stage, which becomes the image. */
export function image(): readonly Instruction[] {
  const stage = stages().at(-1);
  if (!stage) throw new Error('expected a stage');
  return stage;
}

/** The arguments of an instruction that the image has once. */
export function instruction(word: string): string {
  const [found, ...more] = image().filter((each) => each.word === word);
  if (!found || more.length > 0) throw new Error(`expected one ${word} in the last stage of the Dockerfile`);
  return found.rest;
}

/** The words of a command in exec form. */
export function command(text: string): readonly string[] {
  const words: unknown = JSON.parse(text.slice(text.indexOf('[')));
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
    throw new Error(`expected a command in exec form; got ${text}`);
  }
  return words;
}

/** The variables that the image sets. */
export function environment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    instruction('ENV')
      .split(/\s+/)
      .map((pair) => splitOnce(pair, /=/) as [string, string]),
  );
}

export interface Copy {
  /** The stage that it is copied from, or `undefined` for the build context. */
  readonly from: string | undefined;
  readonly source: string;
  readonly target: string;
}

/** The copies into the image, one for each source. */
export function copies(): readonly Copy[] {
  return image()
    .filter(({ word }) => word === 'COPY')
    .flatMap(({ rest }) => {
      const words = rest.split(/\s+/);
      const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
      const paths = words.filter((word) => !word.startsWith('--'));
      const target = paths.at(-1) ?? '';
      return paths.slice(0, -1).map((source) => ({ from, source, target }));
    });
}

/** Whether the build context has this file. The last matching line of .dockerignore decides. */
export function isInContext(path: string): boolean {
  let isIgnored = false;
  for (const line of readFileSync(repositoryFile('.dockerignore'), 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    // Unlike in a shell, a star matches a leading dot.
    const pattern = line
      .replace(/^!/, '')
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^/]*');
    if (new RegExp(`^${pattern}(/.*)?$`).test(path)) isIgnored = !line.startsWith('!');
  }
  return !isIgnored;
}

function splitOnce(text: string, separator: RegExp): readonly [string, string] {
  const match = separator.exec(text);
  return match ? [text.slice(0, match.index), text.slice(match.index + match[0].length)] : [text, ''];
}
