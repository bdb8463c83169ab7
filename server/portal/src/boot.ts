/** What must be there before the map can open. */
import type { StyleSpecification } from 'maplibre-gl';
import { fetchStyle, fetchThemes, type Theme } from './api';
import { union } from './map/geometry';
import type { Bounds, MapView } from './map/map';

export interface Ready {
  readonly themes: ReadonlyMap<string, Theme>;
  readonly style: StyleSpecification;
  readonly home: Bounds;
  /** The map library is most of the portal: it is fetched beside the data, after the first page is painted. */
  readonly MapView: typeof MapView;
}

/** The province's box, for a register that holds nothing yet. */
const PROVINCE: Bounds = [105.85, 20.95, 107.05, 21.65];

export const styleName = (dark: boolean): string => (dark ? 'register-dark' : 'register');

/** Themes, style and where home is: what the data covers. */
export async function boot(dark: boolean, signal: AbortSignal): Promise<Ready> {
  const [themes, style, map] = await Promise.all([
    fetchThemes(signal),
    fetchStyle<StyleSpecification>(styleName(dark), signal),
    import('./map/map'),
  ]);
  const home = union(themes.flatMap((theme) => (theme.bounds ? [theme.bounds] : []))) ?? PROVINCE;
  return { themes: new Map(themes.map((theme) => [theme.id, theme])), style, home, MapView: map.MapView };
}
