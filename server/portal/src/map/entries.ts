/**
 * The layers people switch: read from the style's own metadata, so that the style file is the only place that
 * says which drawing belongs to which theme.
 */
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { View, Way } from '../state';
import type { Bilingual } from '../text/translate';
import { hovering, mapOutputs } from './paint';

/** One line of a legend. */
export interface LegendItem {
  readonly title: Bilingual;
  readonly kind: 'fill' | 'line' | 'dot';
  readonly color: string;
  /** Line colour of a fill, casing colour of a line. */
  readonly outline?: string;
  readonly dash?: boolean;
  /** Width of a line in pixels. */
  readonly width?: number;
}

/** What people switch on and off as one: the drawing of a theme, or a part of it. */
export interface Entry {
  readonly id: string;
  readonly theme: string;
  /** A title of its own where it is not the theme's. */
  readonly title?: Bilingual;
  readonly group: Way | 'ground';
  /** Ways in that switch it on. */
  readonly ways: readonly Way[];
  /** Colours from a code list, by the tile's property; classes below the theme's detail zoom. */
  readonly codes?: { readonly list: string; readonly property: string; readonly sign: LegendItem['kind'] };
  readonly legend?: readonly LegendItem[];
}

const ENTRIES = 'diaba:entries';
const ENTRY = 'diaba:entry';

/** Entries of a style, in drawing order of the panel. */
export function entriesOf(style: StyleSpecification): Entry[] {
  const metadata = style.metadata as Record<string, unknown> | undefined;
  return (metadata?.[ENTRIES] as Entry[] | undefined) ?? [];
}

/** The entry a style layer belongs to; none for the ground that is always there. */
export function entryOf(layer: LayerSpecification): string | null {
  const metadata = layer.metadata as Record<string, unknown> | undefined;
  return (metadata?.[ENTRY] as string | undefined) ?? null;
}

/** Whether the pointer finds features in a layer. */
export const answersToPointer = (layer: LayerSpecification): boolean =>
  (layer.metadata as Record<string, unknown> | undefined)?.['diaba:hover'] === true;

export const isShown = (layer: LayerSpecification): boolean => layer.layout?.visibility !== 'none';

/** Identifiers of the entries switched on. */
export function switchedOn(entries: readonly Entry[], view: Pick<View, 'way' | 'layers'>): string[] {
  const chosen = view.layers;
  return entries.filter((e) => (chosen ? chosen.includes(e.id) : e.ways.includes(view.way))).map((e) => e.id);
}

/** Themes to ask about: those switched on, each once; the ground is asked about last. */
export function themesAsked(entries: readonly Entry[], on: readonly string[]): string[] {
  const shown = entries.filter((e) => on.includes(e.id));
  const ground = shown.filter((e) => e.group === 'ground');
  return [...new Set([...shown.filter((e) => e.group !== 'ground'), ...ground].map((e) => e.theme))];
}

/** The style as a view shows it: layers switched, their opacity scaled, reacting to the pointer. */
export function styleFor(style: StyleSpecification, view: Pick<View, 'way' | 'layers' | 'opacity'>): StyleSpecification {
  const on = new Set(switchedOn(entriesOf(style), view));
  const layers = style.layers.map((layer): LayerSpecification => {
    const entry = entryOf(layer);
    if (entry === null) return layer;
    const visibility = on.has(entry) ? 'visible' : 'none';
    return {
      ...layer,
      layout: { ...('layout' in layer ? layer.layout : {}), visibility },
      paint: paintFor(layer, (view.opacity[entry] ?? 100) / 100),
    } as LayerSpecification;
  });
  return { ...style, layers };
}

const OPACITIES: Readonly<Record<string, readonly string[]>> = {
  fill: ['fill-opacity'],
  line: ['line-opacity'],
  circle: ['circle-opacity', 'circle-stroke-opacity'],
  symbol: ['text-opacity', 'icon-opacity'],
};

/** A layer's paint with its opacity multiplied by `factor`, fills and lines answering to the pointer. */
export function paintFor(layer: LayerSpecification, factor: number): Record<string, unknown> {
  const paint: Record<string, unknown> = { ...('paint' in layer ? layer.paint : {}) };
  if (factor !== 1) {
    for (const name of OPACITIES[layer.type] ?? []) {
      paint[name] = mapOutputs(paint[name] ?? 1, (value) => value * factor);
    }
  }
  const sensitive = answersToPointer(layer);
  if (sensitive && layer.type === 'fill') {
    paint['fill-opacity'] = mapOutputs(paint['fill-opacity'] ?? 1, (v) => hovering(Math.min(1, v + 0.25 * factor), v));
  }
  if (sensitive && layer.type === 'line') {
    paint['line-width'] = mapOutputs(paint['line-width'] ?? 1, (v) => hovering(v + 2, v));
  }
  return paint;
}

