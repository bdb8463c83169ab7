/** Parcels and what their land is used for, in the official colours. */
import { classColors, codeColors, codeList, colorMatch } from './code_lists';
import { type Group, byImportance, font, place, zoomed } from './layer';
import type { Palette } from './palette';

/** Zoom from which parcels are drawn one by one; below, tiles carry classes. */
const DETAIL = 14;
const isClass = ['has', 'lop'];

export function land(p: Palette): Group {
  const uses = codeList('land_use');
  const byCode = colorMatch('loai_dat', codeColors(uses), p.noColor);
  const byClass = colorMatch('lop', classColors(uses), p.noColor);
  return {
    entries: [
      { id: 'land_parcels', theme: 'land_parcels', title: { vi: 'Loại đất', en: 'Land use' }, group: 'land', ways: ['land'], codes: { list: 'land_use', property: 'loai_dat', sign: 'fill' } },
      {
        id: 'parcel_lines',
        theme: 'land_parcels',
        title: { vi: 'Ranh giới và số thửa', en: 'Parcel boundaries and numbers' },
        group: 'land',
        ways: ['land', 'planning'],
        legend: [{ title: { vi: 'Ranh giới thửa đất', en: 'Parcel boundary' }, kind: 'line', color: p.hairline, width: 1 }],
      },
    ],
    layers: [
      place('area', {
        id: 'land-class',
        type: 'fill',
        theme: 'land_parcels',
        entry: 'land_parcels',
        filter: isClass,
        paint: { 'fill-color': byClass, 'fill-opacity': p.wash, 'fill-antialias': false },
      }),
      place('area', {
        id: 'land-use',
        type: 'fill',
        theme: 'land_parcels',
        entry: 'land_parcels',
        hover: true,
        filter: ['!', isClass],
        paint: { 'fill-color': byCode, 'fill-opacity': p.wash },
      }),
      place('over-area', {
        id: 'parcel-line',
        type: 'line',
        theme: 'land_parcels',
        entry: 'parcel_lines',
        minzoom: DETAIL,
        filter: ['!', isClass],
        layout: { 'line-join': 'round' },
        paint: {
          'line-color': p.hairline,
          'line-opacity': zoomed([DETAIL, 0.4], [16, 0.75]),
          'line-width': zoomed([DETAIL, 0.2], [16, 0.6], [19, 1.4]),
        },
      }),
      place('label', {
        id: 'parcel-number',
        type: 'symbol',
        theme: 'land_parcels',
        labels: true,
        entry: 'parcel_lines',
        minzoom: 17,
        filter: ['has', 'so_thua'],
        layout: {
          ...byImportance,
          'text-field': [
            'format',
            ['to-string', ['get', 'so_thua']],
            { 'text-font': ['literal', font('SemiBold')] },
            '\n',
            {},
            ['coalesce', ['get', 'loai_dat'], ''],
            { 'font-scale': 0.82 },
          ],
          'text-font': font('Regular'),
          'text-size': zoomed([17, 10.5], [20, 15]),
          'text-line-height': 1.15,
          'text-padding': 1,
        },
        paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1.2 },
      }),
    ],
  };
}
