import { expect, test } from 'vitest';
import { lit, readCounters, readThresholds, writeCounters, writeThresholds, type ThemeStats } from './wall';

test('counters and thresholds come back from the address, and nothing else does', () => {
  const counters = [{ theme: 'land_parcels', by: null }, { theme: 'irrigation_works', by: 'tinh_trang' }];
  expect(readCounters(writeCounters(counters))).toEqual(counters);
  expect(readCounters(null)).toBeNull();
  expect(readCounters('<b>,,Land,a.b.c')).toEqual([]);
  const thresholds = [{ theme: 'pest_observations', class: 'nang', from: 3 }];
  expect(readThresholds(writeThresholds(thresholds))).toEqual(thresholds);
  expect(readThresholds('pest_observations.nang,x:1,a.b:c')).toEqual([]);
});

test('a class lights up from its threshold on', () => {
  const stats = { theme: 'pest_observations', classes: [{ class: 'nang', count: 2 }] } as unknown as ThemeStats;
  const from = (number: number) => [...lit(stats, [{ theme: 'pest_observations', class: 'nang', from: number }])];
  expect(from(2)).toEqual(['nang']);
  expect(from(3)).toEqual([]);
  expect([...lit(stats, [{ theme: 'dikes', class: 'nang', from: 1 }])]).toEqual([]);
});
