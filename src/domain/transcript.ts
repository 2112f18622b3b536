import type { SpeechSentence, SpeechTranscript } from './ai-job-result.ts';
import { isOfScriptWithoutSpaces } from './line-breaks.ts';

/** The text of a transcript, and the search in it. */

/**
 * The sentences in the order of their times, on one line each. Empty sentences are left out, and so are those that another
 * channel repeats at the same time: a recording in stereo often has the same speech on both channels.
 */
export function spokenSentences({ sentences }: SpeechTranscript): SpeechSentence[] {
  const seen = new Set<string>();
  return sentences
    .map((sentence) => ({ ...sentence, text: onOneLine(sentence.text) }))
    .filter(({ startMs, endMs, text }) => {
      const key = `${startMs} ${endMs} ${text}`;
      if (text === '' || seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

/** The whole text. Sentences are separated by a space, unless they are written in a script without spaces. */
export function transcriptText(transcript: SpeechTranscript): string {
  const parts: string[] = [];
  let previous = '';
  for (const { text } of spokenSentences(transcript)) {
    const isJoined =
      isOfScriptWithoutSpaces(lastCharacter(previous)) && isOfScriptWithoutSpaces(firstCharacter(text));
    if (previous !== '' && !isJoined) parts.push(' ');
    parts.push(text);
    previous = text;
  }
  return parts.join('');
}

/**
 * The sentences that contain a text.
 *
 * @param form the text in the form of {@link searchForm}, not empty
 */
export function searchTranscript({ sentences }: SpeechTranscript, form: string): SpeechSentence[] {
  return sentences.filter(({ text }) => searchForm(text).includes(form));
}

/**
 * A text without the differences that a search ignores: case, full and half width, ligatures and other compatibility forms
 * (NFKC), accents, invisible characters, and the number of spaces. Spaces next to a script that is written without spaces
 * are ignored.
 */
export function searchForm(text: string): string {
  // Upper case first: it makes `ß` equal to `SS`, and the final `ς` equal to `σ`.
  const folded = text
    .normalize('NFKD')
    .replaceAll(ignoredCharacters, '')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFKC');
  return onOneLine(folded).replaceAll(/(.) (?=(.))/gsu, (both, before, after) =>
    isOfScriptWithoutSpaces(before) || isOfScriptWithoutSpaces(after) ? before : both,
  );
}

/** The work that a transcript takes, in characters. A sentence takes as much as 16 characters, however short it is. */
export function transcriptSize({ sentences }: SpeechTranscript): number {
  return sentences.reduce((sum, { text }) => sum + text.length + 16, 0);
}

function onOneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

function firstCharacter(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}

function lastCharacter(text: string): string {
  return [...text.slice(-2)].at(-1) ?? '';
}

// Accents belong to no script. So do the two marks of kana, which make another letter: `が` is not `か`.
const ignoredCharacters =
  /\p{Default_Ignorable_Code_Point}|(?![\u3099\u309a])(?=\p{Script=Inherited})\p{M}/gu;
