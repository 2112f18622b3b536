import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpeechSentence } from '../../src/domain/ai-job-result.ts';
import { captions } from '../../src/domain/captions.ts';

interface ParsedCue {
  readonly startTime: number;
  readonly endTime: number;
  readonly text: string;
}

/** The package has no types. */
const { WebVTTParser } = createRequire(import.meta.url)('webvtt-parser') as {
  WebVTTParser: new () => { parse(text: string): { cues: readonly ParsedCue[]; errors: readonly unknown[] } };
};

/** A sentence, with times in milliseconds. */
function said(startMs: number, endMs: number, text: string, channel = 0): SpeechSentence {
  return { startMs, endMs, text, channel, speechRate: undefined };
}

function webVTT(sentences: readonly SpeechSentence[], maxColumns?: number) {
  return captions({ durationMs: undefined, sentences }, 'WEBVTT', maxColumns);
}

/** Start, end and text of each cue, as the parser reads them. */
function cues(sentences: readonly SpeechSentence[], maxColumns?: number) {
  const { cues: found, errors } = new WebVTTParser().parse(webVTT(sentences, maxColumns));
  expect(errors).toEqual([]);
  return found.map(({ startTime, endTime, text }) => [
    Math.round(startTime * 1000),
    Math.round(endTime * 1000),
    text,
  ]);
}

