import { describe, expect, test } from 'vitest';
import type { Place } from './planner';
import { drawnOf, flawOf, withCorner, withoutLast, type Corners } from './sketch';

const square: Corners = [[0, 0], [1, 0], [1, 1], [0, 1]];

test('corners are set to a tenth of a millimetre, and none on the last', () => {
  const corners = withCorner(withCorner([], [106.1234567891234, 21.00000000049]), [106.123456789, 21]);
  expect(corners).toEqual([[106.123456789, 21]]);
  expect(withoutLast(withCorner(corners, [106, 21]))).toEqual(corners);
  expect(withoutLast([])).toEqual([]);
});

describe('what is no area', () => {
  test.each<[string, Corners, string | null]>([
    ['a square', square, null],
    ['an L', [[0, 0], [2, 0], [2, 1], [1, 1], [1, 2], [0, 2]], null],
    ['a triangle', square.slice(0, 3), null],
    ['two corners', square.slice(0, 2), 'few'],
    ['a bow', [[0, 0], [1, 1], [1, 0], [0, 1]], 'crossing'],
    ['an edge that goes back', [[0, 0], [2, 0], [1, 0], [1, 1]], 'crossing'],
    ['a last edge that goes back', [[1, 0], [2, 0], [2, 1], [0, 0]], null],
    ['a flat triangle', [[0, 0], [1, 0], [2, 0]], 'crossing'],
    ['a corner on an edge', [[0, 0], [2, 0], [2, 2], [1, 0], [0, 2]], 'crossing'],
  ])('%s', (_, corners, flaw) => expect(flawOf(corners)).toBe(flaw));
});

test('a sketch is a line, then an area, up to the pointer', () => {
  const kinds = (corners: Corners, pointer: Place | null): string[] => drawnOf(corners, pointer).map((f) => f.geometry.type);
  expect(kinds([], [0, 0])).toEqual([]);
  expect(kinds(square.slice(0, 1), [1, 1])).toEqual(['LineString', 'Point']);
  expect(kinds(square.slice(0, 2), [1, 1])).toEqual(['Polygon', 'Point', 'Point']);
  expect(drawnOf(square, null)[0]?.geometry).toEqual({ type: 'Polygon', coordinates: [[...square, square[0]]] });
});
