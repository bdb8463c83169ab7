import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Said, Theme } from '../api';
import type { PlanName, Tool } from '../planner';
import { fetchPlan, type PlanFunction, type PlanRecord } from '../plans';
import { formatArea, formatDate, formatNumber } from '../text/format';
import { pick } from '../text/translate';
import { useCodeLists, useCommon } from './context';
import { Class } from './extract';
import { Failed } from './failure';
import { Icon } from './icons';
import { planTitle } from './plan_list';
import { useFetched } from './use_plans';
import { Value, isSaid, listsOf } from './values';

interface Props {
  readonly plan: PlanName;
  /** Goes up when the plan may be another. */
  readonly beat: number;
  readonly onBack: () => void;
  readonly onTool: (tool: Tool) => void;
  /** Is told once which record is there. */
  readonly onFound: (record: PlanRecord) => void;
}

/** The record of a plan: decision and validity, land by function with the circular's colours, its zones. */
export function PlanRecordView({ plan, beat, onBack, onTool, onFound }: Props): JSX.Element {
  const { t } = useCommon();
  const key = `${plan.theme}:${plan.code}`;
  const { found, error, busy } = useFetched(key, (signal) => fetchPlan(plan, signal), beat);
  useEffect(() => {
    if (found) onFound(found);
  }, [found && key]);
  return (
    <article class="plan-record" aria-label={t('record.label')} aria-busy={busy}>
      <header>
        <button type="button" class="quiet" aria-label={t('plans.back')} title={t('plans.back')} onClick={onBack}>
          <Icon name="back" />
        </button>
        <div>
          <p class="soft">{t('record.label')}</p>
          <h3>{found ? planTitle(found, t) : plan.code}</h3>
        </div>
      </header>
      {busy && !found && (
        <p class="soft" role="status">
          {t('record.loading')}
        </p>
      )}
      {error && <Failed error={error} />}
      {found && <Filled record={found} onTool={onTool} />}
    </article>
  );
}

function Filled({ record, onTool }: { record: PlanRecord; onTool: (tool: Tool) => void }): JSX.Element {
  const { t, lang, themes } = useCommon();
  const kept = themes.get(record.boundary?.theme ?? record.theme);
  const whole = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On paper nothing can be unfolded.
    let folded: HTMLDetailsElement[] = [];
    const open = (): void => {
      folded = [...(whole.current?.querySelectorAll('details') ?? [])].filter((one) => !one.open);
      for (const one of folded) one.open = true;
    };
    const close = (): void => {
      for (const one of folded) one.open = false;
    };
    addEventListener('beforeprint', open);
    addEventListener('afterprint', close);
    return () => {
      removeEventListener('beforeprint', open);
      removeEventListener('afterprint', close);
    };
  }, []);
  const listed = record.functions.reduce((sum, one) => sum + one.zones.length, 0);
  return (
    <div ref={whole}>
      <dl class="zone-facts">
        <dt>{t('record.zones.area')}</dt>
        <dd>{formatArea(record.area, lang)}</dd>
        {record.boundary && (
          <>
            <dt>{t('record.boundary')}</dt>
            <dd>{formatArea(record.boundary.area, lang)}</dd>
          </>
        )}
        {record.fields.filter((said) => said.value !== record.name).map((said) => (
          <Fact key={said.name} said={said} theme={kept} />
        ))}
      </dl>
      {record.fields.length === 0 && <p class="soft">{t('record.none')}</p>}
      <p class="documents">
        <button type="button" class="text" onClick={() => onTool('lay')}>
          <Icon name="layers" />
          {t('record.lay')}
        </button>
        <button type="button" class="text" onClick={() => onTool('compare')}>
          <Icon name="planning" />
          {t('record.compare')}
        </button>
      </p>
      <h4>{t('record.functions')}</h4>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">{t('record.function')}</th>
            <th scope="col">{t('record.count')}</th>
            <th scope="col">{t('record.area')}</th>
            <th scope="col">{t('record.percent')}</th>
          </tr>
        </thead>
        <tbody>
          {record.functions.map((one) => (
            <tr key={one.class?.code ?? ''} data-class={one.class?.code} data-area={one.area}>
              <th scope="row">{one.class ? <Class code={one.class} /> : t('record.unsaid')}</th>
              <td>{formatNumber(one.count, lang)}</td>
              <td>{formatNumber(one.area, lang, 1, 1)}</td>
              <td>{formatNumber(one.percent, lang, 1, 1)} %</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr data-area={record.area}>
            <th scope="row">{t('record.sum')}</th>
            <td>{formatNumber(record.zones, lang)}</td>
            <td>{formatNumber(record.area, lang, 1, 1)}</td>
            <td>100 %</td>
          </tr>
        </tfoot>
      </table>
      <details>
        <summary>{t('record.list', { count: record.zones })}</summary>
        {listed < record.zones && <p class="soft">{t('record.more', { count: listed })}</p>}
        {record.functions.map((one) => (
          <Zones key={one.class?.code ?? ''} theme={record.theme} one={one} />
        ))}
      </details>
      <p class="soft">
        {record.legal.map((legal) => t('extract.legal', { legal: pick(legal, lang) })).join(' ')}{' '}
        {record.sources.map((source) => (
          <span key={`${source.theme}/${source.dataset}`}>{t('sheet.source.dated', { dataset: source.dataset, date: formatDate(source.imported_at) })} </span>
        ))}
        {t('sheet.reference')}
      </p>
    </div>
  );
}

/** A field of the record: codes by their names, units and dates as people write them. */
function Fact({ said, theme }: { said: Said; theme: Theme | undefined }): JSX.Element | null {
  const { lang } = useCommon();
  const field = theme?.fields.find((one) => one.name === said.name);
  const lists = useCodeLists(field?.code_list ? [field.code_list] : []);
  if (!theme || !isSaid(said.value)) return null;
  return (
    <>
      <dt>{pick(said.title, lang)}</dt>
      <dd>
        <Value value={said.value} field={field} theme={theme} lists={lists} />
      </dd>
    </>
  );
}

function Zones({ theme: id, one }: { theme: string; one: PlanFunction }): JSX.Element | null {
  const { t, lang, themes } = useCommon();
  const theme = themes.get(id);
  const lists = useCodeLists(theme ? listsOf([theme]) : []);
  if (!theme || one.zones.length === 0) return null;
  // What the plan lays down, in the theme's order; what names the zone stands in front, what all have alike is on record.
  const named = theme.label !== null && theme.label !== theme.legend ? theme.label : theme.key[1];
  const differing = theme.fields.filter((field) => {
    const values = one.zones.map((zone) => JSON.stringify(zone.values[field.name] ?? null));
    return field.name !== named && values.some((value) => value !== 'null') && (field.type === 'real' || field.type === 'integer');
  });
  return (
    <table class="figures zones-one">
      <caption>{one.class ? <Class code={one.class} /> : t('record.unsaid')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('record.zone')}</th>
          {differing.map((field) => (
            <th key={field.name} scope="col">
              {pick(field.title, lang)}
            </th>
          ))}
          <th scope="col">{t('record.area')}</th>
        </tr>
      </thead>
      <tbody>
        {one.zones.map((zone) => (
          <tr key={zone.id} data-zone={zone.id} data-area={zone.area}>
            <th scope="row">{zone.label}</th>
            {differing.map((field) => (
              <td key={field.name}>{isSaid(zone.values[field.name]) ? <Value value={zone.values[field.name]} field={field} theme={theme} lists={lists} /> : '–'}</td>
            ))}
            <td>{formatNumber(zone.area, lang, 1, 1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
