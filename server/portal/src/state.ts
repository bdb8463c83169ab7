/** What the portal shows, and its form in the address bar: everything somebody sees is a link. */
import type { Lang } from './text/format';
import { START_PLANNER, readPlanner, writePlanner, type Planner } from './planner';
import { readFilters, writeFilters, type Filters } from './zones';
import { readCounters, readThresholds, writeCounters, writeThresholds, type Counter, type Threshold } from './wall';

export const WAYS = ['land', 'planning', 'crops', 'water'] as const;
export type Way = (typeof WAYS)[number];

export interface Camera {
  readonly lon: number;
  readonly lat: number;
  readonly zoom: number;
}

/** A feature of a theme, as the server names it. */
export interface FeatureName {
  readonly theme: string;
  readonly id: number;
}

export interface View {
  readonly lang: Lang;
  readonly dark: boolean;
  readonly way: Way;
  /** Layers switched on; null means those the way brings. */
  readonly layers: readonly string[] | null;
  /** Opacity in percent where it is not 100. */
  readonly opacity: Readonly<Record<string, number>>;
  /** Null before the map has its first place. */
  readonly camera: Camera | null;
  /** The place that was asked about. */
  readonly at: readonly [lon: number, lat: number] | null;
  readonly feature: FeatureName | null;
  /** What was searched for. */
  readonly search: string;
  readonly panel: boolean;
  /** What growing areas are filtered by, and the one whose sheet is open. */
  readonly filters: Filters;
  readonly zone: number | null;
  /** What the planner is at. */
  readonly planner: Planner;
  /** Whether it is the wall of an operations centre: dark, without hands. */
  readonly wall: boolean;
  /** What the wall counts, and from what on it lights up; null means what it counts by itself. */
  readonly counters: readonly Counter[] | null;
  readonly thresholds: readonly Threshold[];
}

export const START: View = {
  lang: 'vi',
  dark: false,
  way: 'land',
  layers: null,
  opacity: {},
  camera: null,
  at: null,
  feature: null,
  search: '',
  panel: false,
  filters: {},
  zone: null,
  planner: START_PLANNER,
  wall: false,
  counters: null,
  thresholds: [],
};

/** Degrees that make a decimetre on the ground. */
const PLACE_DIGITS = 6;

function numbers(text: string | null, separator: string, count: number): number[] | null {
  const parts = text?.split(separator) ?? [];
  const values = parts.map(Number);
  return parts.length === count && parts.every((p) => p.trim() !== '') && values.every(Number.isFinite) ? values : null;
}

const isPlace = (lon: number, lat: number): boolean => Math.abs(lon) <= 180 && Math.abs(lat) <= 90;

function readCamera(text: string | null): Camera | null {
  const [zoom, lat, lon] = numbers(text, '/', 3) ?? [];
  if (zoom === undefined || lat === undefined || lon === undefined || !isPlace(lon, lat)) return null;
  return { zoom: Math.min(22, Math.max(0, zoom)), lat, lon };
}

function readPlace(text: string | null): View['at'] {
  const [lat, lon] = numbers(text, ',', 2) ?? [];
  return lat !== undefined && lon !== undefined && isPlace(lon, lat) ? [lon, lat] : null;
}

function readFeature(text: string | null): FeatureName | null {
  const match = /^([a-z][a-z0-9_]*):(\d{1,16})$/.exec(text ?? '');
  const id = Number(match?.[2]);
  return match?.[1] && Number.isSafeInteger(id) ? { theme: match[1], id } : null;
}

function readZone(text: string | null): number | null {
  const id = /^\d{1,16}$/.test(text ?? '') ? Number(text) : NaN;
  return Number.isSafeInteger(id) ? id : null;
}

function readOpacity(text: string | null): Record<string, number> {
  const pairs = (text ?? '').split(',').flatMap((pair): [string, number][] => {
    const match = /^([a-z][a-z0-9_]*):(\d{1,3})$/.exec(pair);
    return match?.[1] ? [[match[1], Math.min(100, Number(match[2]))]] : [];
  });
  return Object.fromEntries(pairs.filter(([, percent]) => percent !== 100));
}

/** Reads the part of an address after `#`; whatever is not understood is as if it were not there. */
export function readView(hash: string): View {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const layers = params.get('layers');
  return {
    lang: params.get('lang') === 'en' ? 'en' : 'vi',
    dark: params.get('dark') === '1' || params.get('wall') === '1',
    way: WAYS.find((way) => way === params.get('way')) ?? START.way,
    layers: layers === null ? null : layers.split(',').filter((id) => /^[a-z][a-z0-9_]*$/.test(id)),
    opacity: readOpacity(params.get('opacity')),
    camera: readCamera(params.get('map')),
    at: readPlace(params.get('at')),
    feature: readFeature(params.get('feature')),
    search: params.get('q') ?? '',
    panel: params.get('panel') === '1',
    filters: readFilters(params.get('filter')),
    zone: readZone(params.get('zone')),
    planner: readPlanner(params),
    wall: params.get('wall') === '1',
    counters: readCounters(params.get('count')),
    thresholds: readThresholds(params.get('alarm')),
  };
}

/** The view as the part of an address after `#`; what is as it starts is left out. */
export function writeView(view: View): string {
  const parts: string[] = [];
  const put = (name: string, value: string): void => void parts.push(`${name}=${value}`);
  const { camera, at, feature } = view;
  if (camera) put('map', `${camera.zoom.toFixed(2)}/${camera.lat.toFixed(PLACE_DIGITS)}/${camera.lon.toFixed(PLACE_DIGITS)}`);
  if (view.way !== START.way) put('way', view.way);
  if (view.layers) put('layers', view.layers.join(','));
  const opacity = Object.entries(view.opacity).filter(([, percent]) => percent !== 100);
  if (opacity.length > 0) put('opacity', opacity.map(([id, percent]) => `${id}:${percent}`).join(','));
  if (at) put('at', `${at[1].toFixed(PLACE_DIGITS)},${at[0].toFixed(PLACE_DIGITS)}`);
  if (feature) put('feature', `${feature.theme}:${feature.id}`);
  if (view.search) put('q', encodeURIComponent(view.search));
  if (view.lang !== START.lang) put('lang', view.lang);
  if (view.dark && !view.wall) put('dark', '1');
  if (view.panel) put('panel', '1');
  const filters = writeFilters(view.filters);
  if (filters) put('filter', filters);
  if (view.zone !== null) put('zone', String(view.zone));
  for (const [name, value] of writePlanner(view.planner)) put(name, value);
  if (view.wall) put('wall', '1');
  if (view.counters) put('count', writeCounters(view.counters));
  if (view.thresholds.length > 0) put('alarm', writeThresholds(view.thresholds));
  return parts.length > 0 ? `#${parts.join('&')}` : '';
}
