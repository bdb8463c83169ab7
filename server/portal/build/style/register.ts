/** The register's map style, put together from its groups. */
import type { StyleSpecification } from '@maplibre/maplibre-gl-style-spec';
import { ENTRIES } from '../../src/map/entry';
import { crops } from './crops';
import { ground } from './ground';
import { land } from './land';
import { SOURCES, type Level } from './layer';
import type { Palette } from './palette';
import { planning } from './planning';
import { quality } from './quality';
import { works } from './works';

const LEVELS: readonly Level[] = ['ground', 'area', 'over-area', 'boundary', 'line', 'point', 'label'];

/** A complete MapLibre style; its addresses begin at the root of the server that serves it, which makes them absolute. */
export function register(name: string, palette: Palette): StyleSpecification {
  const thematic = [land(palette), planning(palette), crops(palette), works(palette), quality(palette)];
  const groups = [ground(palette), ...thematic];
  const placed = groups.flatMap((group) => group.layers);
  return {
    version: 8,
    name,
    metadata: { [ENTRIES]: [...thematic, ground(palette)].flatMap((group) => group.entries) },
    center: [106.45, 21.33],
    zoom: 9,
    sprite: '/sprites/register',
    glyphs: '/fonts/{fontstack}/{range}.pbf',
    sources: Object.fromEntries(
      Object.entries(SOURCES).map(([id, themes]) => [id, { type: 'vector', url: `/tiles/${themes.join(',')}.json` }]),
    ),
    layers: [
      { id: 'paper', type: 'background', paint: { 'background-color': palette.paper } },
      ...LEVELS.flatMap((level) => placed.filter((p) => p.level === level).map((p) => p.layer)),
    ],
  };
}
