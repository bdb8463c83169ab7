/** The portal: boots, then holds the view and hands it to the map and to the panels. */
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { ApiError, isWithdrawn } from './api';
import { boot, type Ready } from './boot';
import { readView, writeView, type View } from './state';
import { pick, translator } from './text/translate';
import { CommonContext } from './ui/context';
import { Icon, Seal } from './ui/icons';
import { Portal } from './ui/portal';

/** The view, kept in the address bar both ways. */
function useView(): [View, (patch: Partial<View>) => void] {
  const [view, setView] = useState<View>(() => readView(location.hash));
  const patch = useCallback((part: Partial<View>) => setView((now) => ({ ...now, ...part })), []);
  useEffect(() => {
    const hash = writeView(view);
    if (hash !== location.hash) history.replaceState(null, '', hash || location.pathname + location.search);
    document.documentElement.lang = view.lang;
    document.documentElement.dataset['ground'] = view.dark ? 'dark' : 'light';
    document.title = translator(view.lang)('app.title');
  }, [view]);
  useEffect(() => {
    const follow = (): void => setView(readView(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return [view, patch];
}

export function App(): JSX.Element {
  const [view, patch] = useView();
  const [ready, setReady] = useState<Ready | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [attempt, setAttempt] = useState(0);
  const t = useMemo(() => translator(view.lang), [view.lang]);

  useEffect(() => {
    const withdrawn = new AbortController();
    boot(view.dark, withdrawn.signal).then(setReady, (reason: unknown) => {
      if (!isWithdrawn(reason)) setError(reason instanceof ApiError ? reason : new ApiError(0, null));
    });
    return () => withdrawn.abort();
  }, [view.dark, attempt]);

  const common = useMemo(() => ({ lang: view.lang, t, themes: ready?.themes ?? new Map() }), [view.lang, t, ready]);

  if (error) {
    return (
      <div class="curtain" role="alert">
        <Icon name="warning" />
        <h1>{t('error.map')}</h1>
        <p>{error.reason ? t('error.server', { reason: pick(error.reason, view.lang) }) : t('offline')}</p>
        <button
          type="button"
          class="plain"
          onClick={() => {
            setError(null);
            setAttempt(attempt + 1);
          }}
        >
          {t('error.retry')}
        </button>
      </div>
    );
  }
  if (!ready) {
    return (
      <div class="curtain" role="status">
        <Seal />
        <p>{t('map.loading')}</p>
      </div>
    );
  }
  return (
    <CommonContext.Provider value={common}>
      <Portal key={view.wall ? 'wall' : 'portal'} ready={ready} view={view} patch={patch} />
    </CommonContext.Provider>
  );
}
