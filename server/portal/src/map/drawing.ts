/** Drawing an area on the map, by pointer, finger or keys; what becomes of it is for others to say. */
import type { Map as MapLibre, MapMouseEvent } from 'maplibre-gl';
import type { Place } from '../planner';

export interface DrawEvents {
  corner(place: Place): void;
  /** Where the next edge would go; null where the pointer is elsewhere. */
  pointer(place: Place | null): void;
  undo(): void;
  end(): void;
  cancel(): void;
}

/** Pixels between two clicks that are one: the second of a double click. */
const SAME = 4;

const isControl = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('button, input, select, textarea, a, [role=slider]') !== null;

/** Listens until the returned function is called. */
export function drawOn(map: MapLibre, events: DrawEvents): () => void {
  const canvas = map.getCanvas();
  let last: { x: number; y: number } | null = null;
  const place = (event: MapMouseEvent): Place => [event.lngLat.lng, event.lngLat.lat];
  const click = (event: MapMouseEvent): void => {
    const { x, y } = event.point;
    if (last && Math.hypot(x - last.x, y - last.y) < SAME) return;
    last = { x, y };
    events.corner(place(event));
  };
  const twice = (event: MapMouseEvent): void => {
    event.preventDefault();
    events.end();
  };
  const move = (event: MapMouseEvent): void => events.pointer(place(event));
  const out = (): void => events.pointer(null);
  // The place of a click before the map was moved is another one now.
  const moved = (): void => {
    last = null;
  };
  const keys: Readonly<Record<string, () => void>> = {
    Enter: () => events.end(),
    Escape: () => events.cancel(),
    Backspace: () => events.undo(),
    ' ': () => {
      const { lng, lat } = map.getCenter();
      events.corner([lng, lat]);
    },
  };
  const key = (event: KeyboardEvent): void => {
    const action = keys[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    // Keys belong to the control that has them, but for the way out.
    if (isControl(event.target) && event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    last = null;
    action();
  };
  const zooms = map.doubleClickZoom.isEnabled();
  map.doubleClickZoom.disable();
  map.on('click', click);
  map.on('dblclick', twice);
  map.on('mousemove', move);
  map.on('mouseout', out);
  map.on('movestart', moved);
  // Before the map's own keys, of which Enter asks about the middle.
  addEventListener('keydown', key, { capture: true });
  canvas.style.cursor = 'crosshair';
  return () => {
    map.off('click', click);
    map.off('dblclick', twice);
    map.off('mousemove', move);
    map.off('mouseout', out);
    map.off('movestart', moved);
    removeEventListener('keydown', key, { capture: true });
    canvas.style.cursor = '';
    if (zooms) map.doubleClickZoom.enable();
  };
}
