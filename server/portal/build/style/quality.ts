/** What checks between features found: its ground, and a dot that is seen where the ground is smaller than a pixel. */
import { codeColors, codeList, colorMatch } from './code_lists';
import { type Group, isKind, place, zoomed } from './layer';
import type { Palette } from './palette';

const THEME = 'quality_findings';
/** Zoom from which the ground itself is seen. */
const NEAR = 17;

export function quality(p: Palette): Group {
  const color = colorMatch('loai_loi', codeColors(codeList('finding_kinds')), p.plan);
  // Errors lie on warnings, and are larger.
  const radius = (error: number, other: number) => ['match', ['get', 'muc_do'], 'error', error, other];
  return {
    entries: [
      // Work for the office, switched on when it is wanted.
      { id: THEME, theme: THEME, group: 'land', ways: [], codes: { list: 'finding_kinds', property: 'loai_loi', sign: 'fill' } },
    ],
    layers: [
      place('over-area', {
        id: 'finding-area',
        type: 'fill',
        theme: THEME,
        entry: THEME,
        hover: true,
        filter: isKind('Polygon'),
        paint: { 'fill-color': color, 'fill-opacity': 0.55 },
      }),
      place('boundary', {
        id: 'finding-line',
        type: 'line',
        theme: THEME,
        entry: THEME,
        filter: ['!=', ['geometry-type'], 'Point'],
        layout: { 'line-join': 'round' },
        paint: { 'line-color': color, 'line-width': zoomed([13, 1], [18, 2.2]) },
      }),
      ...[false, true].map((labels) =>
        place('point', {
          id: labels ? 'finding-place' : 'finding-dot',
          type: 'circle',
          theme: THEME,
          labels,
          entry: THEME,
          hover: !labels,
          filter: isKind('Point'),
          ...(labels && { maxzoom: NEAR }),
          layout: { 'circle-sort-key': radius(1, 0) },
          paint: {
            'circle-radius': ['interpolate', ['linear'], ['zoom'], 8, radius(2.4, 1.8), 14, radius(5.5, 4.2)],
            'circle-color': color,
            'circle-stroke-color': p.halo,
            'circle-stroke-width': zoomed([8, 0.5], [14, 1.4]),
          },
        }),
      ),
    ],
  };
}
