import { useDeferredValue, useEffect, useState } from 'react';
import { transcriptSearch } from '../gateway/documents.ts';
import { problemOf } from '../gateway/problem.ts';
import { useGatewayQuery } from '../gateway/use-gateway-query.ts';
import { positionText } from '../jobs/time.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useBlobUrl } from './blob-url.ts';
import type { Playback } from './playback.ts';

interface Sentence {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

/**
 * The transcript of the video. The gateway searches it, because it ignores case, accents and width.
 */
export function Transcript({
  jobId,
  videoId,
  sentences,
  webvtt,
  srt,
  playback,
}: {
  jobId: string;
  videoId: string;
  sentences: readonly Sentence[];
  webvtt: string;
  srt: string;
  playback: Playback;
}) {
  const [text, setText] = useState('');
  const searched = useDelayed(text.trim(), 250);
  const [{ data, error, fetching }] = useGatewayQuery({
    query: transcriptSearch,
    variables: { jobId, text: searched },
    pause: searched === '',
  });
  const result = data?.aiJob?.result;
  const found =
    searched !== '' && result?.__typename === 'VideoTagResult'
      ? new Set(result.transcripts.flatMap(({ search }) => search.map(keyOf)))
      : undefined;
  const shown = useDeferredValue(
    found ? sentences.filter((sentence) => found.has(keyOf(sentence))) : sentences,
  );

  return (
    <section className="card transcript" aria-labelledby="transcript-title">
      <header>
        <h2 id="transcript-title">Transcript</h2>
        <Download text={webvtt} type="text/vtt" name={`${videoId}.vtt`} label="WebVTT" />
        <Download text={srt} type="application/x-subrip" name={`${videoId}.srt`} label="SRT" />
      </header>
      <label className="field">
        Search the transcript
        <input type="search" value={text} onChange={({ target }) => setText(target.value)} />
      </label>
      <p className="help" aria-live="polite">
        {found
          ? `${found.size} of ${sentences.length} sentences`
          : fetching && searched !== ''
            ? 'Searching…'
            : ''}
      </p>
      {error && <ProblemNotice problem={problemOf(error)} />}
      <ol>
        {shown.map((sentence) => (
          <SentenceLine key={keyOf(sentence)} sentence={sentence} playback={playback} />
        ))}
      </ol>
    </section>
  );
}

function SentenceLine({ sentence, playback }: { sentence: Sentence; playback: Playback }) {
  const { startMs, endMs, text } = sentence;
  const { positionMs, goTo } = playback;
  const isSaid = positionMs > 0 && positionMs >= startMs && positionMs < endMs;
  return (
    <li aria-current={isSaid ? 'time' : undefined}>
      <button type="button" onClick={() => goTo(startMs)}>
        <time>{positionText(startMs)}</time>
        <span dir="auto">{text}</span>
      </button>
    </li>
  );
}

function keyOf({ startMs, text }: { startMs: number; text: string }): string {
  return `${startMs} ${text}`;
}

function Download({ text, type, name, label }: { text: string; type: string; name: string; label: string }) {
  const url = useBlobUrl(text, type);
  return (
    <a className="button secondary" href={url} download={name} aria-label={`Download captions as ${label}`}>
      ↓ {label}
    </a>
  );
}

/** A value that has not changed for some time, so that typing does not send a request for each letter. */
function useDelayed(value: string, ms: number): string {
  const [delayed, setDelayed] = useState(value);

  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), value === '' ? 0 : ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return delayed;
}
