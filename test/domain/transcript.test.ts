import { describe, expect, it } from 'vitest';
import type { SpeechTranscript } from '../../src/domain/ai-job-result.ts';
import { searchForm, searchTranscript, transcriptText } from '../../src/domain/transcript.ts';

/** A transcript whose sentences follow each other. */
function transcript(...texts: readonly string[]): SpeechTranscript {
  const sentences = texts.map((text, index) => ({
    startMs: index * 1_000,
    endMs: index * 1_000 + 900,
    text,
    channel: undefined,
    speechRate: undefined,
  }));
  return { durationMs: undefined, sentences };
}

describe('the text of a transcript', () => {
  it('has a space between sentences, and none in scripts without spaces', () => {
    expect(transcriptText(transcript(' Hello\nthere. ', '', 'You.'))).toBe('Hello there. You.');
    expect(transcriptText(transcript('你好。', '世界。𠀀', '𠀁'))).toBe('你好。世界。𠀀𠀁');
    expect(transcriptText(transcript('你好。', 'Hello.', '世界'))).toBe('你好。 Hello. 世界');
    expect(transcriptText(transcript())).toBe('');
  });

  it('is in the order of time, without what another channel repeats', () => {
    const { sentences } = transcript('first', 'second');
    const reordered = { durationMs: undefined, sentences: [...sentences.toReversed(), ...sentences] };

    expect(transcriptText(reordered)).toBe('first second');
  });
});

describe('the search in a transcript', () => {
  it.each([
    ['case', 'Straße ΟΔΟΣ İstanbul', 'STRASSE οδος istanbul'],
    ['accents', 'Cafe\u0301 Crème', 'cafe crème'],
    ['composition', 'Ame\u0301lie', 'AMÉLIE'],
    ['full width', 'ＡＢＣ１２３　ＤＥＦ', 'abc123 def'],
    ['half width', 'ｶﾞｲﾄﾞ', 'ガイド'],
    ['ligatures', 'the ﬁrst ﬂight', 'FIRST FLIGHT'],
    ['spaces', 'a \n\u00a0 b', '  a b '],
    ['spaces beside Chinese', '今天 天气 AI 很好', '今天天气AI很好'],
    ['invisible characters', 'soft\u00adware\u200b', 'software'],
    ['Hangul', '\u1112\u1161\u11ab글', '한글'],
  ])('ignores %s', (_difference, sentence, wanted) => {
    const { sentences, ...rest } = transcript('another', sentence);

    expect(searchTranscript({ sentences, ...rest }, searchForm(wanted))).toEqual([sentences[1]]);
  });

  it.each([
    ['letters', 'car', 'cat'],
    ['the voicing of kana', 'ガイド', 'カイト'],
    ['spaces between words', 'the rapist', 'therapist'],
  ])('does not ignore %s', (_difference, sentence, wanted) => {
    expect(searchTranscript(transcript(sentence), searchForm(wanted))).toEqual([]);
  });

  it('has no form for text without visible characters', () => {
    for (const text of ['', ' \n', '\u200b', '\u0301']) expect(searchForm(text)).toBe('');
  });
});
