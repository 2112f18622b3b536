import type { TagFieldsFragment } from '../generated/graphql.ts';
import { positionText } from '../jobs/time.ts';
import type { Playback } from './playback.ts';

/** The recognized people, with their faces and the times at which they appear. */
export function People({ people, playback }: { people: TagFieldsFragment['people']; playback: Playback }) {
  if (people.length === 0) return null;
  return (
    <section className="card" aria-labelledby="people-title">
      <h2 id="people-title">People</h2>
      <ul className="people">
        {people.map(({ tag, faceUrl, timesMs }) => (
          <li key={tag}>
            {faceUrl === null ? (
              <span className="face" aria-hidden="true" />
            ) : (
              <img className="face" src={faceUrl} alt="" />
            )}
            <div>
              <strong dir="auto">{tag}</strong>
              <span className="times">
                {[...new Set(timesMs)].map((ms) => (
                  <button
                    key={ms}
                    type="button"
                    className="quiet time"
                    onClick={() => playback.goTo(ms)}
                    aria-label={`Play ${tag} at ${positionText(ms)}`}
                  >
                    {positionText(ms)}
                  </button>
                ))}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
