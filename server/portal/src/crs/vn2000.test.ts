import { expect, test } from 'vitest';
import type { Grid } from './transverse_mercator';
import { TM3_107_00, fromVn2000, toVn2000 } from './vn2000';

const TM3_105_30: Grid = { meridian: 105.5, scale: 0.9999, falseEasting: 500_000 };
const UTM_48: Grid = { meridian: 105, scale: 0.9996, falseEasting: 500_000 };

/** Made with PROJ 9.1.1, EPSG:6960: WGS 84 latitude and longitude → easting, northing. */
const REFERENCE: [lat: number, lon: number, grid: Grid, easting: number, northing: number][] = [
  [21.2731, 106.1946, TM3_107_00, 416226.7716, 2353402.4531],
  [21.2731, 106.1946, TM3_105_30, 571883.6736, 2353345.9812],
  [21.2731, 106.1946, UTM_48, 623736.3855, 2352949.6184],
  [21.3667, 106.5667, TM3_107_00, 454869.5631, 2363613.6517],
  [21.3667, 106.5667, TM3_105_30, 610429.4899, 2363925.1095],
  [21.3667, 106.5667, UTM_48, 662242.6523, 2363649.4346],
  [21.35, 107.0, TM3_107_00, 499804.6451, 2361702.8865],
  [21.35, 107.0, TM3_105_30, 655390.2755, 2362442.6313],
  [21.35, 107.0, UTM_48, 707203.5844, 2362310.0878],
  [21.35, 105.9, TM3_107_00, 385712.5827, 2362101.6529],
  [21.35, 105.9, TM3_105_30, 541290.5834, 2361753.7369],
  [21.35, 105.9, UTM_48, 593122.7261, 2361258.6665],
];

test.each(REFERENCE)('%d, %d lands within 0.1 mm of the reference', (lat, lon, grid, easting, northing) => {
  const place = toVn2000(lon, lat, grid);
  expect(Math.abs(place.y - easting)).toBeLessThan(1e-4);
  expect(Math.abs(place.x - northing)).toBeLessThan(1e-4);
});

/** Made with PROJ's own inverse: like every 2D pipeline it drops the height between the ellipsoids, under a millimetre here. */
test('the way back gives the digits PROJ gives', () => {
  const [lon, lat] = fromVn2000({ x: 2353402.4531, y: 416226.7716 });
  expect(Math.abs(lon - 106.1946000073)).toBeLessThan(2e-10);
  expect(Math.abs(lat - 21.273099996)).toBeLessThan(2e-10);
});

test.each(REFERENCE)('%d, %d comes back within a millimetre', (lat, lon, grid, easting, northing) => {
  const [backLon, backLat] = fromVn2000({ x: northing, y: easting }, grid);
  expect(Math.abs(backLon - lon)).toBeLessThan(1e-8);
  expect(Math.abs(backLat - lat)).toBeLessThan(1e-8);
});
