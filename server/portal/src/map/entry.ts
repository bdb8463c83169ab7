/**
 * What the style says of itself to the portal: the words that `build/style` writes into the style's metadata and
 * `entries.ts` reads there.
 */
import type { Way } from '../state';
import type { Bilingual } from '../text/translate';

/** One line of a legend. */
export interface LegendItem {
  readonly title: Bilingual;
  readonly kind: 'fill' | 'line' | 'dot';
  readonly color: string;
  /** Line colour of a fill, casing colour of a line. */
  readonly outline?: string;
  readonly dash?: boolean;
  /** Width of a line in pixels. */
  readonly width?: number;
}

/** What people switch on and off as one: the drawing of a theme, or a part of it. */
export interface Entry {
  readonly id: string;
  readonly theme: string;
  /** A title of its own where it is not the theme's. */
  readonly title?: Bilingual;
  readonly group: Way | 'ground';
  /** Ways in that switch it on. */
  readonly ways: readonly Way[];
  /** Colours from a code list, by the tile's property; classes below the theme's detail zoom. */
  readonly codes?: { readonly list: string; readonly property: string; readonly sign: LegendItem['kind'] };
  readonly legend?: readonly LegendItem[];
}

/** In the style's metadata: its entries, in drawing order of the panel. */
export const ENTRIES = 'diaba:entries';
/** In a layer's metadata: the entry it belongs to. */
export const ENTRY = 'diaba:entry';
/** In a layer's metadata: whether the pointer finds its features. */
export const HOVER = 'diaba:hover';
