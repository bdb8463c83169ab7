import type { JSX, RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { areaOf } from '../map/geometry';
import type { Planner } from '../planner';
import { polygonOf } from '../plans';
import { formatArea } from '../text/format';
import { useCommon } from './context';
import type { Drawing } from './use_drawing';

interface Props {
  readonly planner: Planner;
  readonly twin: RefObject<HTMLDivElement | null>;
  readonly drawing: Drawing;
  readonly onPatch: (part: Partial<Planner>) => void;
}

/** What the planner has over the map: the second plan with the line between, and the buttons while one draws. */
export function PlannerStage({ planner, twin, drawing, onPatch }: Props): JSX.Element {
  const { tool, plan, other, look, share } = planner;
  const both = tool === 'compare' && plan !== null && other !== null;
  const style = look === 'fade' ? { opacity: share / 100 } : { '--share': share };
  return (
    <>
      <div class={`map-twin ${look}`} ref={twin} hidden={!both} aria-hidden="true" style={style} />
      {both && look === 'swipe' && <Divider first={plan.code} second={other.code} share={share} onMove={(next) => onPatch({ share: next })} />}
      {drawing.corners && <DrawBar drawing={drawing} />}
    </>
  );
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10, Home: -100, End: 100 };
const within = (percent: number): number => Math.max(0, Math.min(100, percent));

/** The line between two plans, moved by pointer, finger or keys. */
function Divider({ first, second, share, onMove }: { first: string; second: string; share: number; onMove: (share: number) => void }): JSX.Element {
  const { t } = useCommon();
  const line = useRef<HTMLDivElement>(null);
  const to = (x: number): void => {
    const stage = line.current?.parentElement;
    if (!stage) return;
    const box = stage.getBoundingClientRect();
    const covered = parseFloat(getComputedStyle(stage).getPropertyValue('--covered')) || 0;
    onMove(Math.round(within(((x - box.left - covered) / Math.max(1, box.width - covered)) * 100)));
  };
  return (
    <div
      ref={line}
      class="divider"
      role="slider"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label={t('compare.divider', { first, second })}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share)}
      style={{ '--share': share }}
      onKeyDown={(event) => {
        const step = STEPS[event.key];
        if (step === undefined) return;
        event.preventDefault();
        onMove(within(share + step));
      }}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.focus();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) to(event.clientX);
      }}
    >
      <span class="tag before">{first}</span>
      <span class="grip" aria-hidden="true">
        ⇔
      </span>
      <span class="tag after">{second}</span>
    </div>
  );
}

function DrawBar({ drawing }: { drawing: Drawing }): JSX.Element {
  const { t, lang } = useCommon();
  const corners = drawing.corners ?? [];
  const area = corners.length > 2 ? (areaOf(polygonOf(corners)) ?? 0) : 0;
  return (
    <section class="draw-bar" aria-label={t('draw.label')}>
      <p role="status">
        {drawing.flaw ? <b class="failed">{t(`draw.${drawing.flaw}`)}</b> : corners.length === 0 ? t('draw.start') : t('draw.so.far', { count: corners.length, area: formatArea(area, lang) })}
      </p>
      <p>
        <button type="button" class="text" onClick={drawing.middle}>
          {t('draw.middle')}
        </button>
        <button type="button" class="text" disabled={corners.length === 0} onClick={drawing.undo}>
          {t('draw.undo')}
        </button>
        <button type="button" class="text" onClick={drawing.cancel}>
          {t('draw.cancel')}
        </button>
        <button type="button" class="plain" disabled={corners.length < 3} onClick={drawing.end}>
          {t('draw.end')}
        </button>
      </p>
    </section>
  );
}
