/** How what was chosen is drawn: an outline that stands out on every official colour, and a mark on the place. */
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';

/** The source that holds the chosen shape and place. */
export const SELECTION = 'selection';

const INK = '#1238a0';
const PAPER = '#ffffff';
const shape = ['==', ['get', 'role'], 'shape'];

const LAYERS: LayerSpecification[] = [
  {
    id: 'selection-fill',
    type: 'fill',
    source: SELECTION,
    filter: ['all', shape, ['==', ['geometry-type'], 'Polygon']] as never,
    paint: { 'fill-color': INK, 'fill-opacity': 0.1 },
  },
  {
    id: 'selection-casing',
    type: 'line',
    source: SELECTION,
    filter: shape as never,
    layout: { 'line-join': 'round', 'line-cap': 'round' },
    paint: { 'line-color': PAPER, 'line-width': 6, 'line-opacity': 0.9 },
  },
  {
    id: 'selection-line',
    type: 'line',
    source: SELECTION,
    filter: shape as never,
    layout: { 'line-join': 'round', 'line-cap': 'round' },
    paint: { 'line-color': INK, 'line-width': 2.5 },
  },
  {
    id: 'selection-point',
    type: 'circle',
    source: SELECTION,
    filter: ['all', shape, ['==', ['geometry-type'], 'Point']] as never,
    paint: { 'circle-radius': 12, 'circle-opacity': 0, 'circle-stroke-color': INK, 'circle-stroke-width': 2.5 },
  },
  {
    id: 'selection-corner',
    type: 'circle',
    source: SELECTION,
    filter: ['==', ['get', 'role'], 'corner'],
    paint: { 'circle-radius': 5, 'circle-color': PAPER, 'circle-stroke-color': INK, 'circle-stroke-width': 2 },
  },
  {
    id: 'selection-place',
    type: 'circle',
    source: SELECTION,
    filter: ['==', ['get', 'role'], 'place'],
    paint: { 'circle-radius': 4.5, 'circle-color': INK, 'circle-stroke-color': PAPER, 'circle-stroke-width': 2 },
  },
];

/** The style with the selection drawn over all but the labels. */
export function withSelection(style: StyleSpecification, data: GeoJSON.FeatureCollection): StyleSpecification {
  const firstLabel = style.layers.findIndex((layer) => layer.type === 'symbol');
  const at = firstLabel < 0 ? style.layers.length : firstLabel;
  return {
    ...style,
    sources: { ...style.sources, [SELECTION]: { type: 'geojson', data } },
    layers: [...style.layers.slice(0, at), ...LAYERS, ...style.layers.slice(at)],
  };
}
