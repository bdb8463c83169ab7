/** Files with an area that somebody lays on a layer: GeoJSON and KML, read in the browser. */
import { fromVn2000 } from './crs/vn2000';
import type { TextKey } from './text/table';

/** Why a file cannot be laid, as a sentence of the table. */
export class FileProblem extends Error {
  readonly key: TextKey;
  readonly values: Readonly<Record<string, string>>;

  constructor(key: TextKey, values: Readonly<Record<string, string>> = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}

type Polygons = GeoJSON.Polygon | GeoJSON.MultiPolygon;
type Area = GeoJSON.FeatureCollection<Polygons>;

/** What the server takes in one document is 4 MiB, with room for what stands around the areas. */
export const MOST_BYTES = 4_000_000;
/** As many areas as are laid at once. */
const MOST_AREAS = 20_000;
/** Formats that are another program's to turn into GeoJSON. */
const ELSEWHERE = /\.(shp|shx|dbf|prj|zip|rar|7z|kmz|tab|mif|mid|gdb|gpkg|dgn|dwg|dxf|gml|csv|xlsx?|pdf)$/i;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Number of the coordinate system a file names in the way files before RFC 7946 did; null where it names none. */
function systemOf(document: Readonly<Record<string, unknown>>): string | null {
  const crs = document['crs'];
  const properties = isObject(crs) ? crs['properties'] : null;
  const name = isObject(properties) ? properties['name'] : null;
  if (typeof name !== 'string') return null;
  if (/CRS:?:?84|EPSG:*:?4326$/i.test(name)) return null;
  return /(\d{4,6})$/.exec(name)?.[1] ?? name;
}

type Move = (position: readonly number[]) => GeoJSON.Position;

/** Positions in degrees, from the register's own plane or as they are. */
function moverOf(system: string | null): Move {
  if (system !== null && system !== '9214') throw new FileProblem('file.crs', { system });
  return ([first = NaN, second = NaN]) => {
    if (!Number.isFinite(first) || !Number.isFinite(second)) throw new FileProblem('file.broken');
    const [lon, lat] = system === null ? [first, second] : fromVn2000({ x: second, y: first });
    if (Math.abs(lon) > 180 || Math.abs(lat) > 90) throw new FileProblem('file.metres');
    return [lon, lat];
  };
}

function rings(polygon: unknown, move: Move): GeoJSON.Position[][] {
  if (!Array.isArray(polygon) || polygon.length === 0) throw new FileProblem('file.broken');
  return polygon.map((ring: unknown) => {
    if (!Array.isArray(ring) || ring.length < 4) throw new FileProblem('file.broken');
    return ring.map((position: unknown) => {
      if (!Array.isArray(position)) throw new FileProblem('file.broken');
      return move(position.map(Number));
    });
  });
}

/** The polygons of a geometry; what else it holds has no area. */
function polygons(geometry: unknown, move: Move): GeoJSON.Position[][][] {
  if (!isObject(geometry)) return [];
  const { type, coordinates, geometries } = geometry;
  if (type === 'Polygon') return [rings(coordinates, move)];
  if (type === 'MultiPolygon' && Array.isArray(coordinates)) return coordinates.map((polygon: unknown) => rings(polygon, move));
  return type === 'GeometryCollection' && Array.isArray(geometries) ? geometries.flatMap((part: unknown) => polygons(part, move)) : [];
}

/** What the server calls an area by. */
function nameOf(properties: unknown): Readonly<Record<string, string>> {
  if (!isObject(properties)) return {};
  const said = ['name', 'ten', 'ky_hieu', 'Name', 'TEN'].map((key) => properties[key]).find((value) => typeof value === 'string' && value !== '');
  return typeof said === 'string' ? { name: said.slice(0, 200) } : {};
}

/** The areas of a GeoJSON document, and nothing else that stands in it: what is not needed is not sent. */
export function readGeoJson(document: unknown): Area {
  if (!isObject(document) || typeof document['type'] !== 'string') throw new FileProblem('file.no.geojson');
  const { type } = document;
  const move = moverOf(systemOf(document));
  const listed = document['features'];
  const members: unknown[] = type === 'FeatureCollection' && Array.isArray(listed) ? listed : [type === 'Feature' ? document : { geometry: document }];
  const features = members.flatMap((member): GeoJSON.Feature<Polygons>[] => {
    if (!isObject(member)) return [];
    const found = polygons(member['geometry'], move);
    if (found.length === 0) return [];
    return [{ type: 'Feature', properties: nameOf(member['properties']), geometry: { type: 'MultiPolygon', coordinates: found } }];
  });
  if (features.length === 0) throw new FileProblem('file.no.area');
  if (features.length > MOST_AREAS) throw new FileProblem('file.many', { count: String(features.length) });
  const area: Area = { type: 'FeatureCollection', features };
  if (new Blob([JSON.stringify(area)]).size > MOST_BYTES) throw new FileProblem('file.large');
  return area;
}

async function readKml(text: string): Promise<Area> {
  // Few files are KML: its reader comes when one does.
  const { kml } = await import('@tmcw/togeojson');
  const document = new DOMParser().parseFromString(text, 'application/xml');
  if (document.getElementsByTagName('parsererror').length > 0) throw new FileProblem('file.no.kml');
  return readGeoJson(kml(document));
}

/** The areas of a file. */
export async function readAreaFile(file: Pick<File, 'name' | 'size' | 'text'>): Promise<Area> {
  const ending = ELSEWHERE.exec(file.name)?.[1];
  if (ending) throw new FileProblem('file.elsewhere', { ending: ending.toUpperCase() });
  if (file.size > MOST_BYTES * 8) throw new FileProblem('file.large');
  const text = (await file.text()).replace(/^\uFEFF/, '');
  if (/\.kml$/i.test(file.name) || /^\s*<(\?xml|kml)/.test(text)) return readKml(text);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new FileProblem('file.no.geojson');
  }
  return readGeoJson(document);
}
