import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { STACKS } from '../glyphs';
import { DARK, LIGHT } from './palette';
import { register } from './register';

const MAPS = join(import.meta.dirname, '../../../../styles/maps');
const THEMES = join(import.meta.dirname, '../../../../styles/themes');

/** Relative luminance of `#rrggbb`, as WCAG defines it. */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = parseInt(color.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

describe.each([
  ['register', 'Địa bạ', LIGHT],
  ['register-dark', 'Địa bạ – nền tối', DARK],
] as const)('%s', (file, name, palette) => {
  const style = register(name, palette);

  test('is a valid style', () => {
    const served = JSON.parse(JSON.stringify(style).replace(/"\/(?=(?:tiles|fonts|sprites)\/)/g, '"http://127.0.0.1:8080/')) as typeof style;
    expect(validateStyleMin(served)).toEqual([]);
  });

  test('is the committed file (npm run styles writes it anew)', async () => {
    await expect(`${JSON.stringify(style, null, 1)}\n`).toMatchFileSnapshot(join(MAPS, `${file}.json`));
  });

  test('every layer belongs to an entry, and every entry draws something', () => {
    const entries = (style.metadata as { 'diaba:entries': { id: string }[] })['diaba:entries'].map((e) => e.id);
    const used = style.layers.flatMap((l) => (l.metadata as { 'diaba:entry'?: string } | undefined)?.['diaba:entry'] ?? []);
    expect([...new Set(used)].sort()).toEqual([...entries].sort());
  });

  test('labels read only what their places carry', () => {
    for (const layer of style.layers) {
      const [, theme] = ('source-layer' in layer && /^(.*)_nhan$/.exec(layer['source-layer'] ?? '')) || [];
      if (theme === undefined) continue;
      const file = parse(readFileSync(join(THEMES, `${theme}.toml`), 'utf8')) as { label?: string; label_with?: string[] };
      const read = [...JSON.stringify(layer).matchAll(/\["(?:get|has)","(\w+)"\]/g)].map((m) => m[1]);
      expect([file.label, ...(file.label_with ?? []), 'hang'], layer.id).toEqual(expect.arrayContaining(read));
    }
  });

  test('labels are set in fonts that are made, and read on their halo (WCAG AA)', () => {
    for (const layer of style.layers) {
      if (layer.type !== 'symbol') continue;
      const fonts = JSON.stringify(layer.layout ?? {}).match(/Be Vietnam Pro \w+/g) ?? [];
      for (const font of fonts) expect(Object.keys(STACKS)).toContain(font);
      const { 'text-color': text, 'text-halo-color': halo } = layer.paint ?? {};
      if (typeof text === 'string' && typeof halo === 'string') expect(contrast(text, halo), layer.id).toBeGreaterThanOrEqual(4.5);
    }
  });
});
