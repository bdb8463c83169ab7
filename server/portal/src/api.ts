/** The server's answers, as types, and how to ask for them. */
import type { FeatureName } from './state';
import type { ParcelKey } from './text/query';
import type { Bilingual } from './text/translate';

export interface Field {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'real' | 'boolean' | 'date' | 'json';
  readonly title: Bilingual;
  readonly unit: string | null;
  readonly code_list: string | null;
}

export interface Theme {
  readonly id: string;
  readonly title: Bilingual;
  readonly description: Bilingual;
  readonly group: string;
  readonly geometry: 'point' | 'line' | 'polygon' | 'any';
  readonly zooms: { readonly min: number; readonly detail: number; readonly max: number };
  readonly key: readonly string[];
  readonly label: string | null;
  /** The field whose code colours it. */
  readonly legend: string | null;
  readonly fields: readonly Field[];
  readonly count: number;
  /** West, south, east, north in degrees. */
  readonly bounds: readonly [number, number, number, number] | null;
  /** Its role in extracts of parcels. */
  readonly extract: 'subject' | 'plan' | 'restriction' | 'area' | 'finding' | null;
  readonly datasets: readonly Dataset[];
}

export interface Dataset {
  readonly id: string;
  /** ISO 8601. */
  readonly imported_at: string;
}

export interface Code {
  readonly code: string;
  readonly title: Bilingual;
  readonly color: string | null;
  /** Whether it is a code of the list's current version; a code may have entries of several versions. */
  readonly current: boolean;
}

export interface CodeClass {
  readonly id: string;
  readonly title: Bilingual;
  readonly color: string;
}

export interface CodeList {
  readonly id: string;
  /** The version values are written in. */
  readonly version: string;
  readonly codes: readonly Code[];
  readonly classes: readonly CodeClass[];
}

export interface Feature {
  readonly type: 'Feature';
  readonly id: number;
  readonly theme: string;
  readonly dataset?: string;
  readonly era?: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly geometry: GeoJSON.Geometry;
}

export interface Identified {
  readonly lon: number;
  readonly lat: number;
  readonly features: readonly Feature[];
}

/** Something a typed text may stand for. */
export interface FoundItem {
  readonly kind: 'parcel' | 'unit' | 'place' | 'feature';
  readonly title: Bilingual;
  readonly subtitle: Bilingual;
  /** West, south, east, north in degrees. */
  readonly bbox: readonly [number, number, number, number] | null;
  readonly point: readonly [number, number] | null;
  readonly theme: string | null;
  readonly id: number | null;
  readonly cost: number;
}

export interface Found {
  readonly read_as: 'nothing' | 'parcel' | 'place' | 'name';
  readonly key?: { readonly ma_xa: string | null; readonly so_to: string; readonly so_thua: string };
  readonly results: readonly FoundItem[];
}

/** A refusal the server explained, in Vietnamese (`title`) and English (`detail`), or a network that failed (neither). */
export class ApiError extends Error {
  readonly reason: Bilingual | null;
  readonly status: number;

  constructor(status: number, reason: Bilingual | null) {
    super(reason?.en ?? 'no connection');
    this.status = status;
    this.reason = reason;
  }
}

export async function refusal(response: Response): Promise<ApiError> {
  const fallback = `${response.status} ${response.statusText}`.trim();
  try {
    const problem = (await response.json()) as { title?: unknown; detail?: unknown };
    const text = (value: unknown): string => (typeof value === 'string' && value ? value : fallback);
    return new ApiError(response.status, { vi: text(problem.title), en: text(problem.detail ?? problem.title) });
  } catch {
    return new ApiError(response.status, { vi: fallback, en: fallback });
  }
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { headers: { accept: 'application/json, application/geo+json' }, signal: signal ?? null });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, null);
  }
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as T;
}

/** Whether an error only says that the question was withdrawn. */
export const isWithdrawn = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

const part = encodeURIComponent;
/** Characters the server reads of a question. */
const LONGEST_QUESTION = 200;

export const fetchThemes = (signal?: AbortSignal): Promise<Theme[]> => get('/themes', signal);

export const fetchStyle = <T>(name: string, signal?: AbortSignal): Promise<T> => get(`/styles/${part(name)}`, signal);

