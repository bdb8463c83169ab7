/** Signed distance fields of outlines, measured to the outline itself rather than to a raster of it. */
import type { PathCommand } from 'opentype.js';

/** A field of one byte a pixel, with a margin of {@link MARGIN} pixels on all sides; empty for blanks. */
export interface Field {
  readonly bitmap: Uint8Array;
  /** Size without the margin. */
  readonly width: number;
  readonly height: number;
  /** Left edge from the origin and top edge above the baseline, without the margin. */
  readonly left: number;
  readonly top: number;
}

/** What MapLibre expects around a glyph. */
export const MARGIN = 3;
/** Pixels over which the byte runs from 0 to 255, and the share of it that lies inside. */
const RADIUS = 8;
const CUTOFF = 0.25;
/** Pieces a curve is cut into: at 24 pixels an em the chord stays within 0.03 pixel. */
const PIECES = 6;

/** The outline's closed rings as segments `x0, y0, x1, y1`, curves flattened; y grows downward as in the path. */
function flatten(commands: readonly PathCommand[]): Float64Array {
  const segments: number[] = [];
  let [startX, startY, x, y] = [0, 0, 0, 0];
  const to = (nextX: number, nextY: number): void => {
    if (nextX !== x || nextY !== y) segments.push(x, y, nextX, nextY);
    [x, y] = [nextX, nextY];
  };
  for (const c of commands) {
    if (c.type === 'M') [startX, startY, x, y] = [c.x, c.y, c.x, c.y];
    else if (c.type === 'L') to(c.x, c.y);
    else if (c.type === 'Z') to(startX, startY);
    else {
      const [x0, y0] = [x, y];
      for (let i = 1; i <= PIECES; i++) {
        const t = i / PIECES;
        const u = 1 - t;
        if (c.type === 'Q') to(u * u * x0 + 2 * u * t * c.x1 + t * t * c.x, u * u * y0 + 2 * u * t * c.y1 + t * t * c.y);
        else
          to(
            u ** 3 * x0 + 3 * u * u * t * c.x1 + 3 * u * t * t * c.x2 + t ** 3 * c.x,
            u ** 3 * y0 + 3 * u * u * t * c.y1 + 3 * u * t * t * c.y2 + t ** 3 * c.y,
          );
      }
    }
  }
  return Float64Array.from(segments);
}

/** Distance from a point to the nearest segment, negative inside (non-zero winding). */
function signedDistance(segments: Float64Array, px: number, py: number): number {
  let nearest = Infinity;
  let winding = 0;
  for (let i = 0; i + 3 < segments.length; i += 4) {
    const x0 = segments[i] as number;
    const y0 = segments[i + 1] as number;
    const y1 = segments[i + 3] as number;
    const dx = (segments[i + 2] as number) - x0;
    const dy = y1 - y0;
    const t = Math.min(1, Math.max(0, ((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy)));
    const ex = x0 + t * dx - px;
    const ey = y0 + t * dy - py;
    nearest = Math.min(nearest, ex * ex + ey * ey);
    const side = dx * (py - y0) - (px - x0) * dy;
    if (y0 <= py && y1 > py && side > 0) winding++;
    else if (y0 > py && y1 <= py && side < 0) winding--;
  }
  const distance = Math.sqrt(nearest);
  return winding === 0 ? distance : -distance;
}

/** The field of an outline given in pixels, y downward, baseline at 0. */
export function distanceField(commands: readonly PathCommand[]): Field {
  const segments = flatten(commands);
  if (segments.length === 0) return { bitmap: new Uint8Array(), width: 0, height: 0, left: 0, top: 0 };
  const xs = segments.filter((_, i) => i % 2 === 0);
  const ys = segments.filter((_, i) => i % 2 === 1);
  const left = Math.floor(Math.min(...xs));
  const right = Math.ceil(Math.max(...xs));
  const up = Math.floor(Math.min(...ys));
  const down = Math.ceil(Math.max(...ys));
  const [width, height] = [right - left, down - up];
  const stride = width + 2 * MARGIN;
  const bitmap = new Uint8Array(stride * (height + 2 * MARGIN));
  for (let i = 0; i < bitmap.length; i++) {
    const x = left - MARGIN + (i % stride) + 0.5;
    const y = up - MARGIN + Math.floor(i / stride) + 0.5;
    const inside = 1 - CUTOFF - signedDistance(segments, x, y) / RADIUS;
    bitmap[i] = Math.round(255 * Math.min(1, Math.max(0, inside)));
  }
  return { bitmap, width, height, left, top: -up };
}
