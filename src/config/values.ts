import { describeText } from '../domain/id.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** An unusable setting. The message is one line: the variable, what was expected and what was received. */
export class ConfigError extends Error {
  constructor(name: string, expected: string, received: string) {
    super(`${name}: expected ${expected}; got ${received}`);
    this.name = 'ConfigError';
  }
}

/** A whole number; the default if the variable is unset or empty. */
export function integer(env: Environment, name: string, fallback: number, min: number, max: number): number {
  const text = env[name];
  if (!text) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new ConfigError(name, `a whole number from ${min} to ${max}`, describeText(text));
  }
  return value;
}

/** `true` or `false`, in any case; the default if the variable is unset or empty. */
export function flag(env: Environment, name: string, fallback: boolean): boolean {
  const text = env[name]?.toLowerCase();
  if (!text) return fallback;
  if (text !== 'true' && text !== 'false') throw new ConfigError(name, 'true or false', describeText(text));
  return text === 'true';
}

/** One of the words; the first if the variable is unset or empty. */
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

/** An http(s) URL. The error does not quote the value, which may hold a password. */
export function httpUrl(env: Environment, name: string, expected: string): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!URL.canParse(text) || !/^https?:\/\//.test(text)) throw new ConfigError(name, expected, 'no such URL');
  return text;
}

/** Texts separated by commas, without the blanks around them. */
export function list(env: Environment, name: string): readonly string[] {
  return Object.freeze(env[name] ? env[name].split(',').map((text) => text.trim()) : []);
}
