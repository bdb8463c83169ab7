import { formatNumber, type Lang } from './format';
import { TABLE, type TextKey } from './table';

/** A text in both languages, as the server's themes and code lists give it. */
export interface Bilingual {
  readonly vi: string;
  readonly en: string;
}

export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** The sentences of one language. */
export function translator(lang: Lang): Translate {
  return (key, values = {}) =>
    TABLE[key][lang].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === 'number' ? formatNumber(value, lang) : value;
    });
}

/** The text in the language, or in the other one where it is missing. */
export const pick = (text: Bilingual, lang: Lang): string => text[lang] || text.vi || text.en;
