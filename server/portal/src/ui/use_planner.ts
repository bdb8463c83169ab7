import type { RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { MapView } from '../map/map';
import type { Planner } from '../planner';
import type { View } from '../state';
import { useCommon } from './context';
import { zonesOf } from './plan_links';
import { useDrawing, type Drawing } from './use_drawing';
import { usePlanMap } from './use_plan_map';

export interface PlannerHold {
  /** Whether the planner's tools are shown: the way in is theirs, and there are plans. */
  readonly open: boolean;
  /** The ground that is laid. */
  readonly ground: GeoJSON.Geometry | null;
  setGround(shape: GeoJSON.Geometry | null): void;
  readonly drawing: Drawing;
  /** Where the second of two plans is drawn. */
  readonly twin: RefObject<HTMLDivElement | null>;
  patch(part: Partial<Planner>): void;
  /** Whether a change of this theme is one of what the planner looks at. */
  concerns(theme: string): boolean;
}

/** The planner's part of the view, what is drawn of it on the map, and drawing. */
export function usePlanner(map: RefObject<MapView | null>, view: View, patchView: (part: Partial<View>) => void): PlannerHold {
  const { themes } = useCommon();
  const open = view.way === 'planning' && !view.wall && [...themes.values()].some((theme) => zonesOf(theme, themes));
  const newest = useRef(view.planner);
  newest.current = view.planner;
  const patch = useCallback((part: Partial<Planner>) => patchView({ planner: { ...newest.current, ...part } }), [patchView]);
  const [ground, setGround] = useState<GeoJSON.Geometry | null>(null);
  const drawing = useDrawing(
    map,
    (corners) => patch({ of: { kind: 'drawn', corners } }),
    () => map.current?.select(ground, null),
  );
  const canDraw = open && view.planner.tool === 'lay';
  useEffect(() => {
    if (!canDraw && drawing.corners) drawing.cancel();
  }, [canDraw]);
  const twin = useRef<HTMLDivElement>(null);
  usePlanMap(map, twin, open ? view.planner : null);
  const concerns = (theme: string): boolean => open && (theme === view.planner.on.theme || themes.get(theme)?.extract === 'plan');
  return { open, ground, setGround, drawing, twin, patch, concerns };
}
