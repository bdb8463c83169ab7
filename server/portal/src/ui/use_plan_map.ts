import type { RefObject } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { CodeList, Feature, Theme } from '../api';
import type { MapView } from '../map/map';
import type { PlanShapes } from '../map/plan_layer';
import type { PlanName, Planner } from '../planner';
import { fetchZones } from '../plans';
import { useCodeLists, useCommon } from './context';
import { useFetched } from './use_plans';

const UNKNOWN = '#c9c4b8';

/** Zones with their colours and marks. */
export function shapesOf(zones: readonly Feature[], theme: Theme, list: CodeList | undefined): PlanShapes {
  const entries = [...(list?.codes ?? [])].sort((a, b) => Number(a.current) - Number(b.current));
  const colors = new Map(entries.map((code) => [code.code, code.color]));
  const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
  const mark = theme.label !== null && theme.label !== theme.legend ? theme.label : (theme.key[1] ?? '');
  return {
    type: 'FeatureCollection',
    features: zones.map(({ id, geometry, properties: p }) => ({
      type: 'Feature',
      id,
      geometry,
      properties: { color: colors.get(text(p[theme.legend ?? ''])) ?? UNKNOWN, label: text(p[mark]) },
    })),
  };
}

function usePlanShapes(plan: PlanName | null): PlanShapes | null {
  const { themes } = useCommon();
  const theme = plan ? themes.get(plan.theme) : undefined;
  const list = theme?.fields.find((field) => field.name === theme.legend)?.code_list;
  const lists = useCodeLists(list ? [list] : []);
  const field = theme?.key[0];
  const key = plan && field ? `${plan.theme}:${plan.code}` : null;
  const { found } = useFetched(key, (signal) => fetchZones(plan ?? { theme: '', code: '' }, field ?? '', signal));
  const codes = list ? lists.get(list) : undefined;
  return useMemo(() => (found && theme ? shapesOf(found, theme, codes) : null), [found, theme, codes]);
}

/** The plan that is looked at by itself. */
function alone({ tool, plan, of }: Planner): PlanName | null {
  if (tool !== 'lay') return plan;
  return of?.kind === 'plan' ? of.plan : null;
}

/** Draws the plans the planner looks at by themselves, the second of two on a map over the first. */
export function usePlanMap(map: RefObject<MapView | null>, twin: RefObject<HTMLDivElement | null>, planner: Planner | null): void {
  const compare = planner?.tool === 'compare';
  const first = usePlanShapes(planner && alone(planner));
  const second = usePlanShapes(compare ? planner.other : null);
  useEffect(() => map.current?.showPlan(first), [first]);
  const both = compare && planner.plan !== null && planner.other !== null;
  useEffect(() => map.current?.showTwin(both ? twin.current : null, second), [both, second]);
}
