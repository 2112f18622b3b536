import { describe, expect, it } from 'vitest';
import { describeText, isId } from '../../src/domain/id.ts';

describe('an id', () => {
  it.each([
    'a',
    '0',
    'a'.repeat(64),
    '53d4a9c7b00c*****cdcb4b0c2c854c7',
    '视频',
    '🎬'.repeat(64),
    'a&b=c%20',
  ])('can be %j', (text) => {
    expect(isId(text)).toBe(true);
  });

  it.each([
    '',
    'a'.repeat(65),
    'a,b',
    ' a',
    'a ',
    'a\tb',
    'a\n',
    'a\u0000',
    '\u0085',
    'a\u3000b',
    '\ud83c',
    '\udfac',
  ])('cannot be %j', (text) => {
    expect(isId(text)).toBe(false);
  });
});

describe('a received text', () => {
  it.each([
    ['', 'an empty text'],
    ['a b', '"a b"'],
    ['a\nb"', '"a\\nb\\""'],
    ['x'.repeat(64), `"${'x'.repeat(64)}"`],
    ['x'.repeat(65), '65 characters'],
    ['🎬'.repeat(65), '65 characters'],
  ])('%j is described as %s', (text, told) => {
    expect(describeText(text)).toBe(told);
  });
});
