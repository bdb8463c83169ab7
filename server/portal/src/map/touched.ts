/** Which tiles a change touches. */

export type Box = readonly [west: number, south: number, east: number, north: number];

export interface TileId {
  readonly z: number;
  readonly x: number;
  readonly y: number;
}

/** More tiles than this are fetched anew by fetching all: a view holds a few dozen. */
const MOST = 400;
/** Labels and lines reach over a tile's edge, and low zooms are merged over their neighbours' edges: a part of a tile. */
const REACH = 1 / 8;
const FARTHEST_NORTH = 85.051_129;

const column = (lon: number, z: number): number => ((lon + 180) / 360) * 2 ** z;

function row(lat: number, z: number): number {
  const phi = (Math.max(-FARTHEST_NORTH, Math.min(FARTHEST_NORTH, lat)) * Math.PI) / 180;
  return ((1 - Math.asinh(Math.tan(phi)) / Math.PI) / 2) * 2 ** z;
}

/** The tiles of these zooms that touch the boxes; null where that is as good as all of them. */
export function tilesTouching(boxes: readonly Box[], minZoom: number, maxZoom: number): TileId[] | null {
  const found = new Map<string, TileId>();
  for (const [west, south, east, north] of boxes) {
    for (let z = minZoom; z <= maxZoom; z += 1) {
      const last = 2 ** z - 1;
      const within = (tile: number): number => Math.max(0, Math.min(last, Math.floor(tile)));
      const [left, right] = [within(column(west, z) - REACH), within(column(east, z) + REACH)];
      const [top, bottom] = [within(row(north, z) - REACH), within(row(south, z) + REACH)];
      if (found.size + (right - left + 1) * (bottom - top + 1) > MOST) return null;
      for (let x = left; x <= right; x += 1) {
        for (let y = top; y <= bottom; y += 1) found.set(`${z}/${x}/${y}`, { z, x, y });
      }
    }
  }
  return [...found.values()];
}

/** The themes a source's tiles are of, by its address: `…/tiles/dikes,irrigation_works.json`. */
export function themesOf(source: { readonly type: string; readonly url?: string; readonly tiles?: readonly string[] }): string[] {
  if (source.type !== 'vector') return [];
  const address = source.url ?? source.tiles?.[0] ?? '';
  const list = /\/tiles\/([^/?]+?)(?:\.json)?(?:[/?].*)?$/.exec(address)?.[1];
  return list ? list.split(',') : [];
}
