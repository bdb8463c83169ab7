/** Plans: planned land use and planned zones in their official colours, and how far each plan reaches. */
import { codeColors, codeList, colorMatch } from './code_lists';
import { type Group, all, byImportance, font, isKind, place, zoomed } from './layer';
import type { Palette } from './palette';
import { PLANNED_USE, ZONE_FUNCTION, ZONE_LABEL } from './values';

export function planning(p: Palette): Group {
  const planned = colorMatch(PLANNED_USE, codeColors(codeList('land_use')), p.noColor);
  const zoned = colorMatch(ZONE_FUNCTION, codeColors(codeList('planning_functions')), p.noColor);
  const levels = colorMatch('cap_quy_hoach', codeColors(codeList('plan_levels')), p.plan);
  const area = (id: string, theme: string, color: unknown, minzoom: number): Group['layers'] => [
    place('area', {
      id: `${id}-area`,
      type: 'fill',
      theme,
      entry: theme,
      hover: true,
      filter: isKind('Polygon'),
      minzoom,
      paint: { 'fill-color': color, 'fill-opacity': p.wash },
    }),
    place('over-area', {
      id: `${id}-line`,
      type: 'line',
      theme,
      entry: theme,
      minzoom: Math.max(minzoom, 11),
      filter: isKind('Polygon'),
      layout: { 'line-join': 'round' },
      paint: { 'line-color': p.hairline, 'line-opacity': 0.8, 'line-width': zoomed([11, 0.3], [18, 1.2]) },
    }),
  ];
  return {
    entries: [
      {
        id: 'land_use_plans',
        theme: 'land_use_plans',
        group: 'planning',
        ways: ['planning'],
        codes: { list: 'land_use', property: PLANNED_USE, sign: 'fill' },
      },
      {
        id: 'urban_plan_zones',
        theme: 'urban_plan_zones',
        group: 'planning',
        ways: ['planning'],
        codes: { list: 'planning_functions', property: ZONE_FUNCTION, sign: 'fill' },
      },
      {
        id: 'urban_plans',
        theme: 'urban_plans',
        group: 'planning',
        ways: ['planning'],
        codes: { list: 'plan_levels', property: 'cap_quy_hoach', sign: 'line' },
      },
    ],
    layers: [
      ...area('planned-use', 'land_use_plans', planned, 8),
      ...zoneLayers(p, zoned),
      place('label', {
        id: 'zone-name',
        type: 'symbol',
        theme: 'urban_plan_zones',
        labels: true,
        entry: 'urban_plan_zones',
        minzoom: 14.5,
        layout: { ...byImportance, 'text-field': ['to-string', ['coalesce', ['get', ZONE_LABEL], '']], 'text-font': font('SemiBold'), 'text-size': zoomed([14.5, 10.5], [18, 14]), 'text-max-width': 8 },
        paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1.4 },
      }),
      place('boundary', {
        id: 'plan-extent-casing',
        type: 'line',
        theme: 'urban_plans',
        entry: 'urban_plans',
        filter: isKind('Polygon'),
        layout: { 'line-join': 'round' },
        paint: { 'line-color': p.halo, 'line-opacity': 0.8, 'line-width': zoomed([8, 2], [14, 5]) },
      }),
      place('boundary', {
        id: 'plan-extent',
        type: 'line',
        theme: 'urban_plans',
        entry: 'urban_plans',
        hover: true,
        filter: isKind('Polygon'),
        layout: { 'line-join': 'round' },
        paint: { 'line-color': levels, 'line-width': zoomed([8, 1.2], [14, 2.6]), 'line-dasharray': [4, 2] },
      }),
      place('label', {
        id: 'plan-name',
        type: 'symbol',
        theme: 'urban_plans',
        entry: 'urban_plans',
        minzoom: 10,
        maxzoom: 15,
        filter: all(isKind('Polygon'), ['has', 'ten']),
        layout: {
          'symbol-placement': 'line',
          'symbol-spacing': 600,
          'text-field': ['get', 'ten'],
          'text-font': font('SemiBold'),
          'text-size': zoomed([10, 11], [15, 14]),
          'text-offset': [0, 0.9],
        },
        paint: { 'text-color': p.plan, 'text-halo-color': p.halo, 'text-halo-width': 1.6 },
      }),
      place('label', {
        id: 'plan-code',
        type: 'symbol',
        theme: 'urban_plans',
        labels: true,
        entry: 'urban_plans',
        minzoom: 11,
        maxzoom: 14.5,
        filter: ['has', 'ma_ho_so_qh'],
        layout: {
          ...byImportance,
          'text-field': ['get', 'ma_ho_so_qh'],
          'text-font': font('SemiBold'),
          'text-size': zoomed([11, 10], [14, 13]),
          'text-padding': 6,
        },
        paint: { 'text-color': p.plan, 'text-halo-color': p.halo, 'text-halo-width': 1.6 },
      }),
    ],
  };
}

/**
 * Zones of a finer plan hide those of a coarser one, and all hide the planned land use: two washes over each other
 * would make a colour that means nothing. So each level lies on paper of its own.
 */
function zoneLayers(p: Palette, color: unknown): Group['layers'] {
  const theme = 'urban_plan_zones';
  const levels = codeList('plan_levels').codes.map(({ code }) => code);
  return levels.flatMap((level, i) => {
    // What says no level, or an unknown one, is drawn with the coarsest.
    const filter =
      i === 0
        ? ['match', ['get', 'cap_quy_hoach'], levels.slice(1), false, true]
        : ['==', ['get', 'cap_quy_hoach'], level];
    const suffix = level.toLowerCase();
    return [
      place('area', {
        id: `zone-paper-${suffix}`,
        type: 'fill',
        theme,
        entry: theme,
        filter: all(isKind('Polygon'), filter),
        paint: { 'fill-color': p.paper, 'fill-antialias': false },
      }),
      place('area', {
        id: `zone-area-${suffix}`,
        type: 'fill',
        theme,
        entry: theme,
        hover: true,
        filter: all(isKind('Polygon'), filter),
        paint: { 'fill-color': color, 'fill-opacity': p.zoneWash },
      }),
      place('area', {
        id: `zone-line-${suffix}`,
        type: 'line',
        theme,
        entry: theme,
        minzoom: 11,
        filter: all(isKind('Polygon'), filter),
        layout: { 'line-join': 'round' },
        paint: { 'line-color': p.hairline, 'line-opacity': 0.8, 'line-width': zoomed([11, 0.2], [14, 0.6], [18, 1.2]) },
      }),
    ];
  });
}
