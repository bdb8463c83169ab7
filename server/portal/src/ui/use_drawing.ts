import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { MapView } from '../map/map';
import type { Place } from '../planner';
import { drawnOf, flawOf, withCorner, withoutLast, type Corners, type Flaw } from '../sketch';

export interface Drawing {
  /** The corners so far; null while nothing is drawn. */
  readonly corners: Corners | null;
  /** What kept it from being closed. */
  readonly flaw: Flaw | null;
  start(): void;
  middle(): void;
  undo(): void;
  end(): void;
  cancel(): void;
}

/** Drawing an area on the map; `done` gets its corners. */
export function useDrawing(map: RefObject<MapView | null>, done: (corners: Corners) => void, cancelled: () => void): Drawing {
  const [corners, setCorners] = useState<Corners | null>(null);
  const [flaw, setFlaw] = useState<Flaw | null>(null);
  const now = useRef<Corners>([]);
  const pointer = useRef<Place | null>(null);
  const take = (next: Corners): void => {
    now.current = next;
    setCorners(next);
    setFlaw(null);
    map.current?.sketch(drawnOf(next, pointer.current));
  };
  const leave = (): void => {
    map.current?.handDrawing(null);
    pointer.current = null;
    setCorners(null);
    setFlaw(null);
  };
  const add = (place: Place): void => take(withCorner(now.current, place));
  const undo = (): void => take(withoutLast(now.current));
  const end = (): void => {
    const found = flawOf(now.current);
    if (found) {
      setFlaw(found);
      return;
    }
    const closed = now.current;
    leave();
    done(closed);
  };
  const cancel = (): void => {
    leave();
    cancelled();
  };
  const newest = useRef({ add, undo, end, cancel });
  newest.current = { add, undo, end, cancel };
  useEffect(() => () => map.current?.handDrawing(null), []);
  return {
    corners,
    flaw,
    start: () => {
      take([]);
      map.current?.handDrawing({
        corner: (place) => newest.current.add(place),
        pointer: (place) => {
          pointer.current = place;
          map.current?.sketch(drawnOf(now.current, place));
        },
        undo: () => newest.current.undo(),
        end: () => newest.current.end(),
        cancel: () => newest.current.cancel(),
      });
      map.current?.focus();
    },
    middle: () => {
      const place = map.current?.centre();
      if (place) add(place);
    },
    undo,
    end,
    cancel,
  };
}
