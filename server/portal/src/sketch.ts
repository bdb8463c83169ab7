/** An area while it is drawn: corners set one by one, taken back, closed. */
import { DRAWN_DIGITS, type Place } from './planner';

export type Corners = readonly Place[];

/** Why a drawing is no area yet. */
export type Flaw = 'few' | 'crossing';

const rounded = (degrees: number): number => Number(degrees.toFixed(DRAWN_DIGITS));

/** With one more corner; one that lies on the last is none. */
export function withCorner(corners: Corners, [lon, lat]: Place): Corners {
  const next: Place = [rounded(lon), rounded(lat)];
  const last = corners.at(-1);
  return last && last[0] === next[0] && last[1] === next[1] ? corners : [...corners, next];
}

export const withoutLast = (corners: Corners): Corners => corners.slice(0, -1);

const turn = (a: Place, b: Place, c: Place): number => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));

const within = (a: Place, b: Place, p: Place): boolean =>
  Math.min(a[0], b[0]) <= p[0] && p[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= p[1] && p[1] <= Math.max(a[1], b[1]);

/** Whether two edges have a place in common. */
function meet(a: Place, b: Place, c: Place, d: Place): boolean {
  const [t1, t2, t3, t4] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (t1 !== t2 && t3 !== t4) return true;
  return (t1 === 0 && within(a, b, c)) || (t2 === 0 && within(a, b, d)) || (t3 === 0 && within(c, d, a)) || (t4 === 0 && within(c, d, b));
}

/** What keeps the corners from being an area; null where nothing does. */
export function flawOf(corners: Corners): Flaw | null {
  if (corners.length < 3) return 'few';
  const edges = corners.map((corner, i): [Place, Place] => [corner, corners[(i + 1) % corners.length] ?? corner]);
  const crossing = edges.some(([a, b], i) =>
    edges.some(([c, d], j) => {
      // Edges beside each other share a corner and nothing else, unless one goes back over the other.
      if (j <= i) return false;
      if (j === i + 1) return turn(a, b, d) === 0 && within(a, b, d);
      if (i === 0 && j === edges.length - 1) return turn(c, d, b) === 0 && (within(c, d, b) || within(a, b, c));
      return meet(a, b, c, d);
    }),
  );
  return crossing ? 'crossing' : null;
}

const feature = (role: string, geometry: GeoJSON.Geometry): GeoJSON.Feature => ({ type: 'Feature', properties: { role }, geometry });

/** What is drawn of a sketch: its area or line up to the pointer, and its corners. */
export function drawnOf(corners: Corners, pointer: Place | null): GeoJSON.Feature[] {
  const line = (pointer ? [...corners, pointer] : corners).map(([lon, lat]) => [lon, lat]);
  const first = line[0];
  const shape: GeoJSON.Feature[] = [];
  if (line.length === 2) shape.push(feature('shape', { type: 'LineString', coordinates: line }));
  if (line.length > 2 && first) shape.push(feature('shape', { type: 'Polygon', coordinates: [[...line, first]] }));
  return [...shape, ...corners.map(([lon, lat]) => feature('corner', { type: 'Point', coordinates: [lon, lat] }))];
}
