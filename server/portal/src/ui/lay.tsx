import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CodeList, Theme } from '../api';
import { FileProblem, readAreaFile } from '../area_file';
import { areaOf } from '../map/geometry';
import { isLinkable, samePlan, type Laid, type Planner } from '../planner';
import { fetchOverlay, groundOf, onOf, polygonOf, type Laying, type PlanEntry } from '../plans';
import { readCorners } from '../corners';
import type { Corners } from '../sketch';
import { formatArea, type Lang } from '../text/format';
import { pick } from '../text/translate';
import { useCodeLists, useCommon } from './context';
import { Failed } from './failure';
import { LayTable } from './lay_table';
import { PlanSelect, planTitle } from './plan_list';
import type { Drawing } from './use_drawing';
import { useFetched } from './use_plans';

const KINDS = ['plan', 'commune', 'drawn', 'file'] as const;
type Kind = (typeof KINDS)[number];
const UNITS = 'admin_units';

interface Props {
  readonly planner: Planner;
  readonly plans: readonly PlanEntry[];
  readonly drawing: Drawing;
  /** Goes up when the register may be another. */
  readonly beat: number;
  readonly onPatch: (part: Partial<Planner>) => void;
  /** Is told the ground that is laid. */
  readonly onGround: (shape: GeoJSON.Geometry | null) => void;
}

/** What something can be laid on: areas of land, and those of other plans. */
const layersOf = (themes: ReadonlyMap<string, Theme>): readonly Theme[] =>
  [...themes.values()].filter((theme) => theme.geometry === 'polygon' && theme.extract !== null && theme.extract !== 'finding' && theme.count > 0);

/** Two areas are told apart by this. */
function keyOf(laid: Laid): string {
  if (laid.kind === 'file') return `file:${laid.name}:${JSON.stringify(laid.area).length}`;
  return JSON.stringify(laid);
}

/** An area laid on a layer: chosen, drawn or from a file; what lies in it, and how much. */
export function Lay({ planner, plans, drawing, beat, onPatch, onGround }: Props): JSX.Element {
  const { t, lang, themes } = useCommon();
  const { of, on } = planner;
  const [kind, setKind] = useState<Kind>(of?.kind ?? 'plan');
  useEffect(() => {
    if (of) setKind(of.kind);
  }, [of?.kind]);
  const lists = useCodeLists([UNITS]);
  const version = lists.get(UNITS)?.version;
  const layers = layersOf(themes);
  const onTheme = layers.some((layer) => layer.id === on.theme) ? on.theme : (layers[0]?.id ?? on.theme);
  // A commune's code means another commune in each version of the list, so the list is waited for.
  const key = of && (of.kind !== 'commune' || version) ? keyOf(of) : null;
  const ground = useFetched(key, (signal) => (of ? groundOf(of, version, signal) : Promise.resolve(null)));
  useEffect(() => onGround(ground.found?.shape ?? null), [ground.found]);
  const laying = useMemo((): Laying | null => ground.found && { of: ground.found.of, on: onOf({ theme: onTheme, code: on.code }) }, [ground.found, onTheme, on.code]);
  const asked = key && laying ? `${key} ${onTheme} ${on.code ?? ''}` : null;
  const table = useFetched(asked, (signal) => (laying ? fetchOverlay(laying, signal) : Promise.reject(new Error('nothing is laid'))), beat);
  const planned = plans.filter((plan) => plan.theme === onTheme);
  const chosen = planned.find((plan) => plan.code === on.code) ?? null;
  return (
    <div class="lay" aria-busy={ground.busy || table.busy}>
      <fieldset class="choice">
        <legend>{t('lay.of')}</legend>
        {KINDS.map((id) => (
          <label key={id}>
            <input type="radio" name="lay-kind" checked={kind === id} onChange={() => setKind(id)} />
            <span>{t(`lay.kind.${id}`)}</span>
          </label>
        ))}
      </fieldset>
      <Of kind={kind} planner={planner} plans={plans} drawing={drawing} onPatch={onPatch} />
      <label class="field">
        <span>{t('lay.on')}</span>
        <select value={onTheme} onChange={(e) => onPatch({ on: { theme: e.currentTarget.value, code: null } })}>
          {layers.map((layer) => (
            <option key={layer.id} value={layer.id}>
              {pick(layer.title, lang)}
            </option>
          ))}
        </select>
      </label>
      {planned.length > 0 && (
        <PlanSelect label={t('lay.on.plan')} plans={planned} chosen={chosen} none={t('lay.on.all')} onChoose={(plan) => onPatch({ on: { theme: onTheme, code: plan?.code ?? null } })} />
      )}
      {!of && !drawing.corners && <p class="state">{t('lay.ask')}</p>}
      {ground.error && <Failed error={ground.error} />}
      {of && key && !ground.busy && !ground.error && !ground.found && <p class="state">{t('lay.missing')}</p>}
      {table.error && <Failed error={table.error} />}
      {(ground.busy || table.busy) && !table.found && (
        <p class="soft" role="status">
          {t('lay.running')}
        </p>
      )}
      {of && (
        <h4 class="print-only">
          {t('lay.title', { of: titleOf(of, plans, lists.get(UNITS), lang), on: pick(themes.get(onTheme)?.title ?? { vi: onTheme, en: onTheme }, lang) })} {chosen && planTitle(chosen, t)}
        </h4>
      )}
      {table.found && laying && <LayTable table={table.found} laying={laying} name={`${nameOf(of)}-${chosen?.code ?? onTheme}`} />}
      {of && !isLinkable(of) && <p class="soft">{t('lay.unlinkable')}</p>}
    </div>
  );
}

