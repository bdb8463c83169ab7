import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Ready } from '../boot';
import type { Entry } from '../map/entries';
import type { MapEvents, MapView, Place } from '../map/map';
import type { View } from '../state';
import type { InView } from './legend';

export interface MapHold {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly map: RefObject<MapView | null>;
  /** Whether this browser could not draw the map. */
  readonly broken: boolean;
  readonly bearing: number;
  /** Where the pointer is, or the map's middle when it is elsewhere. */
  readonly place: Place | null;
}

/** Makes the map once and keeps it showing the view; events reach the newest handlers. */
export function useMap(ready: Ready, view: View, label: string, handlers: Pick<MapEvents, 'camera' | 'picked' | 'rest' | 'trouble'>): MapHold {
  const frame = useRef<HTMLDivElement>(null);
  const map = useRef<MapView>(null);
  const [broken, setBroken] = useState(false);
  const [pointer, setPointer] = useState<Place | null>(null);
  const [middle, setMiddle] = useState<{ bearing: number; place: Place | null }>({ bearing: 0, place: null });
  const newest = useRef(handlers);
  newest.current = handlers;

  useEffect(() => {
    if (!frame.current) return undefined;
    try {
      map.current = new ready.MapView(frame.current, ready.style, view, ready.home, label, {
        camera: (camera) => newest.current.camera(camera),
        picked: (place, glimpses) => newest.current.picked(place, glimpses),
        rest: () => newest.current.rest(),
        trouble: () => newest.current.trouble(),
        moving: (bearing, place) => setMiddle({ bearing, place }),
        pointer: setPointer,
      });
    } catch {
      setBroken(true);
    }
    return () => map.current?.remove();
  }, []);

  const made = useRef(false);
  useEffect(() => {
    if (made.current) map.current?.show(view, ready.style);
    made.current = true;
  }, [ready.style, view.way, view.layers, view.opacity, view.dark]);

  useEffect(() => {
    if (view.camera) map.current?.look(view.camera);
  }, [view.camera]);

  return { frame, map, broken, bearing: middle.bearing, place: pointer ?? middle.place };
}

const NONE: ReadonlySet<string> = new Set();

/** What codes and classes of each coded entry the map shows. */
export function takeStock(map: MapView, entries: readonly Entry[]): ReadonlyMap<string, InView> {
  const lacking = map.leftOut();
  return new Map(
    entries.map((entry): [string, InView] => {
      const property = entry.codes?.property;
      const values = property ? map.valuesInView(entry.id, [property, 'lop']) : new Map<string, ReadonlySet<string>>();
      const codes = (property && values.get(property)) || NONE;
      return [entry.id, { codes, classes: values.get('lop') ?? NONE, leftOut: lacking.has(entry.theme) }];
    }),
  );
}
