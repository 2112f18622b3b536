import { useMemo, useSyncExternalStore } from 'react';

/** A page of the app, and its parameters. The address is in the hash, so that any static server can serve the app. */
export interface Route {
  /** Such as `['videos', 'my-video']`. */
  readonly path: readonly string[];
  readonly parameters: URLSearchParams;
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => {
    const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
    return { path: path.split('/').map(decodeURIComponent), parameters: new URLSearchParams(query) };
  }, [hash]);
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** The address of a page. Parameters without a value are left out. */
export function href(
  path: readonly string[],
  parameters: Readonly<Record<string, string | undefined>> = {},
): string {
  const query = new URLSearchParams(
    Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1])),
  ).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${query && `?${query}`}`;
}

export const videoHref = (videoId: string) => href(['videos', videoId]);
