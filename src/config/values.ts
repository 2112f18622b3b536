import { describeText } from '../domain/id.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that cannot be used. Its message is one line: the variable, what was expected and what came. */
export class ConfigError extends Error {
  constructor(name: string, expected: string, received: string) {
    super(`${name}: expected ${expected}; got ${received}`);
    this.name = 'ConfigError';
  }
}

export function integer(env: Environment, name: string, fallback: number, min: number, max: number): number {
  const text = env[name];
  if (!text) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new ConfigError(name, `a whole number from ${min} to ${max}`, describeText(text));
  }
  return value;
}

/** `true` or `false`; the fallback where it is not set. */
export function flag(env: Environment, name: string, fallback: boolean): boolean {
  const text = env[name]?.toLowerCase();
  if (!text) return fallback;
  if (text !== 'true' && text !== 'false') throw new ConfigError(name, 'true or false', describeText(text));
  return text === 'true';
}

/** One of some words; the first where it is not set. */
export function oneOf<Word extends string>(
  env: Environment,
  name: string,
  words: readonly [Word, ...Word[]],
): Word {
  const text = env[name] || words[0];
  const word = words.find((known) => known === text);
  if (!word) throw new ConfigError(name, `one of ${words.join(', ')}`, describeText(text));
  return word;
}

/** An http(s) URL; what came is not repeated, since it may hold a password. */
export function httpUrl(env: Environment, name: string, expected: string): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!URL.canParse(text) || !/^https?:\/\//.test(text)) throw new ConfigError(name, expected, 'no such URL');
  return text;
}
