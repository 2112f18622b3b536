/** A gallery of the covers that VOD made. */
export function Covers({
  covers,
  chosenId,
  onChoose,
}: {
  covers: readonly Cover[];
  chosenId: string | undefined;
  onChoose: (id: string) => void;
}) {
  return (
    <section className="card" aria-labelledby="covers-title">
      <h2 id="covers-title">Covers</h2>
      <ul className="covers">
        {covers.map(({ id, url, score, format }, index) => (
          <li key={id} className={id === chosenId ? 'chosen' : ''}>
            {url === null ? (
              <span className="no-picture">No picture</span>
            ) : (
              <img src={url} alt={`Cover ${index + 1}`} loading="lazy" width={320} height={180} />
            )}
            <div className="cover-line">
              <span className="muted">
                {score !== null && `Score ${score.toFixed(1)}`}
                {format === 'GIF' && ' · animated'}
              </span>
              <button
                type="button"
                className="secondary cover-choose"
                aria-pressed={id === chosenId}
                aria-label={
                  id === chosenId
                    ? `Cover ${index + 1} is the cover here`
                    : `Make cover ${index + 1} the cover`
                }
                onClick={() => onChoose(id)}
              >
                {id === chosenId ? '✓ The cover here' : 'Make this the cover'}
              </button>
            </div>
          </li>
        ))}
      </ul>
      <p className="help">
        Your choice is kept in this browser and shown as the poster above. It does not change the video in
        VOD: there, only a covers job whose template says so sets the cover, to its best picture.
      </p>
    </section>
  );
}

export interface Cover {
  readonly id: string;
  readonly url: string | null;
  readonly score: number | null;
  readonly format: 'GIF' | 'PNG' | null;
}
