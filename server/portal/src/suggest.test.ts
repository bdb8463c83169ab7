import { afterEach, expect, test, vi } from 'vitest';
import type { FoundItem } from './api';
import { Suggester, recent, remember, wholeKey, type Suggestions } from './suggest';

const item = (name: string): FoundItem => ({
  kind: 'feature',
  title: { vi: name, en: name },
  subtitle: { vi: '', en: '' },
  bbox: null,
  point: null,
  theme: 'roads',
  id: name.length,
  cost: 0,
});

function shelf(): Storage {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) } as unknown as Storage;
}

afterEach(() => vi.unstubAllGlobals());

test('only the newest text is answered', async () => {
  const waiting: (() => void)[] = [];
  vi.stubGlobal('fetch', (path: string) => new Promise<Response>((done) => waiting.push(() => done(new Response(JSON.stringify({ read_as: 'name', results: [item(path)] }))))));
  const said: Suggestions[] = [];
  const suggester = new Suggester((s) => said.push(s));
  const first = suggester.now('lu', null);
  const second = suggester.now('luc', [106, 21, 107, 22]);
  waiting.forEach((answer) => answer());
  expect(await first).toBeNull();
  expect((await second)?.found?.results[0]?.title.vi).toContain('q=luc&bbox=106');
  expect(said.map((s) => s.text)).toEqual(['luc']);
});

test('a refusal is said with its reason', async () => {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ title: 'Quá dài', detail: 'too long' }), { status: 400 }));
  const said: Suggestions[] = [];
  await new Suggester((s) => said.push(s)).now('x', null);
  expect(said[0]?.error?.reason?.vi).toBe('Quá dài');
});

test('what was chosen comes back, newest first and once', () => {
  const storage = shelf();
  for (const name of ['a', 'bb', 'a', 'ccc', 'dddd', 'eeeee', 'ffffff', 'ggggggg']) remember(item(name), storage);
  expect(recent(storage).map((i) => i.title.vi)).toEqual(['ggggggg', 'ffffff', 'eeeee', 'dddd', 'ccc', 'a']);
});

test('a shelf with something else on it is empty', () => {
  for (const text of ['{', '{}', '[1, null, {"kind": 1}]']) expect(recent({ getItem: () => text })).toEqual([]);
});

test('a whole key is one with commune, sheet and number', () => {
  const found = (key: object) => ({ read_as: 'parcel', key: { ma_xa: null, so_to: '12', so_thua: '', ...key }, results: [] }) as never;
  expect(wholeKey(found({ ma_xa: '07210', so_thua: '5' }))).toEqual({ commune: '07210', sheet: '12', parcel: '5' });
  expect(wholeKey(found({ ma_xa: '07210' }))).toBeNull();
  expect(wholeKey(found({ so_thua: '5' }))).toBeNull();
});
