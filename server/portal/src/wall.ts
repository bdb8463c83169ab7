/** The wall of an operations centre: which figures stand on it, and which of them light up. */
import { get } from './api';
import type { Bilingual } from './text/translate';

export interface Measure {
  readonly count: number;
  readonly area_m2: number;
  readonly length_m: number;
}

export interface ClassStats extends Measure {
  readonly class: string | null;
  readonly title: Bilingual | null;
  readonly color: string | null;
}

export interface CommuneStats extends Measure {
  readonly commune: string | null;
  readonly title: Bilingual | null;
  readonly classes: readonly ClassStats[];
}

export interface ThemeStats {
  readonly theme: string;
  readonly title: Bilingual;
  readonly by: string;
  readonly by_title: Bilingual;
  readonly overlapping: boolean;
  readonly total: Measure;
  readonly classes: readonly ClassStats[];
  readonly communes: readonly CommuneStats[];
}

/** A counter: a theme, and the field it is counted by where that is not the theme's first. */
export interface Counter {
  readonly theme: string;
  readonly by: string | null;
}

/** From how many features of a class on a counter lights up. */
export interface Threshold {
  readonly theme: string;
  readonly class: string;
  readonly from: number;
}

export const COUNTERS: readonly Counter[] = [
  { theme: 'land_parcels', by: null },
  { theme: 'urban_plans', by: null },
  { theme: 'crop_zones', by: null },
  { theme: 'irrigation_works', by: 'tinh_trang' },
  { theme: 'pest_observations', by: null },
];

const NAME = '[a-z][a-z0-9_]{0,40}';

/** `land_parcels,irrigation_works.tinh_trang` as counters; what is none is left out. */
export function readCounters(text: string | null): readonly Counter[] | null {
  if (text === null) return null;
  return text.split(',').flatMap((part) => {
    const match = new RegExp(`^(${NAME})(?:\\.(${NAME}))?$`).exec(part);
    return match?.[1] ? [{ theme: match[1], by: match[2] ?? null }] : [];
  });
}

export const writeCounters = (counters: readonly Counter[]): string => counters.map(({ theme, by }) => (by ? `${theme}.${by}` : theme)).join(',');

/** `pest_observations.nang:1` as thresholds; what is none is left out. */
export function readThresholds(text: string | null): readonly Threshold[] {
  return (text ?? '').split(',').flatMap((part) => {
    const match = new RegExp(`^(${NAME})\\.([\\w-]{1,40}):(\\d{1,9})$`).exec(part);
    return match?.[1] && match[2] ? [{ theme: match[1], class: match[2], from: Number(match[3]) }] : [];
  });
}

export const writeThresholds = (thresholds: readonly Threshold[]): string => thresholds.map((one) => `${one.theme}.${one.class}:${one.from}`).join(',');

/** The classes of a theme that have reached their threshold. */
export const lit = (stats: ThemeStats, thresholds: readonly Threshold[]): ReadonlySet<string> =>
  new Set(
    thresholds
      .filter((one) => one.theme === stats.theme)
      .filter((one) => (stats.classes.find((c) => c.class === one.class)?.count ?? 0) >= one.from)
      .map((one) => one.class),
  );

/** The figures of the counters that have data, in their order. */
export async function fetchCounters(counters: readonly Counter[], known: ReadonlySet<string>, signal?: AbortSignal): Promise<readonly ThemeStats[]> {
  const asked = counters.filter(({ theme }) => known.has(theme)).map(async ({ theme, by }) => {
    const query = new URLSearchParams({ theme });
    if (by) query.set('by', by);
    return (await get<{ themes: ThemeStats[] }>(`/stats?${query.toString()}`, signal)).themes;
  });
  return (await Promise.all(asked)).flat();
}
