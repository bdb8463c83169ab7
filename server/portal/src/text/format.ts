/** Numbers, areas, dates and coordinates as people of each language write them. */

export type Lang = 'vi' | 'en';

const LOCALE: Record<Lang, string> = { vi: 'vi-VN', en: 'en-GB' };
const HECTARE = 10_000;

/** A number with at most `digits` decimals: `1.234,5` in Vietnamese, `1,234.5` in English. */
export function formatNumber(value: number, lang: Lang, digits = 2, atLeast = 0): string {
  return new Intl.NumberFormat(LOCALE[lang], {
    minimumFractionDigits: atLeast,
    maximumFractionDigits: digits,
  }).format(value);
}

/** An area given in square metres: in m² up to one hectare, in ha above. */
export function formatArea(squareMetres: number, lang: Lang): string {
  return squareMetres <= HECTARE
    ? `${formatNumber(squareMetres, lang, 1)} m²`
    : `${formatNumber(squareMetres / HECTARE, lang, squareMetres < 100 * HECTARE ? 2 : 1)} ha`;
}

/** `2025-07-01` (or a timestamp that begins so) as `01/07/2025`; anything else as it is. */
export function formatDate(iso: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T.*)?$/.exec(iso);
  return match ? `${match[3]}/${match[2]}/${match[1]}` : iso;
}

/** An instant as clocks in Vietnam show it, the hour first: `07:00 06/10/2025`; anything else as it is. */
export function formatInstant(iso: string): string {
  const at = new Date(iso);
  if (!/T/.test(iso) || Number.isNaN(at.getTime())) return iso;
  const [date = '', time = ''] = new Date(at.getTime() + 7 * 3_600_000).toISOString().split('T');
  return `${time.slice(0, 5)} ${formatDate(date)}`;
}

/** Spellings of UCUM units for people. */
const UNITS: Readonly<Record<string, string>> = { m2: 'm²', m3: 'm³', 'm3/s': 'm³/s', 'm3/h': 'm³/h' };

/** A number with its unit; areas choose between m² and ha themselves. */
export function formatQuantity(value: number, unit: string | null, lang: Lang): string {
  if (unit === 'm2') return formatArea(value, lang);
  if (unit === 'ha') return formatArea(value * HECTARE, lang);
  const number = formatNumber(value, lang, 3);
  return unit ? `${number} ${UNITS[unit] ?? unit}` : number;
}

/** Latitude and longitude in degrees with six decimals (about a decimetre). */
export function formatLonLat(lon: number, lat: number): string {
  return `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
}

/** A VN-2000 pair to the centimetre, X (northing) first. */
export function formatVn2000(place: { x: number; y: number }, lang: Lang): { x: string; y: string } {
  return { x: formatNumber(place.x, lang, 2, 2), y: formatNumber(place.y, lang, 2, 2) };
}
