import type { Kind } from './job.ts';

const paths: Readonly<Record<Kind, string>> = {
  VIDEO_TAG: 'M3 12V4a1 1 0 0 1 1-1h8l9 9-9 9zM7.5 7.5h.01',
  MEDIA_DNA: 'M7 3c0 6 10 6 10 12v6M17 3c0 6-10 6-10 12v6M8.5 6h7M8.5 18h7',
  COVERS: 'M3 5h18v14H3zM3 16l5-5 4 4 3-3 6 5M15.5 9h.01',
};

export function KindIcon({ kind }: { readonly kind: Kind | null }) {
  return (
    <span className={`kind-icon ${kind ?? ''}`} aria-hidden="true">
      <svg
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <title>{kind ?? 'Job'}</title>
        <path d={paths[kind ?? 'VIDEO_TAG']} />
      </svg>
    </span>
  );
}
