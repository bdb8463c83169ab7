/** One plan drawn by itself: its zones in the colours of the code list, in place of all plans the tiles hold. */
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { entriesOf, entryOf } from './entries';

/** Zones with `color` and `label`. */
export type PlanShapes = GeoJSON.FeatureCollection;

const SOURCE = 'plan';
const color: ExpressionSpecification = ['get', 'color'];

const layers = (dark: boolean): LayerSpecification[] => [
  { id: 'plan-fill', type: 'fill', source: SOURCE, paint: { 'fill-color': color, 'fill-opacity': 0.68 } },
  {
    id: 'plan-line',
    type: 'line',
    source: SOURCE,
    paint: { 'line-color': dark ? '#e8ebe6' : '#3c3a33', 'line-width': ['interpolate', ['linear'], ['zoom'], 11, 0.2, 16, 0.9], 'line-opacity': 0.75 },
  },
];

const label = (dark: boolean): LayerSpecification => ({
  id: 'plan-label',
  type: 'symbol',
  source: SOURCE,
  minzoom: 15,
  layout: { 'text-field': ['get', 'label'], 'text-font': ['Be Vietnam Pro SemiBold'], 'text-size': 11.5, 'text-padding': 6 },
  paint: { 'text-color': dark ? '#f2f1ea' : '#2c2a26', 'text-halo-color': dark ? '#12181b' : '#fdfcf8', 'text-halo-width': 1.4 },
});

/** The style with this plan and no other. */
export function withPlan(style: StyleSpecification, shapes: PlanShapes | null, dark: boolean): StyleSpecification {
  if (!shapes) return style;
  const planned = new Set(entriesOf(style).filter((entry) => entry.group === 'planning').map((entry) => entry.id));
  const kept = style.layers.map((layer): LayerSpecification => {
    const hidden = planned.has(entryOf(layer) ?? '');
    return hidden ? ({ ...layer, layout: { ...('layout' in layer ? layer.layout : {}), visibility: 'none' } } as LayerSpecification) : layer;
  });
  const firstLabel = kept.findIndex((layer) => layer.type === 'symbol');
  const at = firstLabel < 0 ? kept.length : firstLabel;
  return {
    ...style,
    sources: { ...style.sources, [SOURCE]: { type: 'geojson', data: shapes } },
    layers: [...kept.slice(0, at), ...layers(dark), ...kept.slice(at), label(dark)],
  };
}
