import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { fetchSearch, type Feature, type FoundItem } from '../api';
import type { Ready } from '../boot';
import { entriesOf, switchedOn, themesAsked } from '../map/entries';
import { boundsOf } from '../map/geometry';
import type { Glimpse, Place } from '../map/map';
import { START_PLANNER, type PlanName, type Planner, type Tool } from '../planner';
import type { View } from '../state';
import { wholeKey } from '../suggest';
import type { ParcelKey } from '../text/query';
import { pick } from '../text/translate';
import { OBSERVATIONS, ZONES } from '../zones';
import type { Shown } from './card';
import { useCommon } from './context';
import { Controls } from './controls';
import { Icon } from './icons';
import { Layers } from './layers';
import type { InView } from './legend';
import { Notices, useNotices } from './notices';
import { OpenPlan } from './plan_links';
import { PlannerPanel } from './planner';
import { PlannerStage } from './planner_stage';
import { Position } from './position';
import { PrintPage, usePrint } from './print';
import { SearchBox } from './search';
import { Sheet } from './sheet';
import { TopBar } from './topbar';
import { Zones } from './zones';
import { Wall } from './wall';
import { useAnswer } from './use_answer';
import { useLive } from './use_live';
import { takeStock, useMap } from './use_map';
import { usePlanner } from './use_planner';

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
const covered = (): { left: number; bottom: number } => {
  if (matchMedia('(max-width: 720px)').matches) return { left: 0, bottom: innerHeight * 0.45 };
  return { left: (document.querySelector('.left')?.getBoundingClientRect().right ?? 380) + 6, bottom: 0 };
};

const named = (shown: Shown | undefined): View['feature'] => (shown ? { theme: shown.theme, id: shown.id } : null);

