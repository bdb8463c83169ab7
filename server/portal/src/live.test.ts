import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { concerns, follow, type Changes, type Freshness } from './live';

class Source extends EventTarget {
  readyState = 1;
  closed = false;
  close(): void {
    this.closed = true;
  }
  send(name: string, said: unknown): void {
    this.dispatchEvent(new MessageEvent(name, { data: typeof said === 'string' ? said : JSON.stringify(said) }));
  }
}

function following(): { source: Source; heard: Changes[]; fresh: Freshness[]; reloads: () => number; end: () => void } {
  const source = new Source();
  const [heard, fresh]: [Changes[], Freshness[]] = [[], []];
  let reloads = 0;
  const end = follow(
    { changed: (c) => heard.push(c), fresh: (f) => fresh.push(f), reload: () => (reloads += 1) },
    () => source as unknown as EventSource,
  );
  return { source, heard, fresh, reloads: () => reloads, end };
}

const change: Changes = {
  token: '1.2',
  stale: false,
  changes: [{ theme: 'land_parcels', id: 7, operation: 'update' }],
  boxes: { land_parcels: [[106, 21, 106.1, 21.1]] },
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('changes and the state of the data are handed on', () => {
  const { source, heard, fresh, reloads, end } = following();
  source.send('ready', { token: '1.1', stale: false });
  source.send('change', change);
  source.send('change', 'no JSON');
  source.send('state', { stale: true });
  source.send('state', { stale: false });
  source.send('reload', { token: '1.9' });
  expect(heard).toEqual([change]);
  expect(fresh).toEqual(['live', 'stale', 'live']);
  expect(reloads()).toBe(1);
  end();
  expect(source.closed).toBe(true);
});

test('a connection is said to be cut when it stays away, and is live again when it is back', () => {
  const { source, fresh } = following();
  source.send('ready', { stale: false });
  source.dispatchEvent(new Event('error'));
  vi.advanceTimersByTime(4000);
  source.send('ready', { stale: false });
  vi.advanceTimersByTime(9000);
  expect(fresh).toEqual(['live', 'live']);
  source.dispatchEvent(new Event('error'));
  source.dispatchEvent(new Event('error'));
  vi.advanceTimersByTime(9000);
  expect(fresh).toEqual(['live', 'live', 'cut']);
});

test('a server that never had events is no trouble', () => {
  const { source, fresh } = following();
  source.readyState = 2;
  source.dispatchEvent(new Event('error'));
  vi.advanceTimersByTime(9000);
  expect(fresh).toEqual([]);
});

test('a change concerns what is shown by name, and everything of a dataset that is another', () => {
  expect(concerns(change, [{ theme: 'land_parcels', id: 7 }])).toBe(true);
  expect(concerns(change, [{ theme: 'land_parcels', id: 8 }, { theme: 'roads', id: 7 }])).toBe(false);
  const dataset = { ...change, changes: [{ theme: 'land_parcels', operation: 'dataset' }] };
  expect(concerns(dataset, [{ theme: 'land_parcels', id: 8 }])).toBe(true);
});
