import type { JSX } from 'preact';
import { formatInstant, formatNumber } from '../text/format';
import { pick } from '../text/translate';
import { gauge, litReadings, type Reading, type ThemeStats, type Threshold } from '../wall';
import { useCommon } from './context';

interface Props {
  readonly stats: ThemeStats;
  readonly readings: readonly Reading[];
  readonly thresholds: readonly Threshold[];
  readonly turn: number;
}

/** Readings shown at a time; those that have reached a grade stand before the others and stay. */
const SHOWN = 5;
/** Less than this is no trend, in the reading's unit: a gauge is read to the centimetre. */
const STILL = 0.005;

const TRENDS = {
  rises: { sign: '▲', text: 'wall.trend.rises' },
  falls: { sign: '▼', text: 'wall.trend.falls' },
  still: { sign: '■', text: 'wall.trend.still' },
} as const;

/** What is read at the features of a theme: the value, the grade it has reached, and whether it rises. */
export function Readings({ stats, readings, thresholds, turn }: Props): JSX.Element {
  const { t, lang } = useCommon();
  const lit = litReadings(stats, thresholds);
  const alarmed = readings.filter((one) => lit.has(one.id)).slice(0, SHOWN);
  const quiet = readings.filter((one) => !lit.has(one.id));
  const room = Math.max(0, SHOWN - alarmed.length);
  const pages = Math.max(1, Math.ceil(quiet.length / Math.max(1, room)));
  const page = turn % pages;
  const shown = [...alarmed, ...quiet.slice(page * room, (page + 1) * room)];
  return (
    <section class={lit.size > 0 ? 'wall-panel readings alarm' : 'wall-panel readings'} aria-label={pick(stats.title, lang)}>
      <h2>
        <span>{pick(stats.title, lang)}</span>
        <b>{formatNumber(readings.length, lang)}</b>
      </h2>
      <p>{lit.size > 0 ? t('wall.readings.lit', { count: lit.size }) : t('wall.readings.quiet')}</p>
      <ol>
        {shown.map((one) => (
          <Station key={one.id} reading={one} lit={lit.has(one.id)} />
        ))}
      </ol>
    </section>
  );
}

function Station({ reading, lit }: { reading: Reading; lit: boolean }): JSX.Element {
  const { t, lang } = useCommon();
  const { label, value, unit, at, grade, grades, before } = reading;
  const reached = grades.find((one) => one.code === grade);
  const written = (number: number): string => `${formatNumber(number, lang, 2, 2)} ${unit ?? ''}`.trim();
  const change = value !== null && before ? value - before.value : 0;
  const trend = before === null ? null : Math.abs(change) < STILL ? 'still' : change > 0 ? 'rises' : 'falls';
  return (
    <li class={lit ? 'alarm' : ''} data-station={reading.id} data-grade={grade ?? ''}>
      <span class="station-name">
        {label}
        <small>{[reading.class, at && formatInstant(at)].filter(Boolean).join(' · ')}</small>
      </span>
      <b class="station-level">
        {value === null ? '–' : written(value)}
        {trend && (
          <small data-trend={trend}>
            <span aria-hidden="true">{TRENDS[trend].sign}</span> <span class="hidden">{t(TRENDS[trend].text)}</span>
            {trend !== 'still' && formatNumber(Math.abs(change), lang, 2, 2)}
          </small>
        )}
      </b>
      <Gauge reading={reading} />
      <span class="station-grade">
        {reached ? (
          <>
            <svg class="sign" viewBox="0 0 10 10" aria-hidden="true">
              <circle cx="5" cy="5" r="5" fill={reached.color ?? '#8a8f94'} />
            </svg>
            {reached.title ? pick(reached.title, lang) : reached.code}
          </>
        ) : value === null ? (
          t('wall.readings.none')
        ) : (
          t('wall.readings.below')
        )}
      </span>
    </li>
  );
}

/** The reading between its grades, lying. */
function Gauge({ reading }: { reading: Reading }): JSX.Element {
  const { level, marks } = gauge(reading);
  const reached = reading.grades.find((one) => one.code === reading.grade);
  return (
    <svg class="gauge" viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="gauge-ground" width="200" height="10" rx="2" />
      {level !== null && <rect width={200 * level} height="10" rx="2" fill={reached?.color ?? '#5bbfa6'} />}
      {marks.map(({ at, color }) => (
        <rect key={at} x={200 * at - 1} width="2" height="10" fill={color ?? '#8a8f94'} />
      ))}
    </svg>
  );
}
