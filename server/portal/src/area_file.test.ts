import { describe, expect, test } from 'vitest';
import { FileProblem, readAreaFile, readGeoJson } from './area_file';
import { toVn2000 } from './crs/vn2000';

const ring = [[106.1, 21.2], [106.2, 21.2], [106.2, 21.3], [106.1, 21.2]];
const polygon = { type: 'Polygon', coordinates: [ring] };
const feature = (geometry: unknown, properties: unknown = null) => ({ type: 'Feature', properties, geometry });
const file = (name: string, text: string) => ({ name, size: text.length, text: async () => text });

const problem = async (read: () => unknown): Promise<FileProblem> => {
  try {
    await read();
  } catch (error) {
    if (error instanceof FileProblem) return error;
    throw error;
  }
  throw new Error('it was read');
};

describe('areas are found', () => {
  test.each<[string, unknown, number]>([
    ['in a geometry', polygon, 1],
    ['in a feature', feature(polygon), 1],
    ['in a collection, beside what has no area', { type: 'FeatureCollection', features: [feature(polygon), feature({ type: 'Point', coordinates: [1, 2] }), feature(null)] }, 1],
    ['in a collection of geometries', { type: 'GeometryCollection', geometries: [polygon, { type: 'MultiPolygon', coordinates: [[ring], [ring]] }] }, 3],
  ])('%s', (_, document, count) => {
    const area = readGeoJson(document);
    expect(area.features.flatMap((f) => f.geometry.coordinates)).toHaveLength(count);
  });

  test('heights are left out, of properties the name alone is kept', () => {
    const high = { type: 'Polygon', coordinates: [ring.map(([x = 0, y = 0]) => [x, y, 12])] };
    const [found] = readGeoJson(feature(high, { ten: 'Khu A', chu_su_dung: 'Nguyễn Văn A' })).features;
    expect(found?.properties).toEqual({ name: 'Khu A' });
    expect(found?.geometry.coordinates[0]).toEqual([ring]);
  });

  test('in the register’s own plane', () => {
    const plane = ring.map(([lon = 0, lat = 0]) => toVn2000(lon, lat)).map(({ x, y }) => [y, x]);
    const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::9214' } };
    const [found] = readGeoJson({ type: 'FeatureCollection', crs, features: [feature({ type: 'Polygon', coordinates: [plane] })] }).features;
    const [lon, lat] = (found?.geometry as GeoJSON.MultiPolygon).coordinates[0]?.[0]?.[1] ?? [];
    // The inverse of the datum operation is true to a millimetre.
    expect(lon).toBeCloseTo(106.2, 7);
    expect(lat).toBeCloseTo(21.2, 7);
  });

  test('in a file with a byte order mark', async () => expect((await readAreaFile(file('a.json', `\uFEFF${JSON.stringify(polygon)}`))).features).toHaveLength(1));
});

describe('what cannot be laid is said', () => {
  const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::3405' } };
  const metres = { type: 'Polygon', coordinates: [ring.map(([x = 0, y = 0]) => [x * 4000, y * 100000])] };
  test.each<[string, string, string]>([
    ['thua.shp', '', 'file.elsewhere'],
    ['Vung.ZIP', '', 'file.elsewhere'],
    ['a.geojson', 'xin chào', 'file.no.geojson'],
    ['a.geojson', '[1, 2]', 'file.no.geojson'],
    ['a.geojson', JSON.stringify(feature({ type: 'LineString', coordinates: ring })), 'file.no.area'],
    ['a.geojson', JSON.stringify({ type: 'FeatureCollection', features: [] }), 'file.no.area'],
    ['a.geojson', JSON.stringify({ type: 'Polygon' }), 'file.broken'],
    ['a.geojson', JSON.stringify({ type: 'Polygon', coordinates: [[[1], [2], [3], [1]]] }), 'file.broken'],
    ['a.geojson', JSON.stringify({ type: 'MultiPolygon', coordinates: [[['x', 'y']]] }), 'file.broken'],
    ['a.geojson', JSON.stringify(metres), 'file.metres'],
    ['a.geojson', JSON.stringify({ ...polygon, crs }), 'file.crs'],
  ])('%s %s', async (name, text, key) => expect((await problem(() => readAreaFile(file(name, text)))).key).toBe(key));

  test('too much of it', async () => {
    const many = { type: 'FeatureCollection', features: Array.from({ length: 20_001 }, () => feature(polygon)) };
    expect((await problem(() => readGeoJson(many))).key).toBe('file.many');
    const long = { type: 'Polygon', coordinates: [Array.from({ length: 200_000 }, (_, i) => [106 + i / 1e7, 21.123456789])] };
    expect((await problem(() => readGeoJson(long))).key).toBe('file.large');
  });
});
