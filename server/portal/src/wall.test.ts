import { expect, test } from 'vitest';
import { gauge, inTurn, lit, litReadings, readCounters, readThresholds, writeCounters, writeThresholds, type Reading, type ThemeStats } from './wall';

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

const reading = (id: number, grade: string | null, value: number | null = 5): Reading => ({
  id,
  label: '',
  class: null,
  value,
  unit: 'm',
  at: null,
  grade,
  grades: [
    { code: 'BD1', title: null, color: '#eab308', from: 4 },
    { code: 'BD2', title: null, color: '#f97316', from: 6 },
    { code: 'BD3', title: null, color: null, from: null },
  ],
  before: null,
});

test('a reading lights up at any grade, or at those that are named', () => {
  const stats = { theme: 'hydrological_stations', readings: [reading(1, null), reading(2, 'BD1'), reading(3, 'BD2')] } as unknown as ThemeStats;
  const from = (grade: string, number: number) => [...litReadings(stats, [{ theme: stats.theme, class: grade, from: number }])];
  expect([...litReadings(stats, [])]).toEqual([2, 3]);
  expect([...litReadings(stats, [{ theme: 'pest_observations', class: 'nang', from: 1 }])]).toEqual([2, 3]);
  expect(from('BD2', 1)).toEqual([3]);
  expect(from('BD1', 2)).toEqual([2, 3]);
  expect(from('BD2', 2)).toEqual([]);
  expect(from('nang', 1)).toEqual([]);
});

test('a gauge holds its reading and the grades that have a number', () => {
  const { level, marks } = gauge(reading(1, 'BD1', 5));
  expect(marks.map(({ at }) => at < (level ?? 0))).toEqual([true, false]);
  expect(gauge(reading(1, null, null)).level).toBeNull();
  for (const value of [-3, 4, 99]) {
    const { level: at, marks: all } = gauge(reading(1, null, value));
    for (const place of [at ?? -1, ...all.map((mark) => mark.at)]) expect(place > 0 && place < 1).toBe(true);
  }
  expect(gauge({ ...reading(1, null, 7), grades: [] }).level).toBeCloseTo(0.5);
});

test('what must be seen stays, and the others take turns', () => {
  const order = (turn: number) => inTurn(['a', 'B', 'c', 'd'], (one) => one === 'B', turn).join('');
  expect([0, 1, 2, 3].map(order)).toEqual(['Bacd', 'Bcda', 'Bdac', 'Bacd']);
  expect(inTurn(['A'], () => true, 7)).toEqual(['A']);
});