/** The portal once everything is there: the map, and the panels over it. */
export function Portal({ ready, view, patch }: Props): JSX.Element {
  const { t, themes } = useCommon();
  const entries = useMemo(() => entriesOf(ready.style), [ready.style]);
  const on = useMemo(() => switchedOn(entries, view), [entries, view.way, view.layers]);
  const shownEntries = useMemo(() => entries.filter((e) => on.includes(e.id)), [entries, on]);
  const [inView, setInView] = useState<ReadonlyMap<string, InView>>(new Map());
  const notices = useNotices();
  const { answer, ask, again, renew, clear } = useAnswer(view.feature);

  const { frame, map, broken, bearing, place } = useMap(ready, view, t('map.label'), {
    camera: (camera) => patch({ camera }),
    picked: (where, glimpses) => askPlace(where, glimpses),
    rest: () => stock(),
    trouble: () => notices.say('tiles.failed'),
  });
  const print = usePrint(map);
  const planner = usePlanner(map, view, patch);
  const [beat, setBeat] = useState(0);
  /** Whether the link that was opened says where the map is. */
  const placed = useRef(view.camera !== null);
  const freshness = useLive(map, answer?.shown ?? [], renew, (changed) => {
    if (view.wall || !changed || changed.includes(ZONES) || changed.includes(OBSERVATIONS) || changed.some(planner.concerns)) setBeat((now) => now + 1);
  });
  const isZones = view.way === 'crops' && !answer && themes.has(ZONES);

  const stock = (): void => {
    if (map.current && (view.panel || answer)) setInView(takeStock(map.current, shownEntries));
  };
  useEffect(stock, [view.panel, shownEntries, answer === null]);

  const zoomTo = useCallback(
    (shown: Shown | undefined): void => {
      const box = shown && boundsOf(shown.geometry);
      if (box) map.current?.fit(box, covered());
    },
    [map],
  );
  const askPlace = (where: Place, glimpses: readonly Glimpse[], feature = named(glimpses[0]), search = ''): void => {
    patch({ at: where, feature, search });
    map.current?.reveal(where, covered());
    const known = themesAsked(entries, on).filter((id) => themes.has(id));
    const tolerance = Math.min(REACH_METRES, REACH_PIXELS * (map.current?.metresPerPixel() ?? 1));
    ask({ kind: 'place', place: where, themes: known, tolerance }, glimpses, (first) => patch({ feature: named(first) }));
  };
  const askKey = (key: ParcelKey, bring: boolean): void =>
    ask({ kind: 'parcel', key }, [], (first) => {
      patch({ feature: named(first) });
      if (bring) zoomTo(first);
    });
  const searchKey = (text: string, key: ParcelKey): void => {
    patch({ search: text, at: null, feature: null });
    askKey(key, true);
  };
  const choose = (item: FoundItem): void => {
    const { bbox, point, theme, id } = item;
    const search = pick(item.title, view.lang);
    if (item.kind === 'place' && point) {
      map.current?.goTo(point, PLACE_ZOOM);
      askPlace(point, [], null, search);
      return;
    }
    if (bbox) map.current?.fit(bbox, covered());
    else notices.say('search.unplaced', { name: search });
    const feature = theme !== null && id !== null ? { theme, id } : null;
    patch({ search, at: null, feature });
    if (feature) ask({ kind: 'feature', name: feature });
  };

  // What a link names is asked about once.
  useEffect(() => {
    const bring = view.camera === null;
    const rest = (first?: FoundItem): void => {
      if (view.at) askPlace(view.at, [], view.feature, view.search);
      else if (view.feature) ask({ kind: 'feature', name: view.feature }, [], (shown) => bring && zoomTo(shown));
      else if (first) choose(first);
    };
    if (view.search === '') return rest();
    void fetchSearch(view.search, null).then(
      (found) => {
        const key = wholeKey(found);
        if (key) askKey(key, bring);
        else rest(found.results[0]);
      },
      () => rest(),
    );
  }, []);

  const chosen = answer?.shown.find((s) => s.theme === view.feature?.theme && s.id === view.feature.id);
  const outlined = chosen?.geometry ?? (answer || !planner.open ? null : planner.ground);
  useEffect(() => map.current?.select(outlined, answer?.place ?? null), [outlined, answer?.place]);

  const close = (): void => {
    clear();
    patch({ at: null, feature: null, search: '' });
    frame.current?.querySelector('canvas')?.focus({ preventScroll: true });
  };
  const copy = (text: string): void =>
    void navigator.clipboard.writeText(text).then(
      () => notices.say('position.copied', { text }),
      () => notices.say('position.copy.failed', { text }),
    );
  const copyLink = (): void =>
    void navigator.clipboard.writeText(location.href).then(
      () => notices.say('link.copied'),
      () => notices.say('position.copy.failed', { text: location.href }),
    );
  const showZone = (zone: Feature): void => {
    const box = boundsOf(zone.geometry);
    map.current?.select(zone.geometry, null);
    if (box) map.current?.fit(box, covered());
  };
  const openPlan = (named: PlanName, tool: Tool): void => {
    clear();
    const laid: Partial<Planner> = tool === 'lay' ? { of: { kind: 'plan', plan: named } } : {};
    patch({ way: 'planning', layers: null, at: null, feature: null, search: '', planner: { ...START_PLANNER, tool, plan: named, ...laid } });
  };
  const stage = ['stage', (answer || isZones || planner.open) && 'with-sheet', view.panel && 'with-panel', planner.open && 'planning', planner.drawing.corners && 'drawing'].filter(Boolean).join(' ');

  if (view.wall) {
    return (
      <main class="stage wall-stage">
        <h1 class="hidden">{t('wall.label')}</h1>
        <div class="map" ref={frame} />
        <Wall counters={view.counters} thresholds={view.thresholds} beat={beat} freshness={freshness} />
      </main>
    );
  }
  return (
    <OpenPlan.Provider value={openPlan}>
      <button type="button" class="skip" onClick={() => frame.current?.querySelector('canvas')?.focus()}>
        {t('app.skip')}
      </button>
      <TopBar
        way={view.way}
        onWay={(way) => patch({ way, layers: null, zone: null, filters: {}, planner: way === view.way ? view.planner : START_PLANNER })}
        onLang={() => patch({ lang: view.lang === 'vi' ? 'en' : 'vi' })}
      />
      <main class={stage}>
        <div class="left">
          <SearchBox
            text={view.search}
            busy={answer?.key != null && answer.loading}
            inView={() => map.current?.bounds() ?? null}
            onKey={searchKey}
            onChoose={choose}
            onClear={close}
          />
          {isZones && (
            <Zones
              filters={view.filters}
              chosen={view.zone}
              beat={beat}
              onFilter={(filters) => patch({ filters, zone: null })}
              onChoose={(zone) => {
                patch({ zone });
                if (zone === null) map.current?.select(null, null);
              }}
              onShow={showZone}
              middle={() => map.current?.middle(covered()) ?? null}
            />
          )}
          {planner.open && (
            <PlannerPanel
              planner={view.planner}
              drawing={planner.drawing}
              hidden={answer !== null}
              placed={placed.current}
              beat={beat}
              onPatch={planner.patch}
              onGround={planner.setGround}
              onShow={(box) => map.current?.fit(box, covered())}
              onLink={copyLink}
              onPrint={print.start}
            />
          )}
          {answer && (
            <Sheet
              answer={answer}
              chosen={view.feature}
              onChoose={(feature) => patch({ feature })}
              onZoom={zoomTo}
              onClose={close}
              onRetry={again}
              onCopy={copy}
              onLink={copyLink}
              onPrint={print.start}
            />
          )}
        </div>
        <div class="map" ref={frame} />
        {planner.open && <PlannerStage planner={view.planner} twin={planner.twin} drawing={planner.drawing} onPatch={planner.patch} />}
        {broken && (
          <div class="curtain inner" role="alert">
            <Icon name="warning" />
            <h2>{t('error.map')}</h2>
            <p>{t('error.webgl')}</p>
          </div>
        )}
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
          bearing={bearing}
          onZoom={(steps) => map.current?.zoomBy(steps)}
          onHome={() => map.current?.fit(ready.home, { left: 0, bottom: 0 })}
          onNorth={() => map.current?.northUp()}
        />
        <Position place={place} onCopy={copy} />
        <Notices notices={notices} freshness={freshness} empty={[...themes.values()].every((theme) => theme.count === 0)} />
      </main>
      <PrintPage print={print} entries={shownEntries} inView={inView} />
    </OpenPlan.Provider>
  );
}
