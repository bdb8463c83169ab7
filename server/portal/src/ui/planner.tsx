import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { boundsOf } from '../map/geometry';
import type { Bounds } from '../map/map';
import { TOOLS, type Planner } from '../planner';
import { fetchPlans } from '../plans';
import { useCommon } from './context';
import { Compare } from './compare';
import { Icon } from './icons';
import { Lay } from './lay';
import { PanelFooter } from './panel_footer';
import { PlanList } from './plan_list';
import { PlanRecordView } from './plan_record';
import type { Drawing } from './use_drawing';
import { useFetched } from './use_plans';

interface Props {
  readonly planner: Planner;
  readonly drawing: Drawing;
  /** Whether something else is looked at: what was found here stays. */
  readonly hidden: boolean;
  /** Whether the link that was opened says where the map is. */
  readonly placed: boolean;
  readonly beat: number;
  readonly onPatch: (part: Partial<Planner>) => void;
  readonly onGround: (shape: GeoJSON.Geometry | null) => void;
  readonly onShow: (box: Bounds) => void;
  readonly onLink: () => void;
  readonly onPrint: () => void;
}

/** A burst of changes is followed once, after it: what is asked for anew is measured anew. */
const SETTLES = 3000;

function useSettled(told: number): number {
  const [settled, setSettled] = useState(told);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(told), SETTLES);
    return () => clearTimeout(timer);
  }, [told]);
  return settled;
}

/** The planner's panel: the plans and their records, the overlay, two plans beside each other. */
export function PlannerPanel({ planner, drawing, hidden, placed, beat: told, onPatch, onGround, onShow, onLink, onPrint }: Props): JSX.Element {
  const { t } = useCommon();
  const [attempt, setAttempt] = useState(0);
  const [folded, setFolded] = useState(false);
  const beat = useSettled(told);
  const plans = useFetched('plans', fetchPlans, `${attempt}/${beat}`);
  const list = plans.found ?? [];
  // The place a link says stays until something else is chosen.
  const held = useRef(placed);
  const show = (box: Bounds | null): void => {
    if (held.current) held.current = false;
    else if (box) onShow(box);
  };
  const ground = useMemo(
    () => (shape: GeoJSON.Geometry | null) => {
      onGround(shape);
      if (shape) show(boundsOf(shape));
    },
    [],
  );
  const { tool, plan, other } = planner;
  // What is chosen by hand is gone to, also where the link had a place but nothing chosen.
  useEffect(() => {
    if (planner.of === null && plan === null) held.current = false;
  }, []);
  const first = list.find((one) => one.theme === plan?.theme && one.code === plan.code);
  const compared = tool === 'compare' && plan && other ? `${plan.code} ${other.code}` : null;
  useEffect(() => {
    const second = list.find((one) => one.theme === other?.theme && one.code === other.code);
    // The smaller of the two is where they can be compared.
    const [a, b] = [first?.bbox ?? null, second?.bbox ?? null];
    if (compared && (a || b)) show(a && b ? (size(a) < size(b) ? a : b) : (a ?? b));
  }, [compared, plans.found !== null]);
  useEffect(() => {
    if (tool !== 'lay') onGround(null);
  }, [tool]);

  const classes = ['planner', 'sheet', folded && 'folded', drawing.corners && 'drawing'].filter(Boolean).join(' ');
  return (
    <section class={classes} aria-label={t('planner.tools')} hidden={hidden}>
      <header>
        <div class="tools" role="tablist" aria-label={t('planner.tools')}>
          {TOOLS.map((id) => (
            <button
              key={id}
              type="button"
              role="tab"
              id={`tool-${id}`}
              aria-selected={tool === id}
              aria-controls="tool-panel"
              tabIndex={tool === id ? 0 : -1}
              onClick={() => {
                setFolded(false);
                onPatch({ tool: id });
              }}
              onKeyDown={(event) => {
                const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
                const next = TOOLS[(TOOLS.indexOf(id) + step + TOOLS.length) % TOOLS.length];
                if (step === 0 || !next) return;
                onPatch({ tool: next });
                document.getElementById(`tool-${next}`)?.focus();
              }}
            >
              {t(`planner.${id}`)}
            </button>
          ))}
        </div>
        <button type="button" class="quiet fold" aria-expanded={!folded} aria-label={t(folded ? 'planner.unfold' : 'planner.fold')} title={t(folded ? 'planner.unfold' : 'planner.fold')} onClick={() => setFolded(!folded)}>
          <Icon name="chevron" />
        </button>
      </header>
      <div class="sheet-body" id="tool-panel" role="tabpanel" aria-labelledby={`tool-${tool}`} tabIndex={-1}>
        {tool === 'plans' && !plan && <PlanList plans={plans} onRetry={() => setAttempt(attempt + 1)} onOpen={(one) => onPatch({ plan: one })} />}
        {tool === 'plans' && plan && (
          <PlanRecordView
            plan={plan}
            beat={beat}
            onBack={() => onPatch({ plan: null })}
            onTool={(next) => onPatch(next === 'lay' ? { tool: next, of: { kind: 'plan', plan } } : { tool: next })}
            onFound={(record) => show(record.bbox)}
          />
        )}
        {tool === 'lay' && <Lay planner={planner} plans={list} drawing={drawing} beat={beat} onPatch={onPatch} onGround={ground} />}
        {tool === 'compare' && <Compare planner={planner} plans={list} beat={beat} onPatch={onPatch} />}
      </div>
      <PanelFooter onLink={onLink} onPrint={onPrint} />
    </section>
  );
}

const size = ([w, s, e, n]: Bounds): number => (e - w) * (n - s);
