/** Plans and overlays: how the server is asked for them. */
import { ApiError, fetchFeature, get, refusal, type Feature, type NamedCode, type Said } from './api';
import type { Laid, PlanName, Planner } from './planner';
import type { Bilingual } from './text/translate';

export type Box = readonly [number, number, number, number];

export interface PlanEntry extends PlanName {
  readonly name: string | null;
  readonly level: NamedCode | null;
  readonly zones: number;
  /** m². */
  readonly area: number;
  /** West, south, east, north in degrees. */
  readonly bbox: Box | null;
}

export interface PlanZone {
  readonly id: number;
  readonly label: string;
  readonly area: number;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface PlanFunction {
  readonly class: NamedCode | null;
  readonly area: number;
  readonly percent: number;
  readonly count: number;
  readonly zones: readonly PlanZone[];
}

export interface PlanRecord extends PlanName {
  readonly theme_title: Bilingual;
  readonly name: string | null;
  readonly bbox: Box | null;
  readonly fields: readonly Said[];
  readonly boundary: { readonly theme: string; readonly id: number; readonly area: number } | null;
  readonly zones: number;
  readonly area: number;
  readonly functions: readonly PlanFunction[];
  readonly legal: readonly Bilingual[];
  readonly sources: readonly { readonly theme: string; readonly dataset: string; readonly imported_at: string }[];
}

export interface OverlaySum {
  readonly of_class: NamedCode | null;
  readonly class: NamedCode | null;
  readonly features: number;
  /** m². */
  readonly area: number;
}

export interface OverlayTable {
  readonly of: { readonly theme: string; readonly title: Bilingual } | null;
  readonly on: { readonly theme: string; readonly title: Bilingual };
  readonly pairs: number;
  readonly features: number;
  /** m². */
  readonly laid_area: number;
  readonly area: number;
  readonly by: readonly OverlaySum[];
}

export const FORMATS = ['xlsx', 'csv', 'geojson', 'gpkg'] as const;
export type FileFormat = (typeof FORMATS)[number];

/** What `POST /overlay` is sent. */
export interface Laying {
  readonly of: { readonly area: unknown } | { readonly theme: string; readonly id?: number; readonly key?: readonly string[] };
  readonly on: { readonly theme: string; readonly key?: readonly string[] };
}

const UNITS = 'admin_units';
const part = encodeURIComponent;

export const fetchPlans = (signal?: AbortSignal): Promise<readonly PlanEntry[]> => get('/plans', signal);

export const fetchPlan = ({ theme, code }: PlanName, signal?: AbortSignal): Promise<PlanRecord> => get(`/plans/${part(theme)}/${part(code)}`, signal);

interface Page {
  readonly features: readonly Feature[];
  readonly links?: readonly { readonly rel: string; readonly href: string }[];
}

/** Pages of zones that are drawn: plans of a whole province have less. */
const MOST_PAGES = 5;

/** All zones of a plan, `field` being the one with its key. */
export async function fetchZones({ theme, code }: PlanName, field: string, signal?: AbortSignal): Promise<readonly Feature[]> {
  const found: Feature[] = [];
  let next: string | undefined = `/collections/${part(theme)}/items?${part(field)}=${part(code)}&limit=10000`;
  for (let page = 0; next && page < MOST_PAGES; page += 1) {
    const answer: Page = await get<Page>(next, signal);
    found.push(...answer.features.map((feature) => ({ ...feature, theme })));
    const href = answer.links?.find((link) => link.rel === 'next')?.href;
    // Links name the host the server knows itself by; the portal stays where it is.
    const url: URL | null = href ? new URL(href, location.href) : null;
    next = url ? url.pathname + url.search : undefined;
  }
  return found;
}

/** The commune of a code as it is now: codes were given again in July 2025. */
export async function fetchCommune(code: string, version: string | undefined, signal?: AbortSignal): Promise<Feature | null> {
  const page = await get<Page>(`/collections/${UNITS}/items?ma_dvhc=${part(code)}&limit=20`, signal);
  const communes = page.features.filter(({ properties: p }) => p['cap'] === undefined || p['cap'] === null || p['cap'] === 'xa');
  const now = communes.find(({ properties: p }) => version !== undefined && p['danh_muc'] === version);
  const found = now ?? communes.at(-1);
  return found ? { ...found, theme: UNITS } : null;
}

/** The ground of what is laid, and how the server is told of it; null where there is no such commune or plan. */
export interface Ground {
  readonly of: Laying['of'];
  readonly shape: GeoJSON.Geometry | null;
}

export const polygonOf = (corners: readonly (readonly [number, number])[]): GeoJSON.Polygon => ({
  type: 'Polygon',
  coordinates: [[...corners, ...corners.slice(0, 1)].map(([lon, lat]) => [lon, lat])],
});

/** Several polygons as one shape. */
export function together(features: readonly { readonly geometry: GeoJSON.Geometry }[]): GeoJSON.MultiPolygon {
  const polygons = features.flatMap(({ geometry }): GeoJSON.Position[][][] => {
    if (geometry.type === 'Polygon') return [geometry.coordinates];
    return geometry.type === 'MultiPolygon' ? geometry.coordinates : [];
  });
  return { type: 'MultiPolygon', coordinates: polygons };
}

/** `plans` says where plans have a boundary of their own; `version` is the code list's that communes are named in. */
export async function groundOf(laid: Laid, version: string | undefined, signal?: AbortSignal): Promise<Ground | null> {
  if (laid.kind === 'drawn') {
    const shape = polygonOf(laid.corners);
    return { of: { area: shape }, shape };
  }
  if (laid.kind === 'file') return { of: { area: laid.area }, shape: together(laid.area.features) };
  if (laid.kind === 'commune') {
    const commune = await fetchCommune(laid.code, version, signal);
    return commune && { of: { theme: UNITS, id: commune.id }, shape: commune.geometry };
  }
  const { theme, code } = laid.plan;
  const record = await fetchPlan(laid.plan, signal);
  const shape = record.boundary ? (await fetchFeature(record.boundary, signal)).geometry : null;
  return { of: { theme, key: [code] }, shape };
}

async function lay(laying: Laying, format: 'json' | FileFormat, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/overlay?f=${format}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...laying, limit: 0 }),
      signal: signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, null);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

export const onOf = ({ theme, code }: Planner['on']): Laying['on'] => (code === null ? { theme } : { theme, key: [code] });

export const fetchOverlay = async (laying: Laying, signal?: AbortSignal): Promise<OverlayTable> =>
  (await (await lay(laying, 'json', signal)).json()) as OverlayTable;

/** All pairs as a file. */
export const fetchOverlayFile = async (laying: Laying, format: FileFormat): Promise<Blob> => (await lay(laying, format)).blob();
