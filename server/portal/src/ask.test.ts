import { afterEach, expect, test, vi } from 'vitest';
import { Asker, type Question } from './ask';

const place = (lon: number): Question => ({ kind: 'place', place: [lon, 21], themes: ['land_parcels', 'roads'], tolerance: 1 });
const feature = (theme: string, id: number): object => ({ type: 'Feature', id, theme, properties: {}, geometry: { type: 'Point', coordinates: [0, 0] } });
const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status, statusText: 'x' });

afterEach(() => vi.unstubAllGlobals());

test('what a place holds comes in the order of the themes asked', async () => {
  vi.stubGlobal('fetch', async () => json({ lon: 1, lat: 1, features: [feature('roads', 1), feature('land_parcels', 2)] }));
  const answer = await new Asker().ask(place(106));
  expect(answer?.shown.map((s) => s.theme)).toEqual(['land_parcels', 'roads']);
});

test('only the latest question is answered', async () => {
  const waiting: (() => void)[] = [];
  vi.stubGlobal('fetch', (path: string) => new Promise<Response>((done) => waiting.push(() => done(json({ features: [feature('roads', path.includes('lon=106') ? 106 : 107)] })))));
  const asker = new Asker();
  const first = asker.ask(place(106));
  const second = asker.ask(place(107));
  waiting.forEach((answer) => answer());
  expect(await first).toBeNull();
  expect((await second)?.shown[0]?.id).toBe(107);
});

test('a refusal carries the server’s words in both languages', async () => {
  vi.stubGlobal('fetch', async () => json({ title: 'Không hợp lệ', detail: 'not valid' }, 400));
  const answer = await new Asker().ask(place(106));
  expect(answer?.error?.reason).toEqual({ vi: 'Không hợp lệ', en: 'not valid' });
});

test('a refusal that is no problem document still says its status', async () => {
  vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502, statusText: 'Bad Gateway' }));
  expect((await new Asker().ask(place(106)))?.error?.reason?.vi).toBe('502 Bad Gateway');
});

test('a network that fails is no refusal', async () => {
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('fetch failed')));
  const answer = await new Asker().ask(place(106));
  expect(answer?.error?.reason).toBeNull();
  expect(answer?.error?.status).toBe(0);
});

test('nothing switched on is nothing asked', async () => {
  const ask = vi.fn();
  vi.stubGlobal('fetch', ask);
  expect((await new Asker().ask({ ...place(106), themes: [] } as Question))?.shown).toEqual([]);
  expect(ask).not.toHaveBeenCalled();
});
