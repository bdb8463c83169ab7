import type { JSX } from 'preact';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Theme } from '../api';
import type { PlanName, Tool } from '../planner';
import { useCommon } from './context';
import { Icon } from './icons';

/** Opens a plan with one of the planner's tools. */
export const OpenPlan = createContext<(plan: PlanName, tool: Tool) => void>(() => undefined);

/** The theme with the zones of the plans `theme` is about: its own, or that whose records it keeps. */
export function zonesOf(theme: Theme, themes: ReadonlyMap<string, Theme>): Theme | null {
  if (theme.extract !== 'plan') return null;
  if (theme.key.length > 1) return theme;
  return [...themes.values()].find((other) => other.extract === 'plan' && other.key.length > 1 && other.key[0] === theme.key[0]) ?? null;
}

/** From a feature of a plan to the plan: its record, and laid on parcels. */
export function PlanLinks({ theme, code }: { theme: Theme; code: string }): JSX.Element | null {
  const { t, themes } = useCommon();
  const open = useContext(OpenPlan);
  const zones = zonesOf(theme, themes);
  if (!zones || !code) return null;
  const plan = { theme: zones.id, code };
  return (
    <p class="documents plan-links">
      <button type="button" class="text" onClick={() => open(plan, 'plans')}>
        <Icon name="planning" />
        {t('plans.open')}
      </button>
      <button type="button" class="text" onClick={() => open(plan, 'lay')}>
        <Icon name="layers" />
        {t('record.lay')}
      </button>
    </p>
  );
}
