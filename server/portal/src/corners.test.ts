import { describe, expect, test } from 'vitest';
import { readCorners } from './corners';
import { toVn2000 } from './crs/vn2000';

const plane = (text: string): readonly (readonly number[])[] => {
  const read = readCorners(text);
  if ('bad' in read) throw new Error(JSON.stringify(read.bad));
  return read.corners.map(([lon, lat]) => {
    const { x, y } = toVn2000(lon, lat);
    return [x, y].map((metres) => Math.round(metres * 1000) / 1000);
  });
};
const square = [[2353402.45, 416226.77], [2353402.45, 416326.77], [2353502.45, 416326.77]];

describe('corners are read as they are written', () => {
  test.each([
    ['with points', '2353402.45 416226.77\n2353402.45 416326.77\n2353502.45 416326.77'],
    ['with commas', '2353402,45; 416226,77\n2353402,45; 416326,77\n\n2353502,45; 416326,77\n'],
    ['with thousands', '2.353.402,45 416.226,77\n2,353,402.45 416,326.77\n2.353.502,45 416.326,77'],
    ['as a table', '1 2353402.45 416226.77 100.00\n2 2353402.45 416326.77 100.00\n3 2353502.45 416326.77 141.42\n1 2353402.45 416226.77'],
    ['with names', 'X = 2353402.45, Y = 416226.77\nX=2353402.45 Y=416326.77\nX: 2353502.45 Y: 416326.77'],
  ])('%s', (_, text) => expect(plane(text)).toEqual(square));
});

test('what is none is said', () => {
  expect(readCorners('2353402.45 416226.77\nxin chào')).toEqual({ bad: { line: 2 } });
  expect(readCorners('416226.77 2353402.45')).toEqual({ bad: { line: 1 } });
  expect(readCorners('')).toEqual({ bad: 'few' });
  expect(readCorners('2353402 416226\n2353502 416326\n2353402 416326\n2353502 416226')).toEqual({ bad: 'crossing' });
});
