import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Asker, pending, type Question } from '../ask';
import type { Ready } from '../boot';
import { entriesOf, switchedOn, themesAsked } from '../map/entries';
import { boundsOf } from '../map/geometry';
import { MapView, type Glimpse, type Place } from '../map/map';
import type { View } from '../state';
import { understand, type Query } from '../text/query';
import type { Shown } from './card';
import { useCommon } from './context';
import { Icon } from './icons';
import { Controls } from './controls';
import { Layers } from './layers';
import type { InView } from './legend';
import { Notices, useNotices } from './notices';
import { Position } from './position';
import { PrintPage, usePrint } from './print';
import { SearchBox } from './search';
import { Sheet, type Answer } from './sheet';
import { TopBar } from './topbar';

interface Props {
  readonly ready: Ready;
  readonly view: View;
  readonly patch: (part: Partial<View>) => void;
}

/** Pixels within which a line or point counts as clicked, and the most metres that may be. */
const REACH_PIXELS = 6;
const REACH_METRES = 100;
/** A place that was typed is shown at least this near. */
const PLACE_ZOOM = 17;

/** What the sheet covers of the map, in pixels. */
const covered = (): { left: number; bottom: number } =>
  matchMedia('(max-width: 720px)').matches ? { left: 0, bottom: innerHeight * 0.45 } : { left: 400, bottom: 0 };

const named = (shown: Shown | undefined): View['feature'] => (shown ? { theme: shown.theme, id: shown.id } : null);

