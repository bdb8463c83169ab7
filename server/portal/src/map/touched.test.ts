import { expect, test } from 'vitest';
import { themesOf, tilesTouching } from './touched';

const lon = (x: number): number => (x / 2 ** 14) * 360 - 180;

test('a parcel touches one tile a zoom, and its neighbour where it lies at the edge', () => {
  const middle = tilesTouching([[lon(13025.5), 21.261, lon(13025.51), 21.2611]], 14, 14);
  expect(middle?.map((t) => t.x)).toEqual([13025]);
  const edge = tilesTouching([[lon(13025.01), 21.261, lon(13025.02), 21.2611]], 14, 14);
  expect(edge?.map((t) => t.x)).toEqual([13024, 13025]);
  expect(tilesTouching([[106.18, 21.28, 106.18, 21.28]], 14, 14)).toContainEqual({ z: 14, x: 13024, y: 7200 });
});

test('every zoom that is loaded is looked at', () => {
  const zooms = tilesTouching([[106.1946, 21.2731, 106.1948, 21.2733]], 8, 12)?.map((t) => t.z);
  expect(new Set(zooms)).toEqual(new Set([8, 9, 10, 11, 12]));
});

test('a province at street level is as good as everything', () => {
  expect(tilesTouching([[105.8, 20.9, 107.1, 21.7]], 16, 16)).toBeNull();
  expect(tilesTouching([], 0, 22)).toEqual([]);
});

test('a source says its themes by its address', () => {
  expect(themesOf({ type: 'vector', url: 'http://x/tiles/dikes,irrigation_works.json' })).toEqual(['dikes', 'irrigation_works']);
  expect(themesOf({ type: 'vector', tiles: ['/tiles/land_parcels/{z}/{x}/{y}.mvt'] })).toEqual(['land_parcels']);
  expect(themesOf({ type: 'geojson' })).toEqual([]);
  expect(themesOf({ type: 'vector' })).toEqual([]);
});
