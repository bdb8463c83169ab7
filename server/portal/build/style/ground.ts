/** The quiet ground of our own: water, roads, communes. */
import { type Group, all, byImportance, font, isKind, place, zoomed } from './layer';
import type { Palette } from './palette';
import { FORMER_LISTS, HIGHWAYS, LANES, MAIN_ROADS, RAILWAY, ROAD_CLASS } from './values';

export function ground(p: Palette): Group {
  return {
    entries: [
      {
        id: 'water',
        theme: 'water',
        group: 'ground',
        ways: ['land', 'planning', 'crops', 'water'],
        legend: [{ title: { vi: 'Sông, suối, hồ', en: 'Rivers, streams, lakes' }, kind: 'fill', color: p.water, outline: p.waterLine }],
      },
      {
        id: 'roads',
        theme: 'roads',
        group: 'ground',
        ways: ['land', 'planning', 'crops', 'water'],
        legend: [
          { title: { vi: 'Đường chính', en: 'Main road' }, kind: 'line', color: p.mainRoad, outline: p.mainRoadCasing, width: 5 },
          { title: { vi: 'Đường khác', en: 'Other road' }, kind: 'line', color: p.road, outline: p.roadCasing, width: 4 },
        ],
      },
      {
        id: 'admin_units',
        theme: 'admin_units',
        group: 'ground',
        ways: ['land', 'planning', 'crops', 'water'],
        legend: [{ title: { vi: 'Ranh giới xã, phường', en: 'Commune boundary' }, kind: 'line', color: p.boundary, width: 1.4 }],
      },
    ],
    layers: [...water(p), ...roads(p), ...communes(p)],
  };
}

function water(p: Palette): Group['layers'] {
  return [
    place('ground', {
      id: 'water-area',
      type: 'fill',
      theme: 'water',
      entry: 'water',
      filter: isKind('Polygon'),
      paint: { 'fill-color': p.water, 'fill-antialias': true },
    }),
    place('ground', {
      id: 'water-bank',
      type: 'line',
      theme: 'water',
      entry: 'water',
      minzoom: 10,
      filter: isKind('Polygon'),
      paint: { 'line-color': p.waterLine, 'line-width': zoomed([10, 0.3], [16, 1]) },
    }),
    place('over-area', {
      id: 'water-line',
      type: 'line',
      theme: 'water',
      entry: 'water',
      filter: isKind('LineString'),
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': p.waterLine, 'line-width': zoomed([8, 0.5], [12, 1.2], [18, 5]) },
    }),
    place('label', {
      id: 'water-name',
      type: 'symbol',
      theme: 'water',
      entry: 'water',
      minzoom: 10,
      filter: isKind('LineString'),
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 420,
        'text-field': ['get', 'ten'],
        'text-font': font('Italic'),
        'text-size': zoomed([10, 11], [16, 15]),
        'text-letter-spacing': 0.06,
      },
      paint: { 'text-color': p.waterText, 'text-halo-color': p.halo, 'text-halo-width': 1.4 },
    }),
    place('label', {
      id: 'water-area-name',
      type: 'symbol',
      theme: 'water',
      labels: true,
      entry: 'water',
      minzoom: 11,
      layout: {
        ...byImportance,
        'text-field': ['get', 'ten'],
        'text-font': font('Italic'),
        'text-size': zoomed([11, 11], [16, 15]),
        'text-max-width': 7,
      },
      paint: { 'text-color': p.waterText, 'text-halo-color': p.halo, 'text-halo-width': 1.4 },
    }),
  ];
}

const isRoad = all(isKind('LineString'), ['!=', ['get', ROAD_CLASS], RAILWAY]);
const isRailway = all(isKind('LineString'), ['==', ['get', ROAD_CLASS], RAILWAY]);
const isMain = ['match', ['get', ROAD_CLASS], MAIN_ROADS, true, false];
const isLane = ['match', ['get', ROAD_CLASS], LANES, true, false];
const isHighway = ['match', ['get', ROAD_CLASS], HIGHWAYS, true, false];

