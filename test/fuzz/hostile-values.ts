import type { Dice } from './dice.ts';

/** The existing ids. All jobs are final, so that subscriptions end. */
export const knownIds = {
  ai: Array.from({ length: 25 }, (_, index) => `job-${index}`),
  image: Array.from({ length: 5 }, (_, index) => `image-${index}`),
  video: Array.from({ length: 25 }, (_, index) => `video-${index}`),
} as const;

const hostileTexts = [
  '',
  ' ',
  ',',
  'a,b',
  'job-1, job-2',
  'job-1\n',
  'a\tb',
  '\u0000',
  'a\u0000b',
  '\u007f\u0080',
  '\ud800',
  'a\udfff',
  '\u202eabc',
  '\u3000',
  '\ufeff',
  '\u2028',
  '😀'.repeat(64),
  '😀'.repeat(65),
  'é'.repeat(64),
  'x'.repeat(64),
  'x'.repeat(65),
  'x'.repeat(255),
  'x'.repeat(256),
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'null',
  'undefined',
  'true',
  'NaN',
  '0',
  '-1',
  '1e309',
  '9007199254740993',
  '../../etc/passwd',
  "' OR 1=1 --",
  '"; drop table jobs; --',
  '%00',
  '%2c',
  '%',
  '&JobIds=other',
  'a=b&c=d',
  '$' + '{7*7}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '\r\nx-injected: 1',
  'missing-video',
  'video-that-fails',
  'http://127.0.0.1:1/',
  'http://127.0.0.1:1/callback?a=b',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'http://[',
  '2020-06-28T02:04:32Z',
  '2020-13-45T99:99:99Z',
] as const;

/** Text for any place: existing ids, other ids, and texts that break other programs. */
export function someText(dice: Dice): string {
  const kind = dice.below(20);
  if (kind < 7) return dice.pick(knownIds.ai);
  if (kind < 9) return dice.pick(knownIds.image);
  if (kind < 10) return dice.pick(knownIds.video);
  if (kind < 17) return dice.pick(hostileTexts);
  if (kind < 19) return String.fromCharCode(...dice.some(12, () => dice.below(65_536)));
  return dice.chance(95)
    ? dice.bytes(20).toString('latin1')
    : 'x'.repeat(dice.pick([1_000, 40_000, 100_000]));
}

/** JSON text, mostly valid, with unusual values. Some are extremely deep, wide or long. */
export function someJson(dice: Dice, depth = 0): string {
  switch (dice.below(depth > 3 ? 9 : 14)) {
    case 0:
      return 'null';
    case 1:
      return JSON.stringify(someText(dice));
    case 2:
      return dice.pick(['0', '-0', '1', '-1', '42', '1.5', '2147483648', '-2147483649', '9007199254740993']);
    case 3:
      return dice.pick([
        '1e400',
        '-1e400',
        '1e-400',
        `1${'0'.repeat(400)}`,
        '0.1e+30',
        '3.4e38',
        '4294967296',
      ]);
    case 4:
      return dice.pick(['true', 'false', '{}', '[]', '""']);
    case 5:
      return dice.pick([
        '"\\ud800"',
        '"\\udfff\\ud800"',
        '"\\u0000"',
        '"\\u202e"',
        '"\\ud83d\\ude00"',
        '"\ufeff"',
      ]);
    case 6:
      return dice.pick([
        '{"__proto__":{"admin":true}}',
        '{"constructor":{"prototype":{}}}',
        '{"toString":1}',
      ]);
    case 7:
      return dice.pick([
        '{"toJSON":1}',
        '{"then":1}',
        '{"length":-1}',
        '{"a":1,"a":2}',
        '{"":""}',
        '{"id":null}',
      ]);
    case 8:
      return dice.chance(4) ? hugeJson(dice) : JSON.stringify(dice.pick(knownIds.ai));
    case 9:
    case 10:
      return `[${dice.some(5, () => someJson(dice, depth + 1)).join()}]`;
    default:
      return `{${dice.some(5, () => `${JSON.stringify(someName(dice))}:${someJson(dice, depth + 1)}`).join()}}`;
  }
}

/** JSON that reaches the limits of parsers, recursion and serializers. */
export function hugeJson(dice: Dice): string {
  const depth = dice.pick([49, 50, 51, 100, 1_000, 10_000, 49_000]);
  switch (dice.below(6)) {
    case 0:
      return '['.repeat(depth) + ']'.repeat(depth);
    case 1: {
      const pairs = Math.min(depth, 16_000);
      return `${'{"a":'.repeat(pairs)}1${'}'.repeat(pairs)}`;
    }
    case 2:
      return '['.repeat(100_000);
    case 3:
      return `{${Array.from({ length: 10_000 }, (_, index) => `"${index.toString(36)}":1`).join()}}`;
    case 4:
      return `[${Array.from({ length: dice.pick([101, 1_000, 20_000]) }, (_, index) => `"j${index}"`).join()}]`;
    default:
      return '9'.repeat(dice.pick([310, 10_000, 90_000]));
  }
}

function someName(dice: Dice): string {
  return dice.chance(30)
    ? someText(dice)
    : dice.pick(['id', 'ids', '__typename', '__proto__', 'extend', 'query', 'type', 'input', 'videoId', 'a']);
}
