/** The map: MapLibre behind the few verbs the portal needs. */
import {
  Map as MapLibre,
  ScaleControl,
  setWorkerUrl,
  type GeoJSONSource,
  type MapGeoJSONFeature,
  type MapMouseEvent,
  type StyleSpecification,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import type { Camera, FeatureName, View } from '../state';
import type { Place } from '../planner';
import { drawOn, type DrawEvents } from './drawing';
import { answersToPointer, entryOf, isShown, styleFor } from './entries';
import { withPlan, type PlanShapes } from './plan_layer';
import { withSelection, SELECTION } from './selection';
import { themesOf, tilesTouching, type Box } from './touched';
import { Twin } from './twin';

setWorkerUrl(workerUrl);

export type Bounds = readonly [west: number, south: number, east: number, north: number];
export type { Place } from '../planner';

/** A feature as its tile knows it: enough for a first look. */
export interface Glimpse extends FeatureName {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly geometry: GeoJSON.Geometry;
}

export interface MapEvents {
  /** The view moved and came to rest. */
  camera(camera: Camera): void;
  /** While moving: bearing in degrees and the map's middle. */
  moving(bearing: number, middle: Place): void;
  /** A place was asked about, with what the tiles know of it. */
  picked(place: Place, glimpses: readonly Glimpse[]): void;
  pointer(place: Place | null): void;
  /** Everything asked for is drawn. */
  rest(): void;
  /** Something could not be fetched. */
  trouble(): void;
}

/** The tile layer in which a tile says what it leaves out. */
const LEFT_OUT = 'diaba';
const MIN_ZOOM = 7;
const MAX_ZOOM = 21;
/** Half the side in pixels of the square a click looks in, and a finger's. */
const REACH = { mouse: 4, touch: 12 };
/** Pixels around a feature that is brought into view. */
const MARGIN = 60;
/** No shape is shown nearer than this, so that its surroundings tell where it lies. */
const CLOSEST_FIT = 18;

/** The province with room around it, so that its edge can be brought to the middle. */
function roomAround([west, south, east, north]: Bounds): [[number, number], [number, number]] {
  const [dx, dy] = [(east - west) * 0.75, (north - south) * 0.75];
  return [[west - dx, south - dy], [east + dx, north + dy]];
}

export class MapView {
  private readonly map: MapLibre;
  private readonly events: MapEvents;
  private style: StyleSpecification;
  /** The style as last shown, and those of its layers that answer to the pointer. */
  private drawn: StyleSpecification;
  private askable: string[] = [];
  /** Before its first style is there, MapLibre takes no other; the newest waits for it. */
  private loaded = false;
  private hovered: { source: string; sourceLayer: string; id: number } | null = null;
  private selection: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
  /** The view as last shown; the plan drawn by itself, and the one on the map over this. */
  private view: Pick<View, 'way' | 'layers' | 'opacity' | 'dark'>;
  private plan: PlanShapes | null = null;
  private twin: { readonly map: Twin; readonly plan: PlanShapes } | null = null;
  /** While an area is drawn the pointer asks about nothing. */
  private undraw: (() => void) | null = null;

  constructor(container: HTMLElement, style: StyleSpecification, view: View, home: Bounds, label: string, events: MapEvents) {
    this.style = style;
    this.events = events;
    this.view = view;
    this.drawn = this.draw(this.plan);
    this.map = new MapLibre({
      container,
      style: this.drawn,
      ...(view.camera
        ? { center: [view.camera.lon, view.camera.lat] as [number, number], zoom: view.camera.zoom }
        : { bounds: [...home] as [number, number, number, number], fitBoundsOptions: { padding: MARGIN } }),
      minZoom: MIN_ZOOM,
      maxZoom: MAX_ZOOM,
      maxBounds: roomAround(home),
      maxPitch: 0,
      attributionControl: false,
      // A tile kept out of sight would not be told of changes; asked for anew, it mostly answers 304.
      maxTileCacheSize: 0,
      fadeDuration: 150,
      locale: { 'Map.Title': label },
    });
    this.map.addControl(new ScaleControl({ maxWidth: 120, unit: 'metric' }), 'bottom-right');
    this.listen();
  }

  /** Shows another view of the same style. */
  show(view: Pick<View, 'way' | 'layers' | 'opacity' | 'dark'>, style = this.style): void {
    this.style = style;
    this.view = view;
    this.redraw();
  }

  /** Draws one plan by itself, or all plans again. */
  showPlan(plan: PlanShapes | null): void {
    if (plan === this.plan) return;
    this.plan = plan;
    this.redraw();
  }

  /** Shows another plan on a second map in `container`, which goes where this one goes; null takes it away. */
  showTwin(container: HTMLElement | null, plan: PlanShapes | null): void {
    if (!container || !plan) {
      this.twin?.map.remove();
      this.twin = null;
    } else if (this.twin) {
      this.twin = { map: this.twin.map, plan };
      this.twin.map.show(this.styled(plan));
    } else {
      this.twin = { map: new Twin(container, this.map, this.styled(plan)), plan };
    }
  }

  /** Hands clicks and keys to whoever draws an area; null ends it. */
  handDrawing(events: DrawEvents | null): void {
    this.undraw?.();
    this.setHover(null);
    this.undraw = events && drawOn(this.map, events);
  }

  /** Shows features of a drawing: shapes and corners. */
  sketch(features: readonly GeoJSON.Feature[]): void {
    this.selection = { type: 'FeatureCollection', features: [...features] };
    this.map.getSource<GeoJSONSource>(SELECTION)?.setData(this.selection);
  }

  /** Keys go to the map from now on. */
  focus(): void {
    this.map.getCanvas().focus({ preventScroll: true });
  }

  /** The map's middle. */
  centre(): Place {
    const { lng, lat } = this.map.getCenter();
    return [lng, lat];
  }

  /** Outlines a shape and marks a place; either may be none. */
  select(shape: GeoJSON.Geometry | null, place: Place | null): void {
    const features: GeoJSON.Feature[] = [];
    if (shape) features.push({ type: 'Feature', properties: { role: 'shape' }, geometry: shape });
    if (place) features.push({ type: 'Feature', properties: { role: 'place' }, geometry: { type: 'Point', coordinates: [...place] } });
    this.selection = { type: 'FeatureCollection', features };
    this.map.getSource<GeoJSONSource>(SELECTION)?.setData(this.selection);
  }

  /** Fetches again the tiles that touch the boxes of each theme, all of a theme's where it has none; all where there is nothing said. */
  refresh(boxes: Readonly<Record<string, readonly Box[] | null>> | null): void {
    if (!this.loaded) return;
    const zoom = Math.floor(this.map.getZoom());
    for (const [id, source] of Object.entries(this.drawn.sources)) {
      const themes = themesOf(source as Parameters<typeof themesOf>[0]).filter((theme) => !boxes || theme in boxes);
      const drawn = this.map.getSource(id) as { maxzoom?: number } | undefined;
      if (themes.length === 0 || !drawn) continue;
      const said = themes.map((theme) => boxes?.[theme] ?? null);
      // Tiles of lower zooms stand in until those of this one are there. Beyond a source's last zoom its tiles are cut
      // smaller, and go by the zoom they are shown at.
      const first = Math.max(0, Math.min(zoom, drawn.maxzoom ?? MAX_ZOOM) - 4);
      const tiles = said.includes(null) ? null : tilesTouching(said.flatMap((b) => b ?? []), first, zoom + 1);
      if (tiles) this.map.refreshTiles(id, tiles.map((tile) => ({ ...tile })));
      else this.map.refreshTiles(id);
    }
  }

  /** Brings a box into view, leaving `covered` pixels at its sides for what lies over the map. */
  fit(bounds: Bounds, covered: { left: number; bottom: number }): void {
    this.map.fitBounds([...bounds], {
      padding: { top: MARGIN, right: MARGIN, left: MARGIN + covered.left, bottom: MARGIN + covered.bottom },
      maxZoom: CLOSEST_FIT,
      duration: this.pace(900),
    });
  }

  /** Moves the map, if it must, until `place` lies clear of what covers its sides. */
  reveal(place: Place, covered: { left: number; bottom: number }): void {
    const { x, y } = this.map.project([...place]);
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const hiddenX = x < covered.left + MARGIN / 2;
    const hiddenY = y > height - covered.bottom - MARGIN / 2;
    if (!hiddenX && !hiddenY) return;
    const left = hiddenX ? x - covered.left - (width - covered.left) / 2 : 0;
    const down = hiddenY ? y - (height - covered.bottom) / 2 : 0;
    this.map.panBy([left, down], { duration: this.pace(400) });
  }

  /** Follows a camera that somebody else set, such as an address typed in; the map's own is left as it is. */
  look({ lon, lat, zoom }: Camera): void {
    const now = this.map.getCenter();
    const near = (a: number, b: number, by: number): boolean => Math.abs(a - b) < by;
    if (near(now.lng, lon, 2e-6) && near(now.lat, lat, 2e-6) && near(this.map.getZoom(), zoom, 0.01)) return;
    if (!this.map.isMoving()) this.map.jumpTo({ center: [lon, lat], zoom });
  }

  goTo(place: Place, zoom: number): void {
    this.map.easeTo({ center: [...place], zoom: Math.max(zoom, this.map.getZoom()), duration: this.pace(900) });
  }

  zoomBy(steps: number): void {
    this.map.easeTo({ zoom: this.map.getZoom() + steps, duration: this.pace(250) });
  }

  northUp(): void {
    this.map.easeTo({ bearing: 0, duration: this.pace(250) });
  }

  /** Asks about the map's middle, as a click there would. */
  pickMiddle(): void {
    const middle = this.map.getCenter();
    this.pick(middle.lng, middle.lat, REACH.touch);
  }

  /** Metres on the ground of a pixel at the map's middle. */
  metresPerPixel(): number {
    const { lat } = this.map.getCenter();
    return (40_075_016.686 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** this.map.getZoom());
  }

  /** Distinct values of a tile property among what is drawn of an entry. */
  valuesInView(entry: string, properties: readonly string[]): Map<string, Set<string>> {
    const layers = this.drawn.layers.filter((l) => entryOf(l) === entry && isShown(l));
    const values = new Map(properties.map((name) => [name, new Set<string>()]));
    for (const feature of this.map.queryRenderedFeatures({ layers: layers.map((l) => l.id) })) {
      for (const [name, seen] of values) {
        const value: unknown = feature.properties[name];
        if (typeof value === 'string') seen.add(value);
      }
    }
    return values;
  }

  /** Themes of which the tiles in view say that they leave something out. */
  leftOut(): Set<string> {
    const sources = Object.entries(this.drawn.sources).filter(([, source]) => source.type === 'vector');
    const said = sources.flatMap(([id]) => this.map.querySourceFeatures(id, { sourceLayer: LEFT_OUT }));
    // What is merged into classes is not lost: its legend says so.
    return new Set(said.flatMap(({ properties: p }) => (typeof p['chu_de'] === 'string' && !('lop' in p) ? [p['chu_de']] : [])));
  }

  /** The map as a picture, drawn at this moment (a WebGL canvas prints empty otherwise). */
  picture(): string {
    this.map.redraw();
    return this.map.getCanvas().toDataURL('image/png');
  }

  /** The middle of what is not covered at the sides. */
  middle(covered: { left: number; bottom: number }): Place {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const { lng, lat } = this.map.unproject([(covered.left + width) / 2, (height - covered.bottom) / 2]);
    return [lng, lat];
  }

  /** What the map shows. */
  bounds(): Bounds {
    const shown = this.map.getBounds();
    return [shown.getWest(), shown.getSouth(), shown.getEast(), shown.getNorth()];
  }

  /** Width of the map in pixels. */
  width(): number {
    return this.map.getContainer().clientWidth;
  }

  remove(): void {
    this.undraw?.();
    this.twin?.map.remove();
    this.map.remove();
  }

  private pace(milliseconds: number): number {
    return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : milliseconds;
  }

  private listen(): void {
    const { map, events } = this;
    const first = this.drawn;
    const moving = (): void => {
      const { lng, lat } = map.getCenter();
      events.moving(map.getBearing(), [lng, lat]);
    };
    const rested = (): void => {
      const { lng: lon, lat } = map.getCenter();
      events.camera({ lon, lat, zoom: map.getZoom() });
    };
    map.once('style.load', () => {
      this.loaded = true;
      if (this.drawn !== first) map.setStyle(this.drawn, { diff: true });
      moving();
      rested();
    });
    map.on('moveend', rested);
    map.on('move', moving);
    // What waits for the drawing (a test, a print service) reads it here.
    const { dataset } = map.getContainer();
    map.on('idle', () => {
      dataset['drawn'] = 'yes';
      events.rest();
    });
    for (const busy of ['movestart', 'dataloading'] as const) map.on(busy, () => (dataset['drawn'] = 'no'));
    map.on('error', () => events.trouble());
    map.on('mousemove', (event) => this.hover(event));
    map.on('mouseout', () => {
      this.setHover(null);
      events.pointer(null);
    });
    map.on('click', (event) => {
      if (this.undraw) return;
      const touch = 'pointerType' in event.originalEvent && event.originalEvent.pointerType === 'touch';
      this.pick(event.lngLat.lng, event.lngLat.lat, touch ? REACH.touch : REACH.mouse);
    });
    map.getCanvas().addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !this.undraw) this.pickMiddle();
    });
  }

  private pick(lon: number, lat: number, reach: number): void {
    const { x, y } = this.map.project([lon, lat]);
    const found = this.map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers: this.askable });
    const seen = new Set<string>();
    const glimpses = found.flatMap((f): Glimpse[] => {
      const name = `${f.sourceLayer}:${f.id}`;
      // What stands for several features is none of them.
      const stands = 'lop' in f.properties || 'so_luong' in f.properties;
      if (!f.sourceLayer || typeof f.id !== 'number' || stands || seen.has(name)) return [];
      seen.add(name);
      return [{ theme: f.sourceLayer, id: f.id, properties: f.properties, geometry: f.geometry }];
    });
    this.events.picked([lon, lat], glimpses);
  }

  private styled(plan: PlanShapes | null): StyleSpecification {
    return withPlan(styleFor(this.style, this.view), plan, this.view.dark);
  }

  private draw(plan: PlanShapes | null): StyleSpecification {
    const drawn = withSelection(this.styled(plan), this.selection);
    this.askable = drawn.layers.filter((l) => answersToPointer(l) && isShown(l)).map((l) => l.id);
    return drawn;
  }

  private redraw(): void {
    this.drawn = this.draw(this.plan);
    if (this.loaded) this.map.setStyle(this.drawn, { diff: true });
    this.twin?.map.show(this.styled(this.twin.plan));
  }

  private hover(event: MapMouseEvent): void {
    this.events.pointer([event.lngLat.lng, event.lngLat.lat]);
    if (this.undraw || this.map.isMoving()) return;
    const [top] = this.map.queryRenderedFeatures(event.point, { layers: this.askable });
    this.map.getCanvas().style.cursor = top ? 'pointer' : '';
    this.setHover(top ?? null);
  }

  private setHover(feature: MapGeoJSONFeature | null): void {
    const usable = feature?.sourceLayer && typeof feature.id === 'number';
    const next = usable ? { source: feature.source, sourceLayer: feature.sourceLayer ?? '', id: feature.id as number } : null;
    const same = next?.id === this.hovered?.id && next?.sourceLayer === this.hovered?.sourceLayer;
    if (same) return;
    if (this.hovered) this.map.setFeatureState(this.hovered, { hover: false });
    if (next) this.map.setFeatureState(next, { hover: true });
    this.hovered = next;
  }
}
