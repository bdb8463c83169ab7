import { expect, test } from 'vitest';
import { fromVn2000 } from '../crs/vn2000';
import { areaOf, boundsOf, union } from './geometry';

/** A rectangle on the grid, in degrees: northing, easting, height and width in metres. */
const rectangle = (x: number, y: number, height: number, width: number): GeoJSON.Position[] =>
  [[x, y], [x, y + width], [x + height, y + width], [x + height, y], [x, y]].map(([n = 0, e = 0]) => fromVn2000({ x: n, y: e }));

test('areas are those of the plane of EPSG:9214, holes left out', () => {
  const outer = rectangle(2353000, 416000, 100, 50);
  const hole = rectangle(2353010, 416010, 10, 10);
  expect(areaOf({ type: 'Polygon', coordinates: [outer] })).toBeCloseTo(5000, 2);
  expect(areaOf({ type: 'Polygon', coordinates: [outer, hole] })).toBeCloseTo(4900, 2);
  expect(areaOf({ type: 'MultiPolygon', coordinates: [[outer], [rectangle(2354000, 416000, 10, 10)]] })).toBeCloseTo(5100, 2);
  expect(areaOf({ type: 'LineString', coordinates: outer })).toBeNull();
});

test('boxes hold every vertex', () => {
  expect(boundsOf({ type: 'MultiLineString', coordinates: [[[1, 5], [3, 2]], [[0, 4], [2, 9]]] })).toEqual([0, 2, 3, 9]);
  expect(boundsOf({ type: 'Point', coordinates: [1, 2] })).toEqual([1, 2, 1, 2]);
  expect(boundsOf({ type: 'GeometryCollection', geometries: [] })).toBeNull();
  expect(union([[0, 0, 1, 1], [2, -1, 3, 0]])).toEqual([0, -1, 3, 1]);
  expect(union([])).toBeNull();
});