export function Portal({ ready, view, patch }: Props): JSX.Element {
  const { t, themes } = useCommon();
  const entries = useMemo(() => entriesOf(ready.style), [ready.style]);
  const on = useMemo(() => switchedOn(entries, view), [entries, view.way, view.layers]);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [pointer, setPointer] = useState<Place | null>(null);
  const [middle, setMiddle] = useState<{ bearing: number; place: Place | null }>({ bearing: 0, place: null });
  const [inView, setInView] = useState<ReadonlyMap<string, InView>>(new Map());
  const [broken, setBroken] = useState(false);
  const notices = useNotices();
  const frame = useRef<HTMLDivElement>(null);
  const map = useRef<MapView | null>(null);
  const asker = useMemo(() => new Asker(), []);
  const asked = useRef<Question | null>(null);

  const ask = useCallback(
    async (question: Question, glimpses: readonly Glimpse[] = [], bring = false): Promise<void> => {
      asked.current = question;
      setAnswer(pending(question, glimpses));
      const reply = await asker.ask(question);
      if (!reply) return;
      // A refused question keeps what the tiles knew.
      const shown = reply.error ? glimpses : reply.shown;
      setAnswer({ ...pending(question, shown), loading: false, error: reply.error });
      if (reply.error) return;
      const wanted = view.feature;
      const kept = shown.find((s) => s.theme === wanted?.theme && s.id === wanted.id);
      const first = kept ?? glimpses.map((g) => shown.find((s) => s.theme === g.theme && s.id === g.id)).find(Boolean) ?? shown[0];
      patch({ feature: named(first) });
      const box = bring && first ? boundsOf(first.geometry) : null;
      if (box) map.current?.fit(box, covered());
    },
    [asker, patch, view.feature],
  );

  const askPlace = useCallback(
    (place: Place, glimpses: readonly Glimpse[]): void => {
      patch({ at: place, feature: named(glimpses[0]), search: '' });
      map.current?.reveal(place, covered());
      const tolerance = Math.min(REACH_METRES, REACH_PIXELS * (map.current?.metresPerPixel() ?? 1));
      const present = themesAsked(entries, on).filter((id) => themes.has(id));
      void ask({ kind: 'place', place, themes: present, tolerance }, glimpses);
    },
    [ask, entries, on, patch, themes],
  );

  // The map outlives every rendering; it reaches the newest handlers through this box.
  const handlers = { askPlace, patch, takeStock: (): void => undefined as void, notices };
  const latest = useRef(handlers);
  latest.current = handlers;
  handlers.takeStock = () => {
    if (!view.panel) return;
    const stock = entries.flatMap((entry): [string, InView][] => {
      if (!entry.codes || !on.includes(entry.id)) return [];
      const values = map.current?.valuesInView(entry.id, [entry.codes.property, 'lop']);
      return [[entry.id, { codes: values?.get(entry.codes.property) ?? new Set(), classes: values?.get('lop') ?? new Set() }]];
    });
    setInView(new Map(stock));
  };

  useEffect(() => {
    if (!frame.current) return undefined;
    try {
      map.current = new MapView(frame.current, ready.style, view, ready.home, t('map.label'), {
        camera: (camera) => latest.current.patch({ camera }),
        moving: (bearing, place) => setMiddle({ bearing, place }),
        picked: (place, glimpses) => latest.current.askPlace(place, glimpses),
        pointer: setPointer,
        rest: () => latest.current.takeStock(),
        trouble: () => latest.current.notices.say('tiles.failed'),
      });
    } catch {
      setBroken(true);
    }
    return () => map.current?.remove();
    // The map is made once; views and styles reach it below.
  }, []);

  const shownFirst = useRef(true);
  useEffect(() => {
    if (!shownFirst.current) map.current?.show(view, ready.style);
    shownFirst.current = false;
  }, [ready.style, view.way, view.layers, view.opacity]);
  useEffect(() => handlers.takeStock(), [view.panel, on]);

  const chosen = answer?.shown.find((s) => s.theme === view.feature?.theme && s.id === view.feature.id);
  useEffect(() => map.current?.select(chosen?.geometry ?? null, answer?.place ?? null), [chosen, answer?.place]);

  const close = (): void => {
    asker.withdraw();
    asked.current = null;
    setAnswer(null);
    patch({ at: null, feature: null, search: '' });
  };
  const search = (text: string, query: Query): void => {
    patch({ search: text, at: null, feature: null });
    if (query.kind === 'parcel') void ask({ kind: 'parcel', key: query.key }, [], true);
    if (query.kind === 'place') {
      map.current?.goTo([query.lon, query.lat], PLACE_ZOOM);
      askPlace([query.lon, query.lat], []);
    }
  };
  // What a link names is asked about once.
  useEffect(() => {
    const query = understand(view.search);
    if (query.kind === 'parcel') void ask({ kind: 'parcel', key: query.key }, [], view.camera === null);
    else if (view.at) askPlace(view.at, []);
    else if (view.feature) void ask({ kind: 'feature', name: view.feature }, [], view.camera === null);
  }, []);

  const copy = (text: string, said: 'position' | 'link'): void => {
    const done = said === 'link' ? () => notices.say('link.copied') : () => notices.say('position.copied', { text });
    navigator.clipboard.writeText(text).then(done, () => notices.say('position.copy.failed', { text }));
  };
  const zoomTo = (shown: Shown): void => {
    const box = boundsOf(shown.geometry);
    if (box) map.current?.fit(box, covered());
  };
  const print = usePrint(map);
  const empty = [...themes.values()].every((theme) => theme.count === 0);

  return (
    <>
      <a class="skip" href="#map" onClick={(event) => {
        event.preventDefault();
        frame.current?.querySelector('canvas')?.focus();
      }}>
        {t('app.skip')}
      </a>
      <TopBar way={view.way} onWay={(way) => patch({ way, layers: null })} onLang={() => patch({ lang: view.lang === 'vi' ? 'en' : 'vi' })} />
      <main class={`stage${answer ? ' with-sheet' : ''}${view.panel ? ' with-panel' : ''}`}>
        <div class="map" ref={frame} />
        {broken && (
          <div class="curtain inner" role="alert">
            <Icon name="warning" />
            <h2>{t('error.map')}</h2>
            <p>{t('error.webgl')}</p>
          </div>
        )}
        <div class="left">
          <SearchBox text={view.search} busy={answer?.key != null && answer.loading} onSearch={search} onClear={close} />
          {answer && (
            <Sheet
              answer={answer}
              chosen={view.feature}
              onChoose={(feature) => patch({ feature })}
              onZoom={zoomTo}
              onClose={close}
              onRetry={() => asked.current && void ask(asked.current)}
              onCopy={(text) => copy(text, 'position')}
              onLink={() => copy(location.href, 'link')}
              onPrint={() => print.start()}
            />
          )}
        </div>
        <div class="right">
          <Layers
            entries={entries}
            on={on}
            view={view}
            inView={inView}
            onSwitch={(id, shown) => patch({ layers: shown ? [...on, id] : on.filter((other) => other !== id) })}
            onOpacity={(id, percent) => patch({ opacity: { ...view.opacity, [id]: percent } })}
            onDark={(dark) => patch({ dark })}
            onFold={(panel) => patch({ panel })}
          />
        </div>
        <Controls
          bearing={middle.bearing}
          onZoom={(steps) => map.current?.zoomBy(steps)}
          onHome={() => map.current?.fit(ready.home, { left: 0, bottom: 0 })}
          onNorth={() => map.current?.northUp()}
        />
        <Position place={pointer ?? middle.place ?? (view.camera ? [view.camera.lon, view.camera.lat] : null)} onCopy={(text) => copy(text, 'position')} />
        <Notices notices={notices} empty={empty} />
      </main>
      <PrintPage print={print} entries={entries.filter((e) => on.includes(e.id))} inView={inView} />
    </>
  );
}
