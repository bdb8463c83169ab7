import { expect, test } from 'vitest';
import type { Feature } from './api';
import { readFilters, totals, workbook, writeFilters } from './zones';

const zone = (cay: string, ma_xa: string | null, dien_tich_ha: number | null): Feature =>
  ({ type: 'Feature', id: 1, theme: 'crop_zones', properties: { cay, ma_xa, dien_tich_ha }, geometry: { type: 'Point', coordinates: [0, 0] } }) as Feature;

test('areas add up by crop and commune', () => {
  const all = totals([zone('nhan', 'a', 1), zone('vai_thieu', 'a', 2.5), zone('vai_thieu', 'a', 3), zone('vai_thieu', null, null)]);
  expect(all).toEqual([
    { crop: 'vai_thieu', commune: 'a', count: 2, hectares: 5.5 },
    { crop: 'nhan', commune: 'a', count: 1, hectares: 1 },
    { crop: 'vai_thieu', commune: '', count: 1, hectares: 0 },
  ]);
});

test('filters come back from the address, and nothing else does', () => {
  const filters = { cay: 'vai_thieu', thi_truong: 'CN' };
  expect(readFilters(writeFilters(filters))).toEqual(filters);
  expect(readFilters('cay:,nothing:x,ma_xa:<b>,trang_thai')).toEqual({});
  expect(workbook(filters)).toBe('/growing-zones.xlsx?cay=vai_thieu&thi_truong=CN');
  expect(workbook({})).toBe('/growing-zones.xlsx');
});
