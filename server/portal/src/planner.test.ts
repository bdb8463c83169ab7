import { describe, expect, test } from 'vitest';
import { MOST_IN_ADDRESS, START_PLANNER, isLinkable, readPlanner, samePlan, writePlanner, type Laid, type Place, type Planner } from './planner';

const again = (planner: Planner): Planner => readPlanner(new URLSearchParams(writePlanner(planner).map(([k, v]) => `${k}=${v}`).join('&')));

describe('the planner’s part of an address', () => {
  const laid: readonly Laid[] = [
    { kind: 'plan', plan: { theme: 'land_use_plans', code: 'QHSDĐ 2021–2030: #1&2' } },
    { kind: 'commune', code: '07210' },
    { kind: 'drawn', corners: [[106.1946001, 21.2731], [106.2, 21.2731], [106.2, 21.28]] },
  ];
  test.each(laid)('brings back %j', (of) => {
    const planner: Planner = { ...START_PLANNER, tool: 'lay', of, on: { theme: 'crop_zones', code: null } };
    expect(again(planner)).toEqual(planner);
    expect(isLinkable(of)).toBe(true);
  });

  test('says nothing of how it starts', () => expect(writePlanner(START_PLANNER)).toEqual([]));

  test('keeps no file and no long boundary', () => {
    const corners = Array.from({ length: MOST_IN_ADDRESS + 1 }, (_, i): Place => [106 + i / 1000, 21]);
    const file: Laid = { kind: 'file', name: 'a.geojson', area: { type: 'FeatureCollection', features: [] } };
    expect(isLinkable({ kind: 'drawn', corners })).toBe(false);
    expect(isLinkable(file)).toBe(false);
    expect(again({ ...START_PLANNER, of: file }).of).toBeNull();
  });

  test.each(['of=area:1,2;3,4', 'of=area:91,0;1,1;2,2', 'of=area:a,b;c,d;e,f', 'of=commune:1', 'of=plan:x', 'plan=:1', 'plan=A:1', 'swipe=-1', 'tool=none', 'on=<b>'])(
    '%s is as if it were not there',
    (text) => expect(readPlanner(new URLSearchParams(text))).toEqual(START_PLANNER),
  );
});

test('plans are the same by theme and key', () => {
  const plan = { theme: 'a', code: '1' };
  expect([samePlan(plan, { ...plan }), samePlan(plan, { theme: 'b', code: '1' }), samePlan(plan, null), samePlan(null, null)]).toEqual([true, false, false, true]);
});