/** What is laid, as a heading on paper has it. */
function titleOf(of: Laid, plans: readonly PlanEntry[], units: CodeList | undefined, lang: Lang): string {
  if (of.kind === 'plan') return plans.find((plan) => samePlan(plan, of.plan))?.name ?? of.plan.code;
  if (of.kind === 'file') return of.name;
  if (of.kind === 'drawn') return formatArea(areaOf(polygonOf(of.corners)) ?? 0, lang);
  const unit = units?.codes.find((code) => code.code === of.code && code.current);
  return unit ? pick(unit.title, lang) : of.code;
}

/** What a file of the answer begins with. */
function nameOf(of: Laid | null): string {
  const name = of?.kind === 'plan' ? of.plan.code : of?.kind === 'commune' ? of.code : of?.kind === 'file' ? of.name.replace(/\.[^.]*$/, '') : 'vung-ve';
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-');
}

function Of({ kind, planner, plans, drawing, onPatch }: Pick<Props, 'planner' | 'plans' | 'drawing' | 'onPatch'> & { kind: Kind }): JSX.Element {
  const { t, lang } = useCommon();
  const { of } = planner;
  const lists = useCodeLists(kind === 'commune' ? [UNITS] : []);
  if (kind === 'plan') {
    const chosen = of?.kind === 'plan' ? of.plan : null;
    return <PlanSelect label={t('lay.kind.plan')} plans={plans} chosen={chosen} none={t('plans.choose')} onChoose={(plan) => onPatch({ of: plan && { kind: 'plan', plan } })} />;
  }
  if (kind === 'commune') {
    const communes = (lists.get(UNITS)?.codes ?? []).filter((code) => code.current && /^\d{5}$/.test(code.code));
    const named = communes.map((code) => ({ code: code.code, title: pick(code.title, lang) })).sort((a, b) => a.title.localeCompare(b.title, 'vi'));
    return (
      <label class="field">
        <span>{t('lay.kind.commune')}</span>
        <select value={of?.kind === 'commune' ? of.code : ''} onChange={(e) => onPatch({ of: e.currentTarget.value ? { kind: 'commune', code: e.currentTarget.value } : null })}>
          <option value="">{t('lay.commune')}</option>
          {named.map(({ code, title }) => (
            <option key={code} value={code}>
              {title}
            </option>
          ))}
        </select>
      </label>
    );
  }
  if (kind === 'file') return <FromFile of={of} onPatch={onPatch} />;
  return <Drawn of={of} drawing={drawing} onPatch={onPatch} />;
}

function Drawn({ of, drawing, onPatch }: { of: Laid | null; drawing: Drawing; onPatch: Props['onPatch'] }): JSX.Element {
  const { t, lang } = useCommon();
  const [typed, setTyped] = useState('');
  const [bad, setBad] = useState<{ line: number } | 'few' | 'crossing' | null>(null);
  const use = (): void => {
    const read = readCorners(typed);
    if ('bad' in read) return setBad(read.bad);
    setBad(null);
    onPatch({ of: { kind: 'drawn', corners: read.corners } });
  };
  const said = (corners: Corners): string => t('lay.drawn', { count: corners.length, area: formatArea(areaOf(polygonOf(corners)) ?? 0, lang) });
  return (
    <div class="drawn">
      <p>
        <button type="button" class="plain" onClick={drawing.start} disabled={drawing.corners !== null}>
          {t(of?.kind === 'drawn' ? 'lay.draw.again' : 'lay.draw')}
        </button>
        {of?.kind === 'drawn' && <span>{said(of.corners)}</span>}
      </p>
      <details>
        <summary>{t('lay.corners')}</summary>
        <label class="field">
          <span>{t('lay.corners.hint')}</span>
          <textarea rows={5} spellcheck={false} value={typed} placeholder={'2353402,45 416226,77\n2353402,45 416326,77\n…'} onInput={(e) => setTyped(e.currentTarget.value)} />
        </label>
        {bad && (
          <p class="failed" role="alert">
            {typeof bad === 'string' ? t(`draw.${bad}`) : t('lay.corners.bad', { line: bad.line })}
          </p>
        )}
        <button type="button" class="text" onClick={use}>
          {t('lay.corners.use')}
        </button>
      </details>
    </div>
  );
}

function FromFile({ of, onPatch }: { of: Laid | null; onPatch: Props['onPatch'] }): JSX.Element {
  const { t } = useCommon();
  const [problem, setProblem] = useState<FileProblem | null>(null);
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    try {
      const area = await readAreaFile(file);
      setProblem(null);
      onPatch({ of: { kind: 'file', name: file.name, area } });
    } catch (error) {
      setProblem(error instanceof FileProblem ? error : new FileProblem('file.broken'));
      onPatch({ of: null });
    }
  };
  return (
    <div class="from-file">
      <label class="file">
        <input type="file" accept=".geojson,.json,.kml,application/geo+json,application/json,application/vnd.google-earth.kml+xml" onChange={(e) => void read(e.currentTarget.files?.[0])} />
        <span class="plain">{t('lay.file')}</span>
      </label>
      {problem && (
        <p class="failed" role="alert">
          {t(problem.key, problem.values)}
        </p>
      )}
      {of?.kind === 'file' && <p>{t('lay.file.read', { name: of.name, count: of.area.features.length })}</p>}
      <p class="soft">{t('lay.file.private')}</p>
    </div>
  );
}
