/** Breaks text into lines, for captions. */

/**
 * Breaks text into lines of at most `maxColumns`. Lines break at spaces. In scripts that are written without spaces, they
 * break between words, but neither before closing nor after opening punctuation. A word that is wider than a line breaks
 * between characters.
 *
 * @param text without line breaks, and with single spaces between words
 */
export function breakLines(text: string, maxColumns: number): string[] {
  const lines: string[] = [];
  const wordsOfText = segmenter('word').segment(text);
  let start = 0;
  for (;;) {
    const end = endOfColumns(text, start, maxColumns);
    if (end === text.length) break;
    const cut = lastBreak(text, wordsOfText, start, end) ?? lastCharacterBoundary(text, start, end);
    lines.push(text.slice(start, cut).trimEnd());
    start = text[cut] === ' ' ? cut + 1 : cut;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

/** The width of a text in a fixed-width font: CJK characters and emoji take two columns, combining marks none. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += widthOf(character);
  return columns;
}

/** Whether a character belongs to a script that is written without spaces, or to its punctuation. */
export function isOfScriptWithoutSpaces(character: string): boolean {
  return isBeyondLatin(character) && withoutSpaces.test(character);
}

/** Where the text from `start` on exceeds `maxColumns`. */
function endOfColumns(text: string, start: number, maxColumns: number): number {
  let index = start;
  let columns = 0;
  while (index < text.length) {
    const character = characterAt(text, index);
    columns += widthOf(character);
    if (columns > maxColumns) break;
    index += character.length;
  }
  return index;
}

/** The last position after `start` and up to `end` at which a line may break. */
function lastBreak(text: string, wordsOfText: Intl.Segments, start: number, end: number): number | undefined {
  let index = wordStart(wordsOfText, end);
  while (index > start) {
    if (canBreak(text, index)) return index;
    index = wordStart(wordsOfText, index - 1);
  }
  return undefined;
}

/** Whether a line may break between two words. */
function canBreak(text: string, index: number): boolean {
  const before = characterBefore(text, index);
  const after = characterAt(text, index);
  if (before === ' ' || after === ' ') return true;
  return (
    (isOfScriptWithoutSpaces(before) || isOfScriptWithoutSpaces(after)) &&
    !opening.test(before) &&
    !closing.test(after)
  );
}

/** The last position after `start` and up to `end` that does not divide what a reader sees as one character. */
function lastCharacterBoundary(text: string, start: number, end: number): number {
  const { index, segment } = segmenter('grapheme')
    .segment(text.slice(start))
    .containing(end - start) ?? {
    index: end - start,
    segment: '',
  };
  return start + (index > 0 ? index : segment.length);
}

function wordStart(wordsOfText: Intl.Segments, index: number): number {
  return wordsOfText.containing(index)?.index ?? index;
}

function characterAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index) ?? 0);
}

function characterBefore(text: string, index: number): string {
  return [...text.slice(Math.max(0, index - 2), index)].at(-1) ?? '';
}

function widthOf(character: string): number {
  if (!isBeyondLatin(character)) return 1;
  if (wide.test(character)) return 2;
  return zeroWidth.test(character) ? 0 : 1;
}

function isBeyondLatin(character: string): boolean {
  return character.charCodeAt(0) >= 0x300;
}

const segmenters = new Map<'word' | 'grapheme', Intl.Segmenter>();

/** Made on first use, because it loads the data of all languages. */
function segmenter(granularity: 'word' | 'grapheme'): Intl.Segmenter {
  const known = segmenters.get(granularity);
  if (known) return known;
  // A fixed locale, so that the result does not depend on the environment.
  const made = new Intl.Segmenter('en', { granularity });
  segmenters.set(granularity, made);
  return made;
}

/** The wide and fullwidth ranges of Unicode's East Asian Width (UAX #11). */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const zeroWidth = /[\p{Mn}\p{Me}\p{Cf}]/u;
const withoutSpaces =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff65]/u;
const opening = /[\p{Ps}\p{Pi}\p{Sc}]/u;
const closing = /[\p{Pe}\p{Pf}\p{Pd}\p{Po}\p{Lm}]/u;
