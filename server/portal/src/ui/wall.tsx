import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { isWithdrawn } from '../api';
import type { Freshness } from '../live';
import { formatArea, formatNumber } from '../text/format';
import { pick } from '../text/translate';
import { COUNTERS, fetchCounters, inTurn, lit, litReadings, type Counter, type Threshold, type ThemeStats } from '../wall';
import { Readings } from './readings';
import { useCommon } from './context';

interface Props {
  readonly counters: readonly Counter[] | null;
  readonly thresholds: readonly Threshold[];
  /** Goes up when any figure may be another. */
  readonly beat: number;
  readonly freshness: Freshness;
}

/** A burst of changes renews the figures once; communes take turns at this pace. */
const SETTLES = 400;
const TURN = 6000;
/** Communes shown of a counter at a time, and classes. */
const COMMUNES = 5;
const CLASSES = 6;

/** The wall: counters that go on by themselves, and light up where a threshold is reached. Nobody touches it. */
export function Wall({ counters, thresholds, beat, freshness }: Props): JSX.Element {
  const { t, themes } = useCommon();
  const [stats, setStats] = useState<readonly ThemeStats[] | null>(null);
  const [turn, setTurn] = useState(0);
  const [failed, setFailed] = useState(false);
  const asked = counters ?? COUNTERS;
  const key = JSON.stringify(asked);
  const known = useMemo(() => new Set(themes.keys()), [themes]);
  useEffect(() => {
    const withdrawn = new AbortController();
    const timer = setTimeout(
      () =>
        fetchCounters(asked, known, withdrawn.signal).then(
          (found) => {
            setStats(found);
            setFailed(false);
          },
          (reason: unknown) => !isWithdrawn(reason) && setFailed(true),
        ),
      stats === null ? 0 : SETTLES,
    );
    return () => {
      clearTimeout(timer);
      withdrawn.abort();
    };
  }, [key, beat, known]);
  useEffect(() => {
    const timer = setInterval(() => setTurn((now) => now + 1), TURN);
    return () => clearInterval(timer);
  }, []);
  const wall = useRef<HTMLElement>(null);
  const [crowded, setCrowded] = useState(false);
  // What finds no room below the others stands beside them, out of sight; then they take turns.
  useLayoutEffect(() => {
    const measure = (): void => setCrowded(wall.current !== null && wall.current.scrollWidth > wall.current.clientWidth + 1);
    measure();
    addEventListener('resize', measure);
    return () => removeEventListener('resize', measure);
  }, [stats]);
  const first = (one: ThemeStats): boolean => one.readings !== undefined || lit(one, thresholds).size > 0 || litReadings(one, thresholds).size > 0;
  const shown = stats && inTurn(stats, first, crowded ? turn : 0);
  return (
    <aside class="wall" ref={wall} aria-label={t('wall.label')}>
      <p class="wall-state" role="status" data-state={failed ? 'cut' : freshness}>
        {failed || freshness !== 'live' ? t('wall.stale') : t('wall.live')}
      </p>
      {shown?.map((one) =>
        one.readings ? (
          <Readings key={one.theme} stats={one} readings={one.readings} thresholds={thresholds} turn={turn} />
        ) : (
          <Panel key={`${one.theme}.${one.by}`} stats={one} turn={turn} lit={lit(one, thresholds)} />
        ),
      )}
    </aside>
  );
}

function Panel({ stats, turn, lit: alarms }: { stats: ThemeStats; turn: number; lit: ReadonlySet<string> }): JSX.Element {
  const { t, lang } = useCommon();
  const quantity = ({ area_m2, length_m }: { area_m2: number; length_m: number }): string =>
    area_m2 > 0 ? formatArea(area_m2, lang) : length_m > 0 ? `${formatNumber(length_m / 1000, lang, 1)} km` : '';
  const pages = Math.max(1, Math.ceil(stats.communes.length / COMMUNES));
  const page = turn % pages;
  const communes = stats.communes.slice(page * COMMUNES, (page + 1) * COMMUNES);
  const classes = [...stats.classes].sort((a, b) => Number(alarms.has(b.class ?? '')) - Number(alarms.has(a.class ?? '')) || b.count - a.count);
  return (
    <section class={alarms.size > 0 ? 'wall-panel alarm' : 'wall-panel'} aria-label={pick(stats.title, lang)}>
      <h2>
        <span>{pick(stats.title, lang)}</span>
        <b>{formatNumber(stats.total.count, lang)}</b>
      </h2>
      <p>{quantity(stats.total)}</p>
      <ul>
        {classes.slice(0, CLASSES).map((one) => (
          <li key={one.class} class={alarms.has(one.class ?? '') ? 'alarm' : ''}>
            <svg class="sign" viewBox="0 0 10 10" aria-hidden="true">
              <rect width="10" height="10" rx="2" fill={one.color ?? '#8a8f94'} />
            </svg>
            <span>{one.title ? pick(one.title, lang) : (one.class ?? t('zones.unsaid'))}</span>
            <b>{formatNumber(one.count, lang)}</b>
          </li>
        ))}
      </ul>
      <table>
        <tbody>
          {communes.map((one) => (
            <tr key={one.commune}>
              <th scope="row">{one.title ? pick(one.title, lang) : t('wall.elsewhere')}</th>
              <td>{formatNumber(one.count, lang)}</td>
              <td>{quantity(one)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
