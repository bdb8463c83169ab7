/** Short hands for writing style layers. */
import type { LayerSpecification } from '@maplibre/maplibre-gl-style-spec';
import { ENTRY, HOVER, type Entry } from '../../src/map/entry';

export type Expression = unknown;

/** Layers are stacked in this order, whatever group they come from. */
export type Level = 'ground' | 'area' | 'over-area' | 'line' | 'boundary' | 'point' | 'label';

export interface Placed {
  readonly level: Level;
  readonly layer: LayerSpecification;
}

export interface Group {
  readonly entries: readonly Entry[];
  readonly layers: readonly Placed[];
}

interface Description {
  readonly id: string;
  readonly type: 'fill' | 'line' | 'circle' | 'symbol';
  /** The theme, which is also the name of the tile's layer. */
  readonly theme: string;
  /** Whether it draws the places of the theme's labels: one a polygon, however tiles cut it. */
  readonly labels?: boolean;
  /** Whether it draws the chainage stones along the theme's lines. */
  readonly stones?: boolean;
  readonly entry?: string;
  /** Whether the pointer finds its features. */
  readonly hover?: boolean;
  readonly minzoom?: number;
  readonly maxzoom?: number;
  readonly filter?: Expression;
  readonly layout?: Record<string, unknown>;
  readonly paint?: Record<string, unknown>;
}

/** Themes that share a tile: fewer requests for what is always seen together. */
export const SOURCES: Readonly<Record<string, readonly string[]>> = {
  ground: ['admin_units', 'roads', 'water'],
  land: ['land_parcels'],
  planning: ['land_use_plans', 'urban_plans', 'urban_plan_zones'],
  crops: ['crop_zones', 'pest_observations'],
  works: ['dikes', 'irrigation_works', 'hydrological_stations'],
  quality: ['quality_findings'],
};

/** What follows a theme's name in the name of the tile layer with its labels' places. */
const LABELS = '_nhan';
const STONES = '_ly_trinh';

/** Of labels that have no room for each other the one that matters more stays: tiles say so by this number. */
export const byImportance = { 'symbol-sort-key': ['get', 'hang'] };

function sourceOf(theme: string): string {
  const found = Object.entries(SOURCES).find(([, themes]) => themes.includes(theme));
  if (!found) throw new Error(`no source holds the theme ${theme}`);
  return found[0];
}

/** A layer at its level. */
export function place(level: Level, { theme, labels, stones, entry, hover, ...rest }: Description): Placed {
  const metadata = { ...(entry && { [ENTRY]: entry }), ...(hover && { [HOVER]: true }) };
  const { id, type, ...drawing } = rest;
  const layer = {
    id,
    type,
    ...(Object.keys(metadata).length > 0 && { metadata }),
    source: sourceOf(theme),
    'source-layer': `${theme}${labels ? LABELS : stones ? STONES : ''}`,
    ...drawing,
  };
  return { level, layer: layer as unknown as LayerSpecification };
}

/** A zoom curve through pairs of zoom and value. */
export const zoomed = (...stops: (readonly [zoom: number, value: number | string])[]): Expression => [
  'interpolate',
  ['linear'],
  ['zoom'],
  ...stops.flat(),
];

/** Whether a feature's geometry is of a kind. */
export const isKind = (kind: 'Point' | 'LineString' | 'Polygon'): Expression => ['==', ['geometry-type'], kind];

export const all = (...conditions: Expression[]): Expression => ['all', ...conditions];

/** Text set in one of the three map fonts. */
export const font = (name: 'Regular' | 'Italic' | 'SemiBold'): string[] => [`Be Vietnam Pro ${name}`];
