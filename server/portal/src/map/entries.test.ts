import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StyleSpecification } from 'maplibre-gl';
import { describe, expect, test } from 'vitest';
import { START } from '../state';
import { answersToPointer, entriesOf, entryOf, isShown, paintFor, styleFor, switchedOn, themesAsked } from './entries';
import { withSelection } from './selection';

const MAPS = join(import.meta.dirname, '../../../../styles/maps');
const style = JSON.parse(readFileSync(join(MAPS, 'register.json'), 'utf8')) as StyleSpecification;
const entries = entriesOf(style);

describe('ways in', () => {
  test('each brings its own layers over the same ground', () => {
    const land = switchedOn(entries, START);
    const water = switchedOn(entries, { ...START, way: 'water' });
    expect(land).toContain('land_parcels');
    expect(land).not.toContain('dikes');
    expect(water).toEqual(expect.arrayContaining(['dikes', 'irrigation_works', 'roads', 'admin_units']));
  });

  test('layers chosen by hand stand above the way', () => {
    expect(switchedOn(entries, { way: 'water', layers: ['land_parcels'] })).toEqual(['land_parcels']);
    expect(switchedOn(entries, { way: 'land', layers: [] })).toEqual([]);
  });

  test('each theme is asked about once, the ground last', () => {
    const asked = themesAsked(entries, switchedOn(entries, START));
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked[0]).toBe('land_parcels');
    expect(asked.slice(-3).sort()).toEqual(['admin_units', 'roads', 'water']);
  });
});

describe('the style of a view', () => {
  test('shows what is switched on and hides the rest', () => {
    const drawn = styleFor(style, { ...START, layers: ['dikes'] });
    for (const layer of drawn.layers) {
      const entry = entryOf(layer);
      if (entry) expect(isShown(layer), layer.id).toBe(entry === 'dikes');
    }
  });

  test('fades a layer and leaves the others', () => {
    const opacity = (view: typeof START, id: string): unknown =>
      (styleFor(style, view).layers.find((l) => l.id === id)?.paint as Record<string, unknown>)['fill-opacity'];
    const full = opacity(START, 'land-class') as number;
    expect(opacity({ ...START, opacity: { land_parcels: 50 } }, 'land-class')).toBeCloseTo(full / 2);
    expect(opacity({ ...START, opacity: { dikes: 50 } }, 'land-class')).toBe(full);
  });

  test('fading goes through zoom curves', () => {
    const layer = { id: 'x', type: 'line', source: 's', paint: { 'line-opacity': ['interpolate', ['linear'], ['zoom'], 7, 0.4, 12, 0.8] } };
    expect(paintFor(layer as never, 0.5)['line-opacity']).toEqual(['interpolate', ['linear'], ['zoom'], 7, 0.2, 12, 0.4]);
  });

  test('layers under the pointer answer to it', () => {
    const drawn = styleFor(style, START);
    for (const layer of drawn.layers.filter(answersToPointer)) {
      if (layer.type !== 'fill' && layer.type !== 'line') continue;
      expect(JSON.stringify(layer.paint), layer.id).toContain('"hover"');
    }
  });

  test('the selection lies over every area and line, and under the labels', () => {
    const ids = withSelection(style, { type: 'FeatureCollection', features: [] }).layers.map((l) => l.type + l.id.startsWith('selection'));
    expect(ids.lastIndexOf('linefalse')).toBeLessThan(ids.indexOf('filltrue'));
    expect(ids.lastIndexOf('circletrue')).toBeLessThan(ids.indexOf('symbolfalse'));
  });
});
