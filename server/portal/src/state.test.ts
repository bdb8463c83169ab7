import { expect, test } from 'vitest';
import { START, readView, writeView, type View } from './state';

const FULL: View = {
  lang: 'en',
  dark: true,
  way: 'planning',
  layers: ['land_parcels', 'urban_plans'],
  opacity: { land_parcels: 40 },
  camera: { lon: 106.1946, lat: 21.2731, zoom: 15.25 },
  at: [106.2, 21.3],
  feature: { theme: 'land_parcels', id: 9007199254740991 },
  search: 'tờ 12 & thửa 345 = xã 07210',
  panel: true,
  filters: { cay: 'vai_thieu' },
  zone: 12,
  planner: {
    tool: 'compare',
    plan: { theme: 'urban_plan_zones', code: '24QPK1000003' },
    other: { theme: 'land_use_plans', code: 'QHSDĐ: 2021 & 2030/1' },
    of: { kind: 'drawn', corners: [[106.1, 21.2], [106.2000001, 21.2], [106.2, 21.3]] },
    on: { theme: 'urban_plan_zones', code: '23QHC1000001' },
    look: 'fade',
    share: 30,
  },
  wall: true,
  counters: [{ theme: 'irrigation_works', by: 'tinh_trang' }],
  thresholds: [{ theme: 'pest_observations', class: 'nang', from: 1 }],
};

test('a view comes back from its address', () => {
  expect(readView(writeView(FULL))).toEqual(FULL);
  expect(readView(writeView(START))).toEqual(START);
  expect(readView(writeView({ ...START, layers: [] })).layers).toEqual([]);
});

test('the view it starts with needs no address', () => expect(writeView(START)).toBe(''));

test.each([
  '#map=abc',
  '#map=1/2',
  '#map=10/91/0',
  '#map=//',
  '#at=1,2,3',
  '#at=,',
  '#feature=land_parcels',
  '#feature=land_parcels:99999999999999999',
  '#feature=<script>:1',
  '#way=nowhere',
  '#lang=fr',
  '#%E0%A4%A',
  '#opacity=x:y,:,land_parcels:100',
])('%s is as if it were not there', (hash) => expect(readView(hash)).toEqual(START));
