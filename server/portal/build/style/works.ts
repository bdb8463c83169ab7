/** Dikes, and works of irrigation and drainage. */
import type { LegendItem } from '../../src/map/entry';
import { type Grade, codeColors, codeList, colorMatch, hex, readings } from './code_lists';
import { type Expression, type Group, all, byImportance, font, isKind, place, zoomed } from './layer';
import type { Palette } from './palette';
import { DIKE_GRADE, OTHER_SIGN, WORK_KIND, WORK_SIGNS } from './values';

function dikes(p: Palette): Group['layers'] {
  const color = colorMatch(DIKE_GRADE, codeColors(codeList('dike_grades')), p.dikeMinor);
  return [
    place('line', {
      id: 'dike-casing',
      type: 'line',
      theme: 'dikes',
      entry: 'dikes',
      filter: isKind('LineString'),
      layout: { 'line-join': 'round' },
      paint: { 'line-color': p.halo, 'line-width': zoomed([8, 2.2], [14, 6], [18, 11]) },
    }),
    place('line', {
      id: 'dike',
      type: 'line',
      theme: 'dikes',
      entry: 'dikes',
      hover: true,
      filter: isKind('LineString'),
      layout: { 'line-join': 'round' },
      paint: { 'line-color': color, 'line-width': zoomed([8, 1.4], [14, 3.4], [18, 7]) },
    }),
    place('line', {
      id: 'dike-teeth',
      type: 'line',
      theme: 'dikes',
      entry: 'dikes',
      minzoom: 12,
      filter: isKind('LineString'),
      paint: {
        'line-color': color,
        'line-width': zoomed([12, 3], [14, 4.5], [18, 9]),
        'line-offset': zoomed([12, 2.4], [14, 4], [18, 8]),
        'line-dasharray': [0.22, 1],
      },
    }),
    place('label', {
      id: 'dike-name',
      type: 'symbol',
      theme: 'dikes',
      entry: 'dikes',
      minzoom: 10.5,
      filter: isKind('LineString'),
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 420,
        'text-field': ['get', 'ten_tuyen'],
        'text-font': font('SemiBold'),
        'text-size': zoomed([10.5, 11], [16, 14]),
        'text-offset': [0, -1],
      },
      paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1.6 },
    }),
    place('point', {
      id: 'dike-stone',
      type: 'circle',
      theme: 'dikes',
      stones: true,
      entry: 'dikes',
      minzoom: 11.5,
      paint: {
        'circle-radius': zoomed([11.5, 1.6], [16, 3]),
        'circle-color': p.halo,
        'circle-stroke-color': p.text,
        'circle-stroke-width': zoomed([11.5, 0.8], [16, 1.2]),
      },
    }),
    place('label', {
      id: 'dike-chainage',
      type: 'symbol',
      theme: 'dikes',
      stones: true,
      entry: 'dikes',
      minzoom: 11.5,
      layout: {
        ...byImportance,
        'text-field': ['get', 'ly_trinh'],
        'text-font': font('SemiBold'),
        'text-size': zoomed([11.5, 10], [16, 12]),
        'text-variable-anchor': ['bottom', 'top', 'right', 'left'],
        'text-radial-offset': 0.6,
        'text-padding': 4,
      },
      paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1.6 },
    }),
  ];
}

function irrigation(p: Palette): Group['layers'] {
  const theme = 'irrigation_works';
  const color = colorMatch(WORK_KIND, codeColors(codeList('irrigation_kinds')), p.works);
  const icon = ['match', ['get', WORK_KIND], ...WORK_SIGNS.flatMap(({ kinds, icon }) => [[...kinds], icon]), OTHER_SIGN];
  return [
    place('area', {
      id: 'work-area',
      type: 'fill',
      theme,
      entry: theme,
      hover: true,
      filter: isKind('Polygon'),
      paint: { 'fill-color': color, 'fill-opacity': 0.4 },
    }),
    place('over-area', {
      id: 'work-area-line',
      type: 'line',
      theme,
      entry: theme,
      filter: isKind('Polygon'),
      paint: { 'line-color': color, 'line-width': zoomed([8, 0.6], [14, 1.6]) },
    }),
    place('line', {
      id: 'canal',
      type: 'line',
      theme,
      entry: theme,
      hover: true,
      filter: isKind('LineString'),
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': color, 'line-width': zoomed([8, 0.7], [12, 1.6], [14, 2.4], [18, 6]) },
    }),
    place('point', {
      id: 'work-dot',
      type: 'circle',
      theme,
      entry: theme,
      hover: true,
      filter: isKind('Point'),
      paint: {
        'circle-radius': zoomed([7, 2], [10.9, 4], [11, 7.5], [15, 11.5]),
        'circle-color': color,
        'circle-stroke-color': p.halo,
        'circle-stroke-width': zoomed([7, 0.8], [11, 1.6]),
      },
    }),
    place('point', {
      id: 'work-sign',
      type: 'symbol',
      theme,
      entry: theme,
      minzoom: 11,
      filter: isKind('Point'),
      layout: { 'icon-image': icon, 'icon-size': zoomed([11, 0.6], [15, 0.92]), 'icon-allow-overlap': true },
    }),
    ...[false, true].map((labels) =>
      place('label', {
        id: labels ? 'work-area-name' : 'work-name',
        type: 'symbol',
        theme,
        labels,
        entry: theme,
        minzoom: labels ? 10 : 12.5,
        filter: all(isKind('Point'), ['has', 'ten']),
        layout: {
          ...(labels && byImportance),
          'text-field': ['get', 'ten'],
          'text-font': font(labels ? 'Italic' : 'Regular'),
          'text-size': zoomed([12.5, 11], [17, 14]),
          'text-max-width': 8,
          ...(!labels && { 'text-offset': [0, 1.3], 'text-anchor': 'top' }),
        },
        paint: { 'text-color': p.works, 'text-halo-color': p.halo, 'text-halo-width': 1.6 },
      }),
    ),
    place('label', {
      id: 'canal-name',
      type: 'symbol',
      theme,
      entry: theme,
      minzoom: 13,
      filter: all(isKind('LineString'), ['has', 'ten']),
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 380,
        'text-field': ['get', 'ten'],
        'text-font': font('Italic'),
        'text-size': zoomed([13, 11], [18, 14]),
        'text-offset': [0, -0.8],
      },
      paint: { 'text-color': p.works, 'text-halo-color': p.halo, 'text-halo-width': 1.6 },
    }),
  ];
}

