import { useEffect, useRef, useState } from 'react';
import { type Job, kindNames, statusNames } from './job.ts';

/** Tells people who cannot see the list that a job has changed. */
export function Announcements({ jobs }: { readonly jobs: readonly Job[] }) {
  const [text, setText] = useState('');
  const known = useRef(new Map<string, Job['status']>());
  useEffect(() => {
    const changed = jobs.filter(
      ({ id, status }) => known.current.has(id) && known.current.get(id) !== status,
    );
    known.current = new Map(jobs.map(({ id, status }) => [id, status]));
    if (changed.length === 0) return;
    setText(
      changed
        .map(({ kind, status, videoId }) => {
          const what = kind === null ? 'Job' : kindNames[kind];
          return `${what} of ${videoId ?? 'a video'}: ${status === null ? 'unknown' : statusNames[status]}`;
        })
        .join('. '),
    );
  }, [jobs]);
  return (
    <p className="visually-hidden" aria-live="polite">
      {text}
    </p>
  );
}
