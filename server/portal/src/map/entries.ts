/**
 * The layers people switch: read from the style's own metadata, so that the style file is the only place that
 * says which drawing belongs to which theme.
 */
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { View } from '../state';
import { ENTRIES, ENTRY, HOVER, type Entry } from './entry';
import { hovering, mapOutputs } from './paint';

export type { Entry, LegendItem } from './entry';

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
  (layer.metadata as Record<string, unknown> | undefined)?.[HOVER] === true;

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

