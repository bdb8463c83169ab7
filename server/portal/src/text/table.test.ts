import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TABLE, type TextKey } from './table';
import { pick, translator } from './translate';

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? '').sort();

function sources(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !/\.test\.|table\.ts$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}

test.each(Object.entries(TABLE))('%s is said in both languages with the same values', (_, { vi, en }) => {
  expect(vi.trim()).not.toBe('');
  expect(en.trim()).not.toBe('');
  expect(placeholders(vi)).toEqual(placeholders(en));
  expect(vi).toBe(vi.normalize('NFC'));
});

test('every sentence is used somewhere', () => {
  const all = sources(join(import.meta.dirname, '..')).join('\n');
  const dynamic = /^((way|layers\.group|search\.era|planner|lay\.kind|draw)\.|compare\.(swipe|fade)$)/;
  const unused = (Object.keys(TABLE) as TextKey[]).filter((key) => !dynamic.test(key) && !all.includes(`'${key}'`));
  expect(unused).toEqual([]);
});

test('values are put in, numbers in the language’s form', () => {
  expect(translator('vi')('layers.count', { count: 1234567 })).toBe('1.234.567 đối tượng');
  expect(translator('en')('layers.count', { count: 1234567 })).toBe('1,234,567 features');
});

test('a text missing in one language is shown in the other', () => {
  expect(pick({ vi: 'Thửa đất', en: '' }, 'en')).toBe('Thửa đất');
});
