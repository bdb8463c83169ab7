/**
 * VN-2000 coordinates of the pointer and back.
 *
 * The datum shift is EPSG:6960 (decision 05/2007/QĐ-BTNMT: seven parameters, coordinate-frame rotations, good to
 * about a metre), the grid EPSG:9214 (TM-3, central meridian 107°00'). The arithmetic follows PROJ's, so that
 * the portal and the server print the same digits.
 */
import { FLATTENING, SEMI_MAJOR, project, unproject, type Grid } from './transverse_mercator';

/** EPSG:9214, VN-2000 / TM-3 107-00: the province's grid. */
export const TM3_107_00: Grid = { meridian: 107, scale: 0.9999, falseEasting: 500_000 };

const SHIFT = [-191.90441429, -39.30318279, -111.45032835] as const;
const ARC_SECOND = Math.PI / 648_000;
const [RX, RY, RZ] = [-0.00928836 * ARC_SECOND, 0.01975479 * ARC_SECOND, -0.00427372 * ARC_SECOND];
const SCALE = 1 + 0.252906278e-6;

const E2 = FLATTENING * (2 - FLATTENING);
type Xyz = readonly [number, number, number];

/** Earth-centred coordinates in metres of a place on the ellipsoid, given in radians. */
function toGeocentric(lon: number, lat: number): Xyz {
  const radius = SEMI_MAJOR / Math.sqrt(1 - E2 * Math.sin(lat) ** 2);
  return [
    radius * Math.cos(lat) * Math.cos(lon),
    radius * Math.cos(lat) * Math.sin(lon),
    radius * (1 - E2) * Math.sin(lat),
  ];
}

/** Longitude and latitude in radians below an earth-centred place; its height is dropped, as in PROJ's 2D pipelines. */
function fromGeocentric([x, y, z]: Xyz): [lon: number, lat: number] {
  const p = Math.hypot(x, y);
  let lat = Math.atan2(z, p * (1 - E2));
  for (let i = 0; i < 6; i++) {
    const radius = SEMI_MAJOR / Math.sqrt(1 - E2 * Math.sin(lat) ** 2);
    lat = Math.atan2(z + E2 * radius * Math.sin(lat), p);
  }
  return [Math.atan2(y, x), lat];
}

function wgs84ToVn2000(lon: number, lat: number): [lon: number, lat: number] {
  const [gx, gy, gz] = toGeocentric(lon, lat);
  const [x, y, z] = [(gx - SHIFT[0]) / SCALE, (gy - SHIFT[1]) / SCALE, (gz - SHIFT[2]) / SCALE];
  return fromGeocentric([x - RZ * y + RY * z, RZ * x + y - RX * z, -RY * x + RX * y + z]);
}

function vn2000ToWgs84(lon: number, lat: number): [lon: number, lat: number] {
  const [x, y, z] = toGeocentric(lon, lat);
  return fromGeocentric([
    SHIFT[0] + SCALE * (x + RZ * y - RY * z),
    SHIFT[1] + SCALE * (-RZ * x + y + RX * z),
    SHIFT[2] + SCALE * (RY * x - RX * y + z),
  ]);
}

/** A place on the grid, named as certificates name it: X is the northing and comes first, Y the easting; metres. */
export interface Vn2000 {
  readonly x: number;
  readonly y: number;
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const degrees = (radians: number): number => (radians * 180) / Math.PI;

/** VN-2000 coordinates of a WGS 84 place in degrees. */
export function toVn2000(lon: number, lat: number, grid: Grid = TM3_107_00): Vn2000 {
  const [easting, northing] = project(grid, ...wgs84ToVn2000(radians(lon), radians(lat)));
  return { x: northing, y: easting };
}

/** WGS 84 longitude and latitude in degrees of a place on the grid. */
export function fromVn2000(place: Vn2000, grid: Grid = TM3_107_00): [lon: number, lat: number] {
  const [lon, lat] = vn2000ToWgs84(...unproject(grid, place.y, place.x));
  return [degrees(lon), degrees(lat)];
}
