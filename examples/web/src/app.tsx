import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { Provider } from 'urql';
import { apiKey } from './gateway/api-key.ts';
import { createGatewayClient } from './gateway/client.ts';
import { useStore } from './gateway/store.ts';
import { isList, ListsPage } from './pages/lists-page.tsx';
import { SubmitPage } from './pages/submit-page.tsx';
import { VideoPage } from './pages/video-page.tsx';
import { ConnectionBar } from './parts/connection-bar.tsx';
import { KeyDialog, openKeyDialog } from './parts/key-dialog.tsx';
import { useRoute } from './routing.ts';

export function App() {
  const key = useStore(apiKey);
  // Another caller sees other data, so nothing of the last caller's cache is kept.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new key needs a new client, which reads the key from the store
  const client = useMemo(createGatewayClient, [key]);
  const { path, parameters } = useRoute();
  const [page, id] = path;
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);

  // A screen reader starts to read at the top of the new page.
  const address = path.join('/');
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for each page
  useEffect(() => {
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
    scrollTo(0, 0);
  }, [address]);

  return (
    <Provider value={client}>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header className="top">
        <a className="brand" href="#/">
          <img src="/icon.svg" alt="" width={28} height={28} />
          <span>Video analysis</span>
        </a>
        <nav aria-label="Pages of the app">
          <NavigationLink address="#/" isCurrent={page === ''}>
            Analyse
          </NavigationLink>
          <NavigationLink address="#/jobs" isCurrent={isList(page)}>
            All work
          </NavigationLink>
        </nav>
        <button type="button" className="secondary key-button" onClick={openKeyDialog}>
          {key === '' ? 'API key' : 'API key ✓'}
        </button>
      </header>
      <ConnectionBar />
      <main ref={main} id="main" tabIndex={-1}>
        {page === 'videos' && id !== undefined ? (
          <VideoPage key={id} videoId={id} />
        ) : isList(page) ? (
          <ListsPage list={page} parameters={parameters} />
        ) : (
          <SubmitPage key={parameters.get('video')} videoId={parameters.get('video')} />
        )}
      </main>
      <KeyDialog />
    </Provider>
  );
}

function NavigationLink({
  address,
  isCurrent,
  children,
}: {
  address: string;
  isCurrent: boolean;
  children: ReactNode;
}) {
  return (
    <a href={address} className="page-link" aria-current={isCurrent ? 'page' : undefined}>
      {children}
    </a>
  );
}