describe('captions', () => {
  it('are a WebVTT file, with escapes', () => {
    const sentences = [
      said(0, 1_500, 'Tom & Jerry: 1 < 2 --> true.'),
      said(3_661_001, 3_662_000, 'The end.'),
    ];

    expect(webVTT(sentences)).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nTom &amp; Jerry: 1 &lt; 2 --&gt; true.\n\n' +
        '01:01:01.001 --> 01:01:02.000\nThe end.\n',
    );
    expect(webVTT([])).toBe('WEBVTT\n');
  });

  it('are a SubRip file, in which no text looks like a line of times', () => {
    const sentences = [said(0, 1_500, 'Tom & Jerry --> true.'), said(360_000_000, 360_001_000, 'The end.')];

    expect(captions({ durationMs: undefined, sentences }, 'SRT')).toBe(
      '1\n00:00:00,000 --> 00:00:01,500\nTom & Jerry → true.\n\n2\n100:00:00,000 --> 100:00:01,000\nThe end.\n',
    );
    expect(captions({ durationMs: undefined, sentences: [] }, 'SRT')).toBe('');
  });

  it('have one line for each sentence without a maximum, whatever line breaks it has', () => {
    const long = 'word '.repeat(100).trim();

    expect(cues([said(0, 1_000, ' one\r\n\r\n\u2028two\u0000 '), said(1_000, 2_000, long)])).toEqual([
      [0, 1_000, 'one two'],
      [1_000, 2_000, long],
    ]);
    expect(cues([said(0, 1_000, ' \n ')])).toEqual([]);
  });

  it('break at spaces, have two lines a cue, and divide the time by the width of the text', () => {
    const text = 'aaaa bbbb cccc dddd eeee';

    expect(cues([said(1_000, 3_000, text)], 10)).toEqual([
      [1_000, 2_583, 'aaaa bbbb\ncccc dddd'],
      [2_583, 3_000, 'eeee'],
    ]);
    expect(cues([said(0, 1_000, 'a abcdefghijklmnopqrst')], 10)).toEqual([
      [0, 522, 'a\nabcdefghij'],
      [522, 1_000, 'klmnopqrst'],
    ]);
  });

  it.each([
    ['Chinese', '今天天气很好，我们去公园。', ['今天天气', '很好，我们', '去公园。']],
    ['Chinese in quotation marks', '他说“今天好”。你呢', ['他说“今天', '好”。你呢']],
    ['Japanese', 'コーヒーを飲みます。', ['コーヒーを', '飲みます。']],
    ['Thai', 'สวัสดีครับวันนี้อากาศดี', ['สวัสดีครับวันนี้', 'อากาศดี']],
    ['Korean', '안녕하세요 여러분 모두', ['안녕하세요', '여러분', '모두']],
    ['Chinese and English', '我用TypeScript写程序', ['我用', 'TypeScript', '写程序']],
    ['combining marks', 'e\u0301'.repeat(12), ['e\u0301'.repeat(10), 'e\u0301e\u0301']],
    ['halfwidth katakana', 'ｱｲｳｴｵｶｷｸｹｺｻ', ['ｱｲｳｴｵｶｷｸｹｺ', 'ｻ']],
    ['a family of emoji', `abcdefgh${'👩‍👩‍👧'}`, ['abcdefgh', '👩‍👩‍👧']],
  ])('break %s where a reader would', (_script, text, lines) => {
    expect(cues([said(0, 10_000, text)], 10).flatMap(([, , cue]) => String(cue).split('\n'))).toEqual(lines);
  });

  it('are in the order of time', () => {
    expect(cues([said(2_000, 3_000, 'second'), said(0, 1_000, 'first')])).toEqual([
      [0, 1_000, 'first'],
      [2_000, 3_000, 'second'],
    ]);
  });

  it('last half a second if the sentence ends before it starts', () => {
    expect(cues([said(1_000, 1_000, 'none'), said(5_000, 4_000, 'negative')])).toEqual([
      [1_000, 1_500, 'none'],
      [5_000, 5_500, 'negative'],
    ]);
  });

  it('of one channel do not overlap', () => {
    expect(cues([said(0, 5_000, 'long'), said(1_000, 2_000, 'interrupts')])).toEqual([
      [0, 1_000, 'long'],
      [1_000, 2_000, 'interrupts'],
    ]);
    expect(
      cues([said(0, 2_000, 'a'), said(0, 3_000, 'b'), said(100, 4_000, 'c'), said(9_000, 9_100, 'd')]),
    ).toEqual([
      [0, 500, 'a'],
      [500, 1_000, 'b'],
      [1_000, 4_000, 'c'],
      [9_000, 9_100, 'd'],
    ]);
  });

  it('of several channels may overlap, and are not repeated', () => {
    expect(
      cues([
        said(0, 2_000, 'left', 0),
        said(2_000, 2_900, 'both', 0),
        said(2_000, 2_900, 'both', 1),
        said(1_000, 2_000, 'right', 1),
      ]),
    ).toEqual([
      [0, 2_000, 'left'],
      [1_000, 2_000, 'right'],
      [2_000, 2_900, 'both'],
    ]);
  });

  it('of 10,000 generated transcripts have no error for webvtt-parser, and lose no text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc
        .array(
          fc.constantFrom(
            'a',
            '-->',
            '\n',
            '\r\n\r\n',
            '<b>',
            '&amp;',
            '中文',
            '，',
            ' ',
            '\u0000',
            'NOTE',
            '🙂',
          ),
        )
        .map((parts) => parts.join('')),
    );
    const time = fc.oneof(
      fc.integer({ min: -10, max: 3_000 }),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    );
    const sentence = fc
      .tuple(time, time, text, fc.integer({ min: 0, max: 1 }))
      .map((parts) => said(...parts));
    const columns = fc.option(fc.integer({ min: 10, max: 200 }), { nil: undefined });
    // None of these is in an escape.
    const letters = (lines: readonly string[]) =>
      lines
        .join('')
        .match(/[E中文🙂]/gu)
        ?.toSorted()
        .join('') ?? '';

    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 5 }), columns, (sentences, maxColumns) => {
        const found = new WebVTTParser().parse(webVTT(sentences, maxColumns));
        const texts = found.cues.map(({ text: cue }) => cue);
        const isRepeated =
          new Set(sentences.map(({ startMs, endMs }) => `${startMs} ${endMs}`)).size < sentences.length;
        return (
          found.errors.length === 0 &&
          found.cues.every(({ startTime, endTime }) => startTime < endTime) &&
          texts.every((cue) => cue !== '' && (maxColumns === undefined || cue.split('\n').length <= 2)) &&
          (isRepeated || letters(texts) === letters(sentences.map(({ text: words }) => words)))
        );
      }),
      { numRuns: 10_000, seed: 1 },
    );
  }, 60_000);
});
