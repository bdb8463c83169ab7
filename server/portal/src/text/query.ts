/** What somebody typed into the search box, understood. */
import { fromVn2000 } from '../crs/vn2000';

/** A parcel's key as people give it: commune code, map sheet, parcel number. */
export interface ParcelKey {
  readonly commune: string;
  readonly sheet: string;
  readonly parcel: string;
}

export type Query =
  | { readonly kind: 'parcel'; readonly key: ParcelKey }
  | { readonly kind: 'place'; readonly lon: number; readonly lat: number }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'empty' };

/** Lower case without Vietnamese marks: people type both `tờ 12` and `to 12`. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/đ/g, 'd').trim();
}

const COMMUNE = String.raw`(\d{5})`;
const NUMBER = String.raw`(\d{1,5}[a-z]?)`;
const LABELLED = {
  commune: new RegExp(String.raw`\b(?:xa|phuong|thi tran|ma xa|px|commune)\s*(?:so|:)?\s*${COMMUNE}\b`),
  sheet: new RegExp(String.raw`\b(?:to ban do|to bd|to|sheet)\s*(?:so|:)?\s*${NUMBER}\b`),
  parcel: new RegExp(String.raw`\b(?:thua dat|thua|parcel)\s*(?:so|:)?\s*${NUMBER}\b`),
};
const BARE = new RegExp(String.raw`^${COMMUNE}[\s/.,;-]+${NUMBER}[\s/.,;-]+${NUMBER}$`);

function labelledKey(text: string): ParcelKey | null {
  const sheet = LABELLED.sheet.exec(text)?.[1];
  const parcel = LABELLED.parcel.exec(text)?.[1];
  const commune = LABELLED.commune.exec(text)?.[1] ?? /\b(\d{5})\b/.exec(text.replace(/\b(?:thua|to)\s*(?:so)?\s*\d+/g, ''))?.[1];
  return sheet && parcel && commune ? { commune, sheet, parcel } : null;
}

/** A typed number; a comma is a decimal one, and dots between groups of three are thousands. */
function typedNumber(text: string): number {
  const grouped = /^\d{1,3}(\.\d{3})+(,\d+)?$/.test(text) ? text.replace(/\./g, '') : text;
  return Number(grouped.replace(',', '.'));
}

/** A pair of coordinates: VN-2000 metres in either order (the northing is above two million), or latitude, longitude. */
function place(text: string): Query | null {
  const match = /^(?:[xn]\s*[=:]?\s*)?(-?[\d.,]+?)(?:\s*[;,]\s+|\s*;\s*|\s+|,(?=\s*\d{2,3}\.\d))\s*(?:[ye]\s*[=:]?\s*)?(-?[\d.,]+)$/.exec(text);
  if (!match) return null;
  const [a, b] = [typedNumber(match[1] ?? ''), typedNumber(match[2] ?? '')];
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  if (high > 2_000_000 && high < 2_700_000 && low > 200_000 && low < 800_000) {
    const [lon, lat] = fromVn2000({ x: high, y: low });
    return { kind: 'place', lon, lat };
  }
  const isDegrees = low >= 8 && low <= 24 && high >= 102 && high <= 118;
  return isDegrees ? { kind: 'place', lon: high, lat: low } : null;
}

/** Understands a parcel key in its spellings, or a pair of coordinates. */
export function understand(typed: string): Query {
  const text = plain(typed).replace(/\s+/g, ' ');
  if (text === '') return { kind: 'empty' };
  const bare = BARE.exec(text);
  if (bare) return { kind: 'parcel', key: { commune: bare[1] ?? '', sheet: bare[2] ?? '', parcel: bare[3] ?? '' } };
  const key = labelledKey(text);
  if (key) return { kind: 'parcel', key };
  return place(text) ?? { kind: 'incomplete' };
}
