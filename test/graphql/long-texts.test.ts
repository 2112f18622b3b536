import { expect, it } from 'vitest';
import { LongTexts } from '../../src/graphql/long-texts.ts';

it.each(['标签 "quoted" \\ \n \u2028'.repeat(200), '\ud800 half of a pair'.repeat(100)])(
  'writes a text as JSON.stringify does, however often it comes',
  (text) => {
    const texts = new LongTexts();

    for (let time = 0; time < 3; time++) {
      expect(JSON.stringify({ data: texts.written(text) })).toBe(JSON.stringify({ data: text }));
    }
  },
);

it('remembers the JSON of a text that comes again, and not that of others', () => {
  const texts = new LongTexts();
  const text = 'a'.repeat(2_000);

  expect(texts.written(text)).toBe(text);
  const json = texts.written('a'.repeat(2_000));
  expect(json).not.toBe(text);
  expect(texts.written(text)).toBe(json);
});

it('keeps at most 16 MB', () => {
  const texts = new LongTexts();
  const longText = (index: number) => `${index}${'a'.repeat(1_000_000)}`;
  texts.written(longText(0));
  const json = texts.written(longText(0));

  for (let index = 1; index < 20; index++) texts.written(longText(index));

  expect(texts.written(longText(0))).not.toBe(json);
});
