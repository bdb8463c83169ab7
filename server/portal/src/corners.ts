/** Corners typed as they stand on certificates: X (northing) and Y (easting) in VN-2000, a corner a line. */
import { fromVn2000, toVn2000 } from './crs/vn2000';
import type { Place } from './planner';
import { flawOf, withCorner, type Corners, type Flaw } from './sketch';

/** Where grids of Vietnam lie, metres: northing and easting. */
const NORTHINGS = [850_000, 2_620_000] as const;
const EASTINGS = [100_000, 900_000] as const;

/** A number as Vietnamese and English write it; spaces, and points or commas in threes, part thousands. */
function number(text: string): number {
  const parts = text.split(/[.,]/);
  const last = parts.at(-1) ?? '';
  // One point or comma parts decimals; several part thousands, of which the last parts decimals where it is another one.
  if (parts.length === 1) return Number(text);
  if (parts.length === 2) return Number(`${parts[0]}.${last}`);
  const decimal = text.at(-last.length - 1) !== text[parts[0]?.length ?? 0];
  return Number(decimal ? `${parts.slice(0, -1).join('')}.${last}` : parts.join(''));
}

/** The place that is carried to exactly this corner: the inverse of the datum operation alone is true to a millimetre. */
function placeOf(x: number, y: number): Place {
  const near = toVn2000(...fromVn2000({ x, y }));
  return fromVn2000({ x: 2 * x - near.x, y: 2 * y - near.y });
}

/** The corners of a text, in degrees; or what is wrong, a line of it or the area as a whole. */
export function readCorners(text: string): { readonly corners: Corners } | { readonly bad: { readonly line: number } | Flaw } {
  let corners: Corners = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const words = line.match(/-?\d[\d.,]*/g)?.map((word) => number(word.replace(/[.,]$/, ''))) ?? [];
    // A row of a corner table begins with its number and ends with the edge's length.
    const at = words.findIndex((word, j) => word >= NORTHINGS[0] && word <= NORTHINGS[1] && (words[j + 1] ?? 0) >= EASTINGS[0] && (words[j + 1] ?? 0) <= EASTINGS[1]);
    const [x, y] = [words[at], words[at + 1]];
    if (at < 0 || x === undefined || y === undefined) return { bad: { line: i + 1 } };
    corners = withCorner(corners, placeOf(x, y));
  }
  const [first, last] = [corners[0], corners.at(-1)];
  // Tables often come back to the first corner.
  if (corners.length > 3 && first && last && first[0] === last[0] && first[1] === last[1]) corners = corners.slice(0, -1);
  const flaw = flawOf(corners);
  return flaw ? { bad: flaw } : { corners };
}