const STATIONS = 'hydrological_stations';
const LEVEL = 'muc_nuoc_m';

/** The alarm grades of a theme with readings, the lowest first. */
const grades = (): readonly Grade[] => readings(STATIONS).grades;

/** Whether the level read at a station has reached a grade. */
const reaches = ({ from }: Grade): Expression => all(['has', LEVEL], ['has', from], ['>=', ['get', LEVEL], ['get', from]]);

/** Stations: the colour is that of the grade their level has reached, and they grow with it. */
function stations(p: Palette): Group['layers'] {
  const colors = new Map(codeColors(codeList(readings(STATIONS).code_list)).map(([code, color]) => [code, hex(color)]));
  const byGrade = (of: (grade: Grade, i: number) => string | number, none: string | number): Expression => [
    'case',
    ...grades()
      .flatMap((grade, i) => [[reaches(grade), of(grade, i)]])
      .reverse()
      .flat(),
    none,
  ];
  const size = (base: number): Expression => byGrade((_, i) => base * (1.2 + 0.15 * i), base);
  // A level is written as it is read on a gauge, to the centimetre.
  const level = ['concat', ['number-format', ['get', LEVEL], { locale: 'vi', 'min-fraction-digits': 2, 'max-fraction-digits': 2 }], ' m'];
  return [
    place('point', {
      id: 'station',
      type: 'circle',
      theme: STATIONS,
      entry: STATIONS,
      hover: true,
      filter: isKind('Point'),
      paint: {
        'circle-color': byGrade(({ code }) => colors.get(code) ?? p.noColor, p.station),
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 7, size(4.5), 14, size(9)],
        'circle-stroke-color': p.halo,
        'circle-stroke-width': zoomed([7, 1.2], [14, 2.4]),
      },
    }),
    place('label', {
      id: 'station-name',
      type: 'symbol',
      theme: STATIONS,
      entry: STATIONS,
      minzoom: 8,
      filter: isKind('Point'),
      layout: {
        'text-field': [
          'format',
          ['coalesce', ['get', 'ten'], ''],
          {},
          ['case', ['has', LEVEL], '\n', ''],
          {},
          ['case', ['has', LEVEL], level, ''],
          { 'text-font': ['literal', font('SemiBold')] },
        ],
        'text-font': font('Regular'),
        'text-size': zoomed([8, 11], [14, 14]),
        'text-variable-anchor': ['top', 'right', 'left', 'bottom'],
        'text-radial-offset': 1,
        'text-max-width': 9,
      },
      paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1.8 },
    }),
  ];
}

/** The signs of the grades, and of a station below them. */
const stationLegend = (p: Palette): readonly LegendItem[] => {
  const list = codeList(readings(STATIONS).code_list);
  const reached = grades().flatMap(({ code }) => list.codes.filter((one) => one.code === code));
  return [
    { title: { vi: 'Dưới báo động 1', en: 'Below alarm 1' }, kind: 'dot', color: p.station },
    ...reached.map(({ vi, en, color }): LegendItem => ({ title: { vi, en }, kind: 'dot', color: hex(color ?? p.noColor) })),
  ];
};

export function works(p: Palette): Group {
  return {
    entries: [
      {
        id: 'dikes',
        theme: 'dikes',
        group: 'water',
        ways: ['water'],
        codes: { list: 'dike_grades', property: DIKE_GRADE, sign: 'line' },
      },
      {
        id: 'irrigation_works',
        theme: 'irrigation_works',
        group: 'water',
        ways: ['water'],
        codes: { list: 'irrigation_kinds', property: WORK_KIND, sign: 'dot' },
      },
      { id: STATIONS, theme: STATIONS, group: 'water', ways: ['water'], legend: stationLegend(p) },
    ],
    layers: [...dikes(p), ...irrigation(p), ...stations(p)],
  };
}
