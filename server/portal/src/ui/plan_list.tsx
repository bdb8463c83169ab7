import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Theme } from '../api';
import type { PlanName } from '../planner';
import type { PlanEntry } from '../plans';
import { formatArea } from '../text/format';
import { pick, type Translate } from '../text/translate';
import { useCommon } from './context';
import { Failed } from './failure';
import { count } from './values';
import type { Fetched } from './use_plans';

/** What a plan is called. */
export const planTitle = (plan: PlanName & { readonly name: string | null }, t: Translate): string => plan.name || t('plans.unnamed', { code: plan.code });

/** Without case and marks, as people type. */
export const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/gi, 'd')
    .toLowerCase();

/** The plans that have all words of a text in their name or code. */
export function filterPlans(plans: readonly PlanEntry[], text: string): readonly PlanEntry[] {
  const words = plain(text).split(/\s+/).filter(Boolean);
  return plans.filter((plan) => {
    const said = plain(`${plan.name ?? ''} ${plan.code}`);
    return words.every((word) => said.includes(word));
  });
}

/** Plans by theme, in the themes' order. */
export function byTheme(plans: readonly PlanEntry[], themes: ReadonlyMap<string, Theme>): readonly (readonly [Theme, readonly PlanEntry[]])[] {
  return [...themes.values()].flatMap((theme): [Theme, PlanEntry[]][] => {
    const own = plans.filter((plan) => plan.theme === theme.id);
    return own.length > 0 ? [[theme, own]] : [];
  });
}

interface Props {
  readonly plans: Fetched<readonly PlanEntry[]>;
  readonly onOpen: (plan: PlanName) => void;
  readonly onRetry: () => void;
}

/** Plans shown before somebody filters. */
const MOST = 300;

/** All plans, filtered as one types. */
export function PlanList({ plans, onOpen, onRetry }: Props): JSX.Element {
  const { t, lang, themes } = useCommon();
  const [text, setText] = useState('');
  const all = plans.found ?? [];
  const fitting = filterPlans(all, text);
  if (plans.error) return <Failed error={plans.error} onRetry={onRetry} />;
  if (!plans.found) {
    return (
      <p class="state" role="status">
        {t('plans.loading')}
      </p>
    );
  }
  return (
    <>
      {all.length > 5 && <input type="search" class="plan-filter" aria-label={t('plans.find')} placeholder={t('plans.find')} value={text} onInput={(e) => setText(e.currentTarget.value)} />}
      <p class="soft" role="status">
        {all.length === 0 ? t('plans.empty') : fitting.length === 0 ? t('plans.none') : t('plans.count', { count: fitting.length })}
      </p>
      {byTheme(fitting.slice(0, MOST), themes).map(([theme, own]) => (
        <section key={theme.id} class="plan-group">
          <h3>{pick(theme.title, lang)}</h3>
          <ul class="zones-list">
            {own.map((plan) => (
              <li key={plan.code}>
                <button type="button" data-plan={plan.code} onClick={() => onOpen({ theme: plan.theme, code: plan.code })}>
                  <b>{planTitle(plan, t)}</b>
                  <small>
                    {[plan.level?.title && pick(plan.level.title, lang), plan.name && plan.code, t('plans.zones', { count: count(plan.zones, lang) }), formatArea(plan.area, lang)]
                      .filter(Boolean)
                      .join(' · ')}
                  </small>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

interface SelectProps {
  readonly label: string;
  readonly plans: readonly PlanEntry[];
  readonly chosen: PlanName | null;
  readonly onChoose: (plan: PlanName | null) => void;
  /** What stands for no plan. */
  readonly none: string;
}

const valueOf = (plan: PlanName): string => `${plan.theme}:${plan.code}`;

/** Plans to choose one from. */
export function PlanSelect({ label, plans, chosen, onChoose, none }: SelectProps): JSX.Element {
  const { t, lang, themes } = useCommon();
  const groups = byTheme(plans, themes);
  const choose = (value: string): void => {
    const plan = plans.find((p) => valueOf(p) === value);
    onChoose(plan ? { theme: plan.theme, code: plan.code } : null);
  };
  return (
    <label class="field">
      <span>{label}</span>
      <select value={chosen ? valueOf(chosen) : ''} onChange={(e) => choose(e.currentTarget.value)}>
        <option value="">{none}</option>
        {groups.map(([theme, own]) => (
          <optgroup key={theme.id} label={pick(theme.title, lang)}>
            {own.map((plan) => (
              <option key={plan.code} value={valueOf(plan)}>
                {plan.name ? `${plan.name} – ${plan.code}` : planTitle(plan, t)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