/** Widths in pixels by zoom for the three ranks of roads, widened for the casing. */
const width = (wider: number): unknown => [
  'interpolate',
  ['exponential', 1.5],
  ['zoom'],
  8,
  ['case', isHighway, 1.2 + wider, isMain, 0.7 + wider, 0],
  12,
  ['case', isHighway, 3 + wider, isMain, 2.2 + wider, isLane, 0, 0.7 + wider / 2],
  13.5,
  ['case', isHighway, 4.4 + wider, isMain, 3.4 + wider, isLane, 0, 1.4 + wider * 0.7],
  15,
  ['case', isHighway, 7 + wider, isMain, 5.5 + wider, isLane, 1.8 + wider * 0.7, 2.6 + wider],
  19,
  ['case', isHighway, 26 + wider, isMain, 20 + wider, 12 + wider],
];

function roads(p: Palette): Group['layers'] {
  const layout = { 'line-cap': 'round', 'line-join': 'round', 'line-sort-key': ['case', isHighway, 2, isMain, 1, 0] };
  return [
    place('over-area', {
      id: 'road-casing',
      type: 'line',
      theme: 'roads',
      entry: 'roads',
      filter: isRoad,
      layout,
      paint: { 'line-color': ['case', isMain, p.mainRoadCasing, p.roadCasing], 'line-width': width(1.4) },
    }),
    place('over-area', {
      id: 'road',
      type: 'line',
      theme: 'roads',
      entry: 'roads',
      minzoom: 10,
      filter: isRoad,
      layout,
      paint: { 'line-color': ['case', isMain, p.mainRoad, p.road], 'line-width': width(0) },
    }),
    place('over-area', {
      id: 'railway',
      type: 'line',
      theme: 'roads',
      entry: 'roads',
      filter: isRailway,
      paint: { 'line-color': p.rail, 'line-width': zoomed([8, 0.8], [14, 2], [18, 4]) },
    }),
    place('over-area', {
      id: 'railway-sleepers',
      type: 'line',
      theme: 'roads',
      entry: 'roads',
      minzoom: 12,
      filter: isRailway,
      paint: { 'line-color': p.rail, 'line-width': zoomed([12, 5], [18, 10]), 'line-dasharray': [0.25, 2] },
    }),
    place('label', {
      id: 'road-name',
      type: 'symbol',
      theme: 'roads',
      entry: 'roads',
      minzoom: 12,
      filter: isKind('LineString'),
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 380,
        'text-field': ['get', 'ten'],
        'text-font': font('Regular'),
        'text-size': zoomed([12, 10.5], [18, 14]),
      },
      paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1.5 },
    }),
  ];
}

/** Units in force today; former ones are answered for by key and by point, and not drawn. */
const today = ['match', ['get', 'danh_muc'], FORMER_LISTS, false, true];
const isCommune = ['match', ['get', 'cap'], ['tinh', 'huyen'], false, true];

function communes(p: Palette): Group['layers'] {
  return [
    place('boundary', {
      id: 'commune-glow',
      type: 'line',
      theme: 'admin_units',
      entry: 'admin_units',
      filter: all(isKind('Polygon'), today),
      layout: { 'line-join': 'round' },
      paint: { 'line-color': p.boundary, 'line-opacity': 0.1, 'line-width': zoomed([7, 1.5], [10, 3], [12, 6], [16, 10]) },
    }),
    place('boundary', {
      // Neighbours draw their common line twice: only an unbroken one falls on itself.
      id: 'commune-line',
      type: 'line',
      theme: 'admin_units',
      entry: 'admin_units',
      filter: all(isKind('Polygon'), today),
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': p.boundary,
        'line-opacity': zoomed([7, 0.45], [12, 0.7]),
        'line-width': ['interpolate', ['linear'], ['zoom'], 7, ['case', isCommune, 0.4, 1.4], 12, ['case', isCommune, 0.9, 2.2], 16, ['case', isCommune, 1.4, 3]],
      },
    }),
    place('label', {
      id: 'commune-name',
      type: 'symbol',
      theme: 'admin_units',
      labels: true,
      entry: 'admin_units',
      minzoom: 8.5,
      maxzoom: 15.5,
      filter: all(today, isCommune),
      layout: {
        ...byImportance,
        'text-field': ['coalesce', ['get', 'ten_day_du'], ['get', 'ten'], ''],
        'text-font': font('SemiBold'),
        'text-size': zoomed([8.5, 10.5], [12, 14], [15, 17]),
        'text-max-width': 7,
        'text-padding': 4,
      },
      paint: { 'text-color': p.textSoft, 'text-halo-color': p.halo, 'text-halo-width': 1.8 },
    }),
  ];
}
