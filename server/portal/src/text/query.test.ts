import { describe, expect, test } from 'vitest';
import { understand } from './query';

const KEY = { kind: 'parcel', key: { commune: '07210', sheet: '12', parcel: '345' } };

describe('a parcel key', () => {
  test.each([
    '07210/12/345',
    '07210 12 345',
    '07210-12-345',
    '07210.12.345',
    ' 07210 / 12 / 345 ',
    'tờ 12 thửa 345 xã 07210',
    'to 12 thua 345 xa 07210',
    'Thửa đất số 345, tờ bản đồ số 12, phường 07210',
    'thửa 345 tờ 12 07210',
    '07210 tờ 12 thửa 345',
    'sheet 12 parcel 345 commune 07210',
    'TỜ 12 THỬA 345 XÃ 07210',
    'tờ: 12, thửa: 345, xã: 07210'.normalize('NFD'),
  ])('%s', (typed) => expect(understand(typed)).toEqual(KEY));

  test('numbers with a letter are kept', () => {
    expect(understand('07210/12/345a')).toEqual({ ...KEY, key: { ...KEY.key, parcel: '345a' } });
  });

  test('a five-digit parcel number is not taken for the commune', () => {
    expect(understand('tờ 1 thửa 12345')).toEqual({ kind: 'incomplete' });
  });
});

describe('coordinates', () => {
  test.each(['21.2731, 106.1946', '21.2731 106.1946', '106.1946 21.2731', '21.2731,106.1946', '21,2731; 106,1946'])(
    '%s',
    (typed) => expect(understand(typed)).toEqual({ kind: 'place', lon: 106.1946, lat: 21.2731 }),
  );

  test.each([
    '2353402.4531 416226.7716',
    '416226.7716 2353402.4531',
    'X 2.353.402,4531 Y 416.226,7716',
    'X=2353402,4531; Y=416226,7716',
  ])('%s', (typed) => {
    const place = understand(typed);
    expect(place.kind).toBe('place');
    if (place.kind !== 'place') return;
    expect(place.lon).toBeCloseTo(106.1946, 7);
    expect(place.lat).toBeCloseTo(21.2731, 7);
  });
});

test.each(['', '   '])('nothing typed is nothing asked', (typed) => expect(understand(typed).kind).toBe('empty'));
test.each(['12', '07210', '07210/12', 'Bắc Giang', '%%%', '(((', '1 2 3 4'])('%s is not enough', (typed) =>
  expect(understand(typed).kind).toBe('incomplete'),
);
