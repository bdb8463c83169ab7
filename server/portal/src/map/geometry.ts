/** Boxes and areas of GeoJSON shapes. */
import { toVn2000 } from '../crs/vn2000';
import type { Bounds } from './map';

function* positions(geometry: GeoJSON.Geometry): Generator<readonly [number, number]> {
  if (geometry.type === 'GeometryCollection') {
    for (const part of geometry.geometries) yield* positions(part);
    return;
  }
  const stack: unknown[] = [geometry.coordinates];
  while (stack.length > 0) {
    const item = stack.pop();
    if (!Array.isArray(item)) continue;
    if (typeof item[0] === 'number' && typeof item[1] === 'number') yield [item[0], item[1]];
    else stack.push(...(item as unknown[]));
  }
}

/** West, south, east, north of a shape; null for an empty one. */
export function boundsOf(geometry: GeoJSON.Geometry): Bounds | null {
  let box: [number, number, number, number] | null = null;
  for (const [lon, lat] of positions(geometry)) {
    box = box ? [Math.min(box[0], lon), Math.min(box[1], lat), Math.max(box[2], lon), Math.max(box[3], lat)] : [lon, lat, lon, lat];
  }
  return box;
}

/** The box that holds all boxes; null when there are none. */
export function union(boxes: readonly Bounds[]): Bounds | null {
  return boxes.reduce<Bounds | null>(
    (all, b) => (all ? [Math.min(all[0], b[0]), Math.min(all[1], b[1]), Math.max(all[2], b[2]), Math.max(all[3], b[3])] : b),
    null,
  );
}

function ringArea(ring: readonly GeoJSON.Position[]): number {
  const points = ring.map(([lon = 0, lat = 0]) => toVn2000(lon, lat));
  const origin = points[0];
  if (!origin) return 0;
  return points.reduce((sum, p, i) => {
    const q = points[(i + 1) % points.length] ?? origin;
    return sum + ((p.y - origin.y) * (q.x - origin.x) - (q.y - origin.y) * (p.x - origin.x)) / 2;
  }, 0);
}

/** Area in m² in the plane of EPSG:9214; null for what has none. */
export function areaOf(geometry: GeoJSON.Geometry): number | null {
  const polygon = ([outer, ...holes]: GeoJSON.Position[][]): number =>
    Math.abs(ringArea(outer ?? [])) - holes.reduce((sum, hole) => sum + Math.abs(ringArea(hole)), 0);
  if (geometry.type === 'Polygon') return polygon(geometry.coordinates);
  if (geometry.type === 'MultiPolygon') return geometry.coordinates.reduce((sum, part) => sum + polygon(part), 0);
  return null;
}
