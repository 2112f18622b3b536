import type { SpeechSentence, SpeechTranscript } from './ai-job-result.ts';
import { breakLines, columnsOf } from './line-breaks.ts';
import { spokenSentences } from './transcript.ts';

/** Captions of a transcript, as a text file for video players. */

/** A format for caption files. */
export type CaptionFormat = 'WEBVTT' | 'SRT';

/** The lengths of a caption line that clients can ask for, in columns. */
export const MIN_LINE_COLUMNS = 10;
export const MAX_LINE_COLUMNS = 200;

/** A text and the time at which a player shows it. */
interface Cue {
  readonly startMs: number;
  readonly endMs: number;
  readonly lines: readonly string[];
}

/** The duration of a cue for a sentence without a duration, or of one that the next sentence interrupts at once. */
const MIN_CUE_MS = 500;
/** Players show two lines without covering much of the picture. */
const LINES_PER_CUE = 2;

/**
 * Writes the captions of a transcript, in the order of their times. A sentence that needs more than two lines becomes several
 * cues, which divide its time by the width of their text.
 *
 * @param maxColumns the length of a line; CJK characters count as two. Without it, each sentence is one line.
 */
export function captions(transcript: SpeechTranscript, format: CaptionFormat, maxColumns?: number): string {
  const cues = cuesOf(transcript, maxColumns);
  return format === 'WEBVTT' ? webVTT(cues) : subRip(cues);
}

/** Sentences of different channels can be spoken at the same time. Those of one channel cannot. */
function cuesOf(transcript: SpeechTranscript, maxColumns: number | undefined): Cue[] {
  const channels = Map.groupBy(spokenSentences(transcript), ({ channel }) => channel);
  return [...channels.values()]
    .flatMap((sentences) => cuesOfChannel(sentences, maxColumns))
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

/** Cues that do not overlap. Sentences that do not overlap keep their times. */
function cuesOfChannel(sentences: readonly SpeechSentence[], maxColumns: number | undefined): Cue[] {
  const cues: Cue[] = [];
  let previousEndMs = 0;
  for (const [index, sentence] of sentences.entries()) {
    const texts = chunks(maxColumns === undefined ? [sentence.text] : breakLines(sentence.text, maxColumns));
    const startMs = Math.max(sentence.startMs, previousEndMs);
    const spokenMs = sentence.endMs - sentence.startMs;
    const readableMs = texts.length * MIN_CUE_MS;
    const shortestMs = spokenMs < texts.length ? readableMs : Math.min(spokenMs, readableMs);
    const nextStartMs = sentences[index + 1]?.startMs ?? sentence.endMs;
    previousEndMs = Math.max(startMs + shortestMs, Math.min(sentence.endMs, nextStartMs));
    cues.push(...divideTime(startMs, previousEndMs, texts));
  }
  return cues;
}

/** Cues for consecutive texts. Each has at least a millisecond, and a share of the rest that depends on its width. */
function divideTime(startMs: number, endMs: number, texts: readonly (readonly string[])[]): Cue[] {
  // One column more for each text, because there are texts of invisible characters only.
  const widths = texts.map((lines) => lines.reduce((sum, line) => sum + columnsOf(line), 1));
  const total = widths.reduce((sum, width) => sum + width, 0);
  const spareMs = endMs - startMs - texts.length;
  let width = 0;
  let cueStartMs = startMs;
  return texts.map((lines, index) => {
    width += widths[index] ?? 0;
    const cue = {
      startMs: cueStartMs,
      endMs: startMs + index + 1 + Math.round((spareMs * width) / total),
      lines,
    };
    cueStartMs = cue.endMs;
    return cue;
  });
}

function chunks(lines: readonly string[]): string[][] {
  const found: string[][] = [];
  for (let index = 0; index < lines.length; index += LINES_PER_CUE) {
    found.push(lines.slice(index, index + LINES_PER_CUE));
  }
  return found;
}

/** Source: https://www.w3.org/TR/webvtt1/ */
function webVTT(cues: readonly Cue[]): string {
  const blocks = cues.map(({ startMs, endMs, lines }) => {
    const text = lines.join('\n').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    return `${timestamp(startMs, '.')} --> ${timestamp(endMs, '.')}\n${text}\n`;
  });
  return ['WEBVTT\n', ...blocks].join('\n');
}

/** SubRip has no specification and no escapes. Players take `-->` for a line of times. */
function subRip(cues: readonly Cue[]): string {
  return cues
    .map(({ startMs, endMs, lines }, index) => {
      const text = lines.join('\n').replaceAll('-->', '→');
      return `${index + 1}\n${timestamp(startMs, ',')} --> ${timestamp(endMs, ',')}\n${text}\n`;
    })
    .join('\n');
}

/** `HH:MM:SS` and milliseconds. Hours have as many digits as they need. */
function timestamp(ms: number, decimalMark: '.' | ','): string {
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1_000) % 60].map((value) =>
    String(Math.floor(value)).padStart(2, '0'),
  );
  return `${hours}:${minutes}:${seconds}${decimalMark}${String(ms % 1_000).padStart(3, '0')}`;
}
