import type { CSSProperties } from 'react';
import type { DNAFieldsFragment } from '../generated/graphql.ts';
import { positionText } from '../jobs/time.ts';
import { videoHref } from '../routing.ts';
import type { Playback } from './playback.ts';

type Match = DNAFieldsFragment['matches'][number];

/** The videos that share footage, with the stretches that match in pairs. */
export function MediaDNA({
  videoId,
  matches,
  lengthMs,
  playback,
}: {
  videoId: string;
  matches: readonly Match[];
  lengthMs: number;
  playback: Playback;
}) {
  return (
    <section className="card" aria-labelledby="dna-title">
      <h2 id="dna-title">Video DNA</h2>
      {matches.length === 0 && <p className="muted">VOD found no video that shares footage with this one.</p>}
      {matches.map((match) => (
        <MatchView
          key={match.video.id}
          videoId={videoId}
          match={match}
          lengthMs={lengthMs}
          playback={playback}
        />
      ))}
    </section>
  );
}

function MatchView({
  videoId,
  match: { video, similarity, segments },
  lengthMs,
  playback,
}: {
  videoId: string;
  match: Match;
  lengthMs: number;
  playback: Playback;
}) {
  // The length of the other video is not known, so both have the scale of the longer one.
  const scale = Math.max(
    lengthMs,
    ...segments
      .flatMap(({ input, duplicate }) => [input, duplicate])
      .map(({ startMs, durationMs }) => startMs + durationMs),
  );
  const x = (ms: number) => (ms / scale) * 1_000;
  return (
    <article className="match">
      <h3>
        <a href={videoHref(video.id)} dir="auto">
          {video.id}
        </a>
        <span className="similarity" style={{ '--at': similarity } as CSSProperties}>
          {Math.round(similarity * 100)} % alike
        </span>
      </h3>
      <svg viewBox="0 0 1000 92" preserveAspectRatio="none" className="pairs" aria-hidden="true">
        <rect className="film" x="0" y="0" width="1000" height="22" rx="4" />
        <rect className="film" x="0" y="70" width="1000" height="22" rx="4" />
        {segments.map(({ input, duplicate }, index) => {
          const [a, b] = [x(input.startMs), x(input.startMs + input.durationMs)];
          const [c, d] = [x(duplicate.startMs), x(duplicate.startMs + duplicate.durationMs)];
          return (
            <g key={input.startMs} className={`pair pair-${index % 3}`}>
              <path className="link" d={`M${a} 22 L${b} 22 L${d} 70 L${c} 70 Z`} />
              <rect x={a} y="0" width={b - a} height="22" rx="3" />
              <rect x={c} y="70" width={d - c} height="22" rx="3" />
            </g>
          );
        })}
      </svg>
      <div className="pair-names muted">
        <span dir="auto">above: {videoId}</span>
        <span dir="auto">below: {video.id}</span>
      </div>
      <ul className="pair-list">
        {segments.map(({ input, duplicate }, index) => (
          <li key={input.startMs} className={`pair-${index % 3}`}>
            <button
              type="button"
              className="quiet pair-go"
              onClick={() => playback.goTo(input.startMs)}
              aria-label={`Play ${stretch(input)}, which is ${stretch(duplicate)} of ${video.id}`}
            >
              <i aria-hidden="true" />
              {stretch(input)} <span className="muted">↔</span> {stretch(duplicate)}
            </button>
          </li>
        ))}
      </ul>
    </article>
  );
}

function stretch({ startMs, durationMs }: { startMs: number; durationMs: number }): string {
  return `${positionText(startMs)}–${positionText(startMs + durationMs)}`;
}
