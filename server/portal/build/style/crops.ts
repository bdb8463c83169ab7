/** Growing areas. */
import { type Group, font, isKind, place, zoomed } from './layer';
import type { Palette } from './palette';

export function crops(p: Palette): Group {
  const label = (sort: 'Polygon' | 'Point') =>
    place('label', {
      id: sort === 'Polygon' ? 'crop-name' : 'crop-point-name',
      type: 'symbol',
      theme: 'crop_zones',
      entry: 'crop_zones',
      minzoom: 10.5,
      filter: isKind(sort),
      layout: {
        'text-field': ['format', ['coalesce', ['get', 'ten'], ''], {}, '\n', {}, ['coalesce', ['get', 'cay_trong'], ''], { 'font-scale': 0.86, 'text-font': ['literal', font('Italic')] }],
        'text-font': font('SemiBold'),
        'text-size': zoomed([10.5, 11], [15, 14]),
        'text-max-width': 9,
        'text-padding': 10,
        'text-offset': sort === 'Point' ? [0, 1.4] : [0, 0],
      },
      paint: { 'text-color': p.cropLine, 'text-halo-color': p.halo, 'text-halo-width': 1.6 },
    });
  return {
    entries: [
      {
        id: 'crop_zones',
        theme: 'crop_zones',
        group: 'crops',
        ways: ['crops'],
        legend: [{ title: { vi: 'Vùng trồng cây ăn quả', en: 'Fruit-growing area' }, kind: 'fill', color: p.crop, outline: p.cropLine }],
      },
    ],
    layers: [
      place('area', {
        id: 'crop-area',
        type: 'fill',
        theme: 'crop_zones',
        entry: 'crop_zones',
        hover: true,
        filter: isKind('Polygon'),
        paint: { 'fill-color': p.crop, 'fill-opacity': 0.45 },
      }),
      place('over-area', {
        id: 'crop-line',
        type: 'line',
        theme: 'crop_zones',
        entry: 'crop_zones',
        filter: isKind('Polygon'),
        layout: { 'line-join': 'round' },
        paint: { 'line-color': p.cropLine, 'line-width': zoomed([8, 0.8], [14, 2]) },
      }),
      label('Polygon'),
    ],
  };
}
