/** Growing areas for the agronomist: how they are asked for, filtered and added up. */
import { ApiError, get, refusal, type Feature } from './api';
import type { Bilingual } from './text/translate';

/** The fields areas are filtered by, in the panel's order. */
export const FILTERS = ['cay', 'thi_truong', 'tieu_chuan', 'trang_thai', 'ma_xa'] as const;
export type Filter = (typeof FILTERS)[number];
export type Filters = Readonly<Partial<Record<Filter, string>>>;

export const ZONES = 'crop_zones';
export const OBSERVATIONS = 'pest_observations';
const MOST = '10000';

export interface Observation {
  readonly id: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface ZoneSheet {
  readonly id: number;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly area_m2: number;
  readonly parcels: {
    readonly count: number;
    readonly area_m2: number;
    readonly uses: readonly { readonly loai_dat: string | null; readonly title: Bilingual | null; readonly count: number; readonly area_m2: number }[];
  };
  readonly works: readonly { readonly id: number; readonly name: string | null; readonly kind: Bilingual | null; readonly distance_m: number }[];
  readonly observations: readonly Observation[];
}

const asked = (filters: Filters): URLSearchParams => new URLSearchParams(Object.entries(filters).filter(([, value]) => value));

/** All areas of a filter. */
export async function fetchZones(filters: Filters, signal?: AbortSignal): Promise<readonly Feature[]> {
  const query = asked(filters);
  query.set('limit', MOST);
  const page = await get<{ features: Feature[] }>(`/collections/${ZONES}/items?${query.toString()}`, signal);
  return page.features.map((feature) => ({ ...feature, theme: ZONES }));
}

export const fetchZone = (id: number, signal?: AbortSignal): Promise<ZoneSheet> => get(`/growing-zones/${id}`, signal);

/** Where the workbook of a filter is. */
export const workbook = (filters: Filters): string => {
  const query = asked(filters).toString();
  return `/growing-zones.xlsx${query ? `?${query}` : ''}`;
};

/** Whether observations can be entered here: the home is a database, and editing is on. */
export async function canEnter(): Promise<boolean> {
  const answer = await fetch(`/collections/${OBSERVATIONS}/items`, { method: 'OPTIONS' }).catch(() => null);
  return answer?.headers.get('allow')?.includes('POST') ?? false;
}

/** Enters an observation at a place; the key is the office's. */
export async function enter(place: readonly [number, number], properties: Readonly<Record<string, unknown>>, key: string): Promise<void> {
  const document = { type: 'Feature', properties, geometry: { type: 'Point', coordinates: place } };
  const headers = { 'content-type': 'application/geo+json', authorization: `Bearer ${key}` };
  let answer: Response;
  try {
    answer = await fetch(`/collections/${OBSERVATIONS}/items`, { method: 'POST', headers, body: JSON.stringify(document) });
  } catch {
    throw new ApiError(0, null);
  }
  if (!answer.ok) throw await refusal(answer);
}

export interface Total {
  readonly crop: string;
  readonly commune: string;
  readonly count: number;
  /** Declared, hectares. */
  readonly hectares: number;
}

/** Areas and declared hectares by crop and commune, the largest first. */
export function totals(zones: readonly Feature[]): readonly Total[] {
  const sums = new Map<string, Total>();
  for (const { properties: p } of zones) {
    const [crop, commune] = [String(p['cay'] ?? ''), String(p['ma_xa'] ?? '')];
    const before = sums.get(`${crop}/${commune}`);
    const hectares = typeof p['dien_tich_ha'] === 'number' ? p['dien_tich_ha'] : 0;
    sums.set(`${crop}/${commune}`, { crop, commune, count: (before?.count ?? 0) + 1, hectares: (before?.hectares ?? 0) + hectares });
  }
  return [...sums.values()].sort((a, b) => b.hectares - a.hectares || a.crop.localeCompare(b.crop));
}

/** `cay:vai_thieu,ma_xa:07210` as filters; what is no filter is left out. */
export function readFilters(text: string | null): Filters {
  const pairs = (text ?? '').split(',').flatMap((pair): [Filter, string][] => {
    const [name, value] = pair.split(':');
    const filter = FILTERS.find((known) => known === name);
    return filter && value && /^[\w-]{1,40}$/.test(value) ? [[filter, value]] : [];
  });
  return Object.fromEntries(pairs);
}

export const writeFilters = (filters: Filters): string =>
  FILTERS.flatMap((name) => (filters[name] ? [`${name}:${filters[name]}`] : [])).join(',');
