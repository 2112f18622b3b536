import type { CSSProperties } from 'react';
import type { TagFieldsFragment } from '../generated/graphql.ts';
import { positionText } from '../jobs/time.ts';
import type { Playback } from './playback.ts';

const groups = [
  ['people', 'People'],
  ['locations', 'Places'],
  ['keywords', 'Keywords'],
  ['times', 'Times'],
] as const;
const tickCount = 4;

/** Each tag is a lane over the length of the video, with a mark wherever it appears. */
export function TagLanes({
  tags,
  lengthMs,
  playback,
}: {
  tags: TagFieldsFragment;
  lengthMs: number;
  playback: Playback;
}) {
  const at = (ms: number) => ({ '--at': Math.min(1, ms / lengthMs) }) as CSSProperties;
  return (
    <section className="card" aria-labelledby="tags-title">
      <h2 id="tags-title">Smart tags</h2>
      {tags.categories.length > 0 && (
        <ul className="chips" aria-label="Categories">
          {tags.categories.map(({ tag }) => (
            <li key={tag} dir="auto">
              {tag}
            </li>
          ))}
        </ul>
      )}
      <div className="lanes">
        <div className="lane-axis" aria-hidden="true">
          <div className="track">
            {Array.from({ length: tickCount + 1 }, (_, index) => (index / tickCount) * lengthMs).map((ms) => (
              <span key={ms} className="tick" style={at(ms)}>
                {positionText(ms)}
              </span>
            ))}
          </div>
        </div>
        <div className="playhead" aria-hidden="true">
          <div className="track">
            <span style={at(playback.positionMs)} />
          </div>
        </div>
        {groups.map(([name, title]) =>
          tags[name].length === 0 ? null : (
            <section key={name} className={`lane-group lane-${name}`} aria-label={title}>
              <h3>{title}</h3>
              {tags[name].map(({ tag, timesMs }, lane) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a keyword can be both heard and shown, and the list never changes
                <div key={lane} className="lane">
                  <span className="lane-name" dir="auto" title={tag}>
                    {tag}
                  </span>
                  <div className="track">
                    {timesMs.map((ms, index) => (
                      <button
                        // A tag can appear twice at one time.
                        // biome-ignore lint/suspicious/noArrayIndexKey: the times of a tag never change
                        key={index}
                        type="button"
                        className="mark"
                        style={at(ms)}
                        onClick={() => playback.goTo(ms)}
                        aria-label={`${tag} at ${positionText(ms)}`}
                        title={`${tag} · ${positionText(ms)}`}
                      />
                    ))}
                  </div>
                </div>
              ))}
            </section>
          ),
        )}
      </div>
    </section>
  );
}