/** What lies within `tolerance` metres of a place (degrees, WGS 84), in the themes' order. */
export function identify(
  place: readonly [lon: number, lat: number],
  themes: readonly string[],
  tolerance: number,
  signal?: AbortSignal,
): Promise<Identified> {
  if (themes.length === 0) return Promise.resolve({ lon: place[0], lat: place[1], features: [] });
  const query = new URLSearchParams({
    lon: place[0].toFixed(8),
    lat: place[1].toFixed(8),
    themes: themes.join(','),
    tolerance: tolerance.toFixed(2),
  });
  return get(`/identify?${query.toString()}`, signal);
}

/** What a typed text may stand for; what lies in the box comes first among equals. */
export function fetchSearch(text: string, box: readonly number[] | null, signal?: AbortSignal): Promise<Found> {
  const query = new URLSearchParams({ q: text.slice(0, LONGEST_QUESTION) });
  if (box) query.set('bbox', box.map((degrees) => degrees.toFixed(5)).join(','));
  return get(`/search?${query.toString()}`, signal);
}

/** All parcels of a key, in both eras of commune codes. */
export async function fetchParcels(key: ParcelKey, signal?: AbortSignal): Promise<Feature[]> {
  const path = `/parcels/${part(key.commune)}/${part(key.sheet)}/${part(key.parcel)}`;
  const answer = await get<{ parcels: Feature[] }>(path, signal);
  return answer.parcels.map((parcel) => ({ ...parcel, theme: parcel.theme ?? 'land_parcels' }));
}

export async function fetchFeature(name: FeatureName, signal?: AbortSignal): Promise<Feature> {
  const path = `/collections/${part(name.theme)}/items/${part(String(name.id))}`;
  return { ...(await get<Feature>(path, signal)), theme: name.theme };
}

export interface NamedCode {
  readonly code: string;
  readonly title: Bilingual | null;
  readonly color: string | null;
}

export interface Said {
  readonly name: string;
  readonly title: Bilingual;
  readonly value: unknown;
  readonly codes?: readonly NamedCode[];
  readonly unit: string | null;
}

export interface TouchingPart {
  readonly id: number;
  readonly label: string;
  readonly class: NamedCode | null;
  /** m². */
  readonly area: number;
  readonly percent: number;
  readonly corridor: { readonly river: number; readonly land: number; readonly reference: boolean; readonly legal: Bilingual | null } | null;
  readonly fields: readonly Said[];
  readonly source: { readonly dataset: string; readonly imported_at: string };
}

export interface TouchingTheme {
  readonly theme: string;
  readonly title: Bilingual;
  readonly legal: readonly Bilingual[];
  /** m². */
  readonly area: number;
  readonly percent: number;
  readonly groups: readonly {
    readonly key: string | null;
    readonly record: readonly Said[];
    readonly outside: number;
    readonly parts: readonly TouchingPart[];
  }[];
}

/** A protected work near a parcel whose corridor nothing gives. */
export interface Unmeasured {
  readonly theme: string;
  readonly theme_title: Bilingual;
  readonly id: number;
  readonly label: string;
  readonly class: NamedCode | null;
  /** Metres; 0 where it lies on the parcel. */
  readonly distance: number;
}

/** Everything the register knows about a parcel; areas in m², lengths in metres. */
export interface Extract {
  readonly theme: string;
  readonly id: number;
  readonly area: { readonly declared: number | null; readonly computed: number; readonly working: number };
  readonly survey: {
    readonly epsg: number;
    readonly grid: Bilingual;
    readonly rings: readonly {
      readonly hole: boolean;
      readonly corners: readonly { readonly number: number; readonly x: number; readonly y: number; readonly length: number }[];
    }[];
  };
  readonly neighbours: readonly { readonly id: number; readonly title: Bilingual; readonly land_use: NamedCode | null; readonly length: number }[];
  readonly touching: readonly TouchingTheme[];
  readonly not_touching: readonly { readonly theme: string; readonly title: Bilingual }[];
  readonly unmeasured: readonly Unmeasured[];
  readonly no_data: readonly { readonly theme: string; readonly title: Bilingual }[];
}

/** The address of a parcel's extract. */
export const extractPath = (name: FeatureName): string => `/collections/${part(name.theme)}/items/${part(String(name.id))}/extract`;

export const fetchExtract = (name: FeatureName, signal?: AbortSignal): Promise<Extract> => get(extractPath(name), signal);

const lists = new Map<string, Promise<CodeList>>();

/** A code list, fetched once; a failure is forgotten so that it can be tried again. */
export function fetchCodeList(id: string): Promise<CodeList> {
  const known = lists.get(id);
  if (known) return known;
  const asked = get<CodeList>(`/code-lists/${part(id)}`);
  lists.set(id, asked);
  asked.catch(() => lists.delete(id));
  return asked;
}
