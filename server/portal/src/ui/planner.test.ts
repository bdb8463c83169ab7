import { describe, expect, test } from 'vitest';
import type { CodeList, Feature, NamedCode, Theme } from '../api';
import type { OverlaySum, PlanEntry } from '../plans';
import { others } from './compare';
import { groupsOf, metres, share } from './lay_table';
import { zonesOf } from './plan_links';
import { filterPlans } from './plan_list';
import { shapesOf } from './use_plan_map';

const entry = (code: string, name: string | null, bbox: PlanEntry['bbox'] = null, theme = 'zones'): PlanEntry => ({ theme, code, name, level: null, zones: 1, area: 1, bbox });
const code = (name: string): NamedCode => ({ code: name, title: null, color: null });
const sum = (of: string | null, on: string | null, area: number): OverlaySum => ({ of_class: of ? code(of) : null, class: on ? code(on) : null, features: 1, area });
const theme = (part: Partial<Theme>): Theme => ({ extract: 'plan', key: ['ma', 'ky_hieu'], label: 'ky_hieu', legend: 'chuc_nang', fields: [], ...part }) as unknown as Theme;

describe('plans', () => {
  const plans = [entry('24QCT1', 'Khu dân cư Đông Bắc'), entry('24QPK2', 'Phân khu số 2'), entry('23QHC1', null)];
  test.each([
    ['dong bac', ['24QCT1']],
    ['ĐÔNG', ['24QCT1']],
    ['24q 2', ['24QCT1', '24QPK2']],
    ['so 2 phan', ['24QPK2']],
    ['qhc', ['23QHC1']],
    ['', ['24QCT1', '24QPK2', '23QHC1']],
    ['không có', []],
  ])('are found by %j', (text, codes) => expect(filterPlans(plans, text).map((plan) => plan.code)).toEqual(codes));

  test('those of the same place stand first among the others, those of other themes nowhere', () => {
    const all = [entry('A', null, [0, 0, 2, 2]), entry('far', null, [5, 5, 6, 6]), entry('near', null, [1, 1, 3, 3]), entry('nowhere', null), entry('use', null, [0, 0, 2, 2], 'uses')];
    expect(others(all, { theme: 'zones', code: 'A' }).map((plan) => plan.code)).toEqual(['near', 'far', 'nowhere']);
    expect(others(all, null)).toEqual([]);
  });

  test('a record’s plan has its zones in the theme that shares its key', () => {
    const zones = theme({ id: 'zones' });
    const records = theme({ id: 'records', key: ['ma'] });
    const parcels = theme({ id: 'parcels', extract: 'subject' });
    const themes = new Map([records, parcels, zones].map((one) => [one.id, one]));
    expect(zonesOf(records, themes)?.id).toBe('zones');
    expect(zonesOf(zones, themes)?.id).toBe('zones');
    expect(zonesOf(parcels, themes)).toBeNull();
    expect(zonesOf(records, new Map())).toBeNull();
  });
});

test('sums stand under what is laid, the largest first', () => {
  const groups = groupsOf({ by: [sum('O', 'LUC', 5), sum('CX', 'LUC', 6), sum('O', 'HNK', 4), sum(null, null, 1)] });
  expect(groups.map((group) => [group.class?.code ?? null, group.area, group.sums.length])).toEqual([['O', 9, 2], ['CX', 6, 1], [null, 1, 1]]);
});

test('what is small is not said to be nothing', () => {
  expect([metres(1234.56, 'vi'), metres(0.034, 'vi'), metres(12, 'vi')]).toEqual(['1.234,6', '0,03', '12,0']);
  expect([share(1, 3, 'vi'), share(0.001, 100, 'vi'), share(0, 0, 'vi')]).toEqual(['33,3 %', '< 0,1 %', '0,0 %']);
});

test('zones have the colour of the code in force, and their own mark', () => {
  const list = { id: 'f', version: '2', classes: [], codes: [{ code: 'O', color: '#111111', current: true }, { code: 'O', color: '#222222', current: false }] } as unknown as CodeList;
  const zone = (properties: Record<string, unknown>): Feature => ({ type: 'Feature', id: 1, theme: 'zones', properties, geometry: { type: 'Point', coordinates: [0, 0] } });
  const said = (one: Theme): unknown => shapesOf([zone({ chuc_nang: 'O', ky_hieu: 'A-1' }), zone({})], one, list).features.map((feature) => feature.properties);
  expect(said(theme({}))).toEqual([{ color: '#111111', label: 'A-1' }, { color: '#c9c4b8', label: '' }]);
  expect(said(theme({ label: 'chuc_nang' }))).toEqual([{ color: '#111111', label: 'A-1' }, { color: '#c9c4b8', label: '' }]);
});
