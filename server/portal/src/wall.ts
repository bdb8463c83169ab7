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

/** A grade a reading may reach. */
export interface ReadingGrade {
  readonly code: string;
  readonly title: Bilingual | null;
  readonly color: string | null;
  /** From which reading on; null where the feature has no number for it. */
  readonly from: number | null;
}

/** What is read at a feature, such as the water level at a station. */
export interface Reading {
  readonly id: number;
  readonly label: string;
  readonly class: string | null;
  readonly value: number | null;
  readonly unit: string | null;
  readonly at: string | null;
  readonly grade: string | null;
  readonly grades: readonly ReadingGrade[];
  readonly before: { readonly value: number; readonly at: string | null } | null;
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
  readonly readings?: readonly Reading[];
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
  { theme: 'hydrological_stations', by: null },
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

/** Place of a reading's grade among its grades; -1 below all of them. */
const rank = ({ grade, grades }: Reading, code: string | null = grade): number => grades.findIndex((one) => one.code === code);

/**
 * The readings that have reached a grade that matters: any, unless thresholds name grades. A threshold's number is that of
 * the readings at its grade or above.
 */
export function litReadings(stats: ThemeStats, thresholds: readonly Threshold[]): ReadonlySet<number> {
  const readings = stats.readings ?? [];
  const own = thresholds.filter((one) => one.theme === stats.theme);
  const reached = (code: string): readonly Reading[] => readings.filter((one) => rank(one, code) >= 0 && rank(one) >= rank(one, code));
  const lit = own.length === 0 ? readings.filter((one) => one.grade !== null) : own.flatMap(({ class: code, from }) => (reached(code).length >= from ? reached(code) : []));
  return new Set(lit.map((one) => one.id));
}

/** What must be seen first, then the others, which take turns in being the first of them. */
export function inTurn<T>(all: readonly T[], first: (one: T) => boolean, turn: number): readonly T[] {
  const others = all.filter((one) => !first(one));
  const from = others.length > 0 ? turn % others.length : 0;
  return [...all.filter(first), ...others.slice(from), ...others.slice(0, from)];
}

/** Where a reading and its grades stand between the ends of a gauge, 0 to 1: from below the lowest to above the highest. */
export function gauge({ value, grades }: Reading): { readonly level: number | null; readonly marks: readonly { readonly at: number; readonly color: string | null }[] } {
  const known = grades.flatMap(({ from, color }) => (from === null ? [] : [{ from, color }]));
  const numbers = [...known.map(({ from }) => from), ...(value === null ? [] : [value])];
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const room = Math.max((high - low) * 0.15, 0.5);
  const place = (number: number): number => (number - low + room) / (high - low + 2 * room);
  return { level: value === null ? null : place(value), marks: known.map(({ from, color }) => ({ at: place(from), color })) };
}

/** The figures of the counters that have data, in their order. */
export async function fetchCounters(counters: readonly Counter[], known: ReadonlySet<string>, signal?: AbortSignal): Promise<readonly ThemeStats[]> {
  const asked = counters.filter(({ theme }) => known.has(theme)).map(async ({ theme, by }) => {
    const query = new URLSearchParams({ theme });
    if (by) query.set('by', by);
    return (await get<{ themes: ThemeStats[] }>(`/stats?${query.toString()}`, signal)).themes;
  });
  return (await Promise.all(asked)).flat();
}
