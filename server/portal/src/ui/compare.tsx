import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { NamedCode } from '../api';
import { differenceOf, type Difference } from '../difference';
import type { PlanName, Planner } from '../planner';
import { samePlan } from '../planner';
import { fetchOverlay, fetchPlan, type Box, type Laying, type PlanEntry } from '../plans';
import { formatArea, formatNumber, type Lang } from '../text/format';
import { useCommon } from './context';
import { Class } from './extract';
import { Failed } from './failure';
import { Icon } from './icons';
import { LayTable, metres } from './lay_table';
import { PlanSelect, planTitle } from './plan_list';
import { useFetched } from './use_plans';

interface Props {
  readonly planner: Planner;
  readonly plans: readonly PlanEntry[];
  readonly beat: number;
  readonly onPatch: (part: Partial<Planner>) => void;
}

const touch = (a: Box | null, b: Box | null): boolean => a !== null && b !== null && a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];

/** Plans that may lie on the ground of `first`, then the others of its theme; what it cannot be compared with is not among them. */
export function others(plans: readonly PlanEntry[], first: PlanName | null): readonly PlanEntry[] {
  const own = plans.find((plan) => samePlan(plan, first));
  const same = plans.filter((plan) => plan.theme === first?.theme && !samePlan(plan, first));
  const near = (plan: PlanEntry): boolean => touch(plan.bbox, own?.bbox ?? null);
  return [...same.filter(near), ...same.filter((plan) => !near(plan))];
}

/** Two plans of one place: how they are seen, and what functions gain and lose. */
export function Compare({ planner, plans, beat, onPatch }: Props): JSX.Element {
  const { t } = useCommon();
  const { plan: first, other: second } = planner;
  const both = first !== null && second !== null && first.theme === second.theme;
  const laying: Laying | null = both ? { of: { theme: first.theme, key: [first.code] }, on: { theme: second.theme, key: [second.code] } } : null;
  const key = both ? `${first.theme} ${first.code} ${second.code}` : null;
  const compared = useFetched(
    key,
    async (signal) => {
      if (!laying || !first || !second) throw new Error('nothing is compared');
      const [table, before, after] = await Promise.all([fetchOverlay(laying, signal), fetchPlan(first, signal), fetchPlan(second, signal)]);
      return { table, before, after };
    },
    beat,
  );
  const { found, error, busy } = compared;
  const difference = useMemo(() => (found ? differenceOf(found.table) : null), [found]);
  return (
    <div class="compare" aria-busy={busy}>
      <div class="pair">
        <PlanSelect label={t('compare.first')} plans={plans} chosen={first} none={t('plans.choose')} onChoose={(plan) => onPatch({ plan, other: plan?.theme === second?.theme && !samePlan(plan, second) ? second : null })} />
        <button type="button" class="quiet" aria-label={t('compare.swap')} title={t('compare.swap')} disabled={!both} onClick={() => onPatch({ plan: second, other: first })}>
          <Icon name="swap" />
        </button>
        <PlanSelect label={t('compare.second')} plans={others(plans, first)} chosen={second} none={t('plans.choose')} onChoose={(other) => onPatch({ other })} />
      </div>
      {!both && <p class="state">{t('compare.ask')}</p>}
      {both && <Look planner={planner} onPatch={onPatch} />}
      {error && <Failed error={error} />}
      {busy && !found && (
        <p class="soft" role="status">
          {t('compare.running')}
        </p>
      )}
      {found && difference && laying && (
        <>
          <h4 class="print-only">{t('compare.title', { first: planTitle(found.before, t), second: planTitle(found.after, t) })}</h4>
          <Differences difference={difference} />
          <Alone first={planTitle(found.before, t)} second={planTitle(found.after, t)} areas={[found.before.area, found.after.area]} common={difference.common} />
          <details>
            <summary>{t('compare.moves')}</summary>
            <LayTable table={found.table} laying={laying} name={`${first?.code}-${second?.code}`} />
          </details>
        </>
      )}
    </div>
  );
}

function Look({ planner, onPatch }: Pick<Props, 'planner' | 'onPatch'>): JSX.Element {
  const { t } = useCommon();
  const { look, share } = planner;
  return (
    <>
      <fieldset class="choice">
        <legend>{t('compare.look')}</legend>
        {(['swipe', 'fade'] as const).map((id) => (
          <label key={id}>
            <input type="radio" name="compare-look" checked={look === id} onChange={() => onPatch({ look: id, share: 50 })} />
            <span>{t(`compare.${id}`)}</span>
          </label>
        ))}
      </fieldset>
      {look === 'fade' && (
        <label class="field">
          <span>{t('compare.opacity')}</span>
          <input type="range" min={0} max={100} step={5} value={share} aria-valuetext={`${share} %`} onInput={(e) => onPatch({ share: Number(e.currentTarget.value) })} />
        </label>
      )}
    </>
  );
}

const signed = (area: number, lang: Lang): string => (area === 0 ? '0' : `${area > 0 ? '+' : '−'}${metres(Math.abs(area), lang)}`);

function Differences({ difference }: { difference: Difference }): JSX.Element {
  const { t, lang } = useCommon();
  const { common, moved, changes } = difference;
  if (common === 0) return <p class="state">{t('compare.apart')}</p>;
  const name = (code: NamedCode | null): JSX.Element => (code ? <Class code={code} /> : <>{t('record.unsaid')}</>);
  return (
    <>
      <p class="tally" role="status">
        {t('compare.common', { area: formatArea(common, lang) })}
        <br />
        {moved === 0 ? t('compare.same') : t('compare.moved', { area: formatArea(moved, lang), percent: formatNumber((moved / common) * 100, lang, 1) })}
      </p>
      <table class="figures differences">
        <thead>
          <tr>
            <th scope="col">{t('record.function')}</th>
            <th scope="col">{t('compare.before')}</th>
            <th scope="col">{t('compare.after')}</th>
            <th scope="col">{t('compare.gain')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={change.class?.code ?? ''} data-class={change.class?.code} data-before={change.before} data-after={change.after} data-gain={change.gain}>
              <th scope="row">{name(change.class)}</th>
              <td>{metres(change.before, lang)}</td>
              <td>{metres(change.after, lang)}</td>
              <td class={change.gain > 0 ? 'gain' : change.gain < 0 ? 'loss' : undefined}>{signed(change.gain, lang)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** What only one of them has zones on; zones that lie on each other make that less than nothing, which is not said. */
function Alone({ first, second, areas, common }: { first: string; second: string; areas: readonly [number, number]; common: number }): JSX.Element {
  const { t, lang } = useCommon();
  const said = [first, second].map((plan, i) => ({ plan, area: (areas[i] ?? 0) - common })).filter(({ area }) => area > 1);
  return (
    <ul class="alone">
      {said.map(({ plan, area }) => (
        <li key={plan}>{t('compare.only', { plan, area: formatArea(area, lang) })}</li>
      ))}
    </ul>
  );
}
