/** Growing areas. */
import { codeColors, codeList, colorMatch } from './code_lists';
import { type Group, byImportance, font, isKind, place, zoomed } from './layer';
import type { Palette } from './palette';

const OBSERVATIONS = 'pest_observations';

export function crops(p: Palette): Group {
  const crops = codeList('crops');
  const color = colorMatch('cay', codeColors(crops), p.noColor);
  // Crops are stored as codes; their names come from the list, so that labels need no dictionary.
  const name = ['match', ['get', 'cay'], ...crops.codes.flatMap(({ code, vi }) => [code, vi]), ''];
  return {
    entries: [
      {
        id: 'crop_zones',
        theme: 'crop_zones',
        group: 'crops',
        ways: ['crops'],
        codes: { list: 'crops', property: 'cay', sign: 'fill' },
      },
      {
        id: OBSERVATIONS,
        theme: OBSERVATIONS,
        group: 'crops',
        ways: ['crops'],
        codes: { list: 'pest_statuses', property: 'muc_do', sign: 'fill' },
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
        paint: { 'fill-color': color, 'fill-opacity': p.wash },
      }),
      place('over-area', {
        id: 'crop-line',
        type: 'line',
        theme: 'crop_zones',
        entry: 'crop_zones',
        filter: isKind('Polygon'),
        layout: { 'line-join': 'round' },
        paint: { 'line-color': color, 'line-width': zoomed([8, 0.8], [14, 2]) },
      }),
      place('point', {
        id: 'pest-observation',
        type: 'circle',
        theme: OBSERVATIONS,
        entry: OBSERVATIONS,
        hover: true,
        filter: isKind('Point'),
        paint: {
          'circle-color': colorMatch('muc_do', codeColors(codeList('pest_statuses')), p.noColor),
          'circle-radius': zoomed([8, 3], [15, 7]),
          'circle-stroke-color': p.halo,
          'circle-stroke-width': zoomed([8, 0.6], [14, 1.6]),
        },
      }),
      place('label', {
        id: 'crop-name',
        type: 'symbol',
        theme: 'crop_zones',
        labels: true,
        entry: 'crop_zones',
        minzoom: 10.5,
        layout: {
          ...byImportance,
          'text-field': ['format', ['coalesce', ['get', 'ten'], ''], {}, '\n', {}, name, { 'font-scale': 0.86, 'text-font': ['literal', font('Italic')] }],
          'text-font': font('SemiBold'),
          'text-size': zoomed([10.5, 11], [15, 14]),
          'text-max-width': 9,
          'text-padding': 4,
        },
        paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1.6 },
      }),
    ],
  };
}
