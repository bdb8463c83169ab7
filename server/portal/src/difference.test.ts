import { expect, test } from 'vitest';
import { differenceOf } from './difference';

const code = (name: string) => ({ code: name, title: null, color: null });
const sum = (from: string | null, to: string | null, area: number) => ({ of_class: from ? code(from) : null, class: to ? code(to) : null, features: 1, area });

test('what one function loses others gain', () => {
  const found = differenceOf({ by: [sum('O', 'O', 100), sum('O', 'CX', 30), sum('CX', 'GT', 12.5), sum(null, 'GT', 7), sum('GT', 'GT', 0.001)] });
  expect(found.common).toBeCloseTo(149.501, 9);
  expect(found.moved).toBeCloseTo(49.5, 9);
  const gains = Object.fromEntries(found.changes.map((c) => [c.class?.code ?? '', c.gain]));
  expect(gains['O']).toBeCloseTo(-30);
  expect(gains['CX']).toBeCloseTo(17.5);
  expect(gains['GT']).toBeCloseTo(19.5);
  expect(gains['']).toBeCloseTo(-7);
  expect(found.changes.reduce((all, c) => all + c.gain, 0)).toBeCloseTo(0, 9);
  expect(found.moves.map((m) => m.area)).toEqual([30, 12.5, 7]);
  expect(found.changes[0]?.class?.code).toBe('O');
});

test('a plan does not differ from itself', () => {
  const found = differenceOf({ by: [sum('O', 'O', 10), sum('CX', 'CX', 5)] });
  expect(found).toMatchObject({ common: 15, moved: 0, moves: [] });
  expect(found.changes.every((c) => c.gain === 0)).toBe(true);
  expect(differenceOf({ by: [] })).toEqual({ common: 0, moved: 0, changes: [], moves: [] });
});
