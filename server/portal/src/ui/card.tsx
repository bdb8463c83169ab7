import type { JSX } from 'preact';
import type { CodeList, Feature, Theme } from '../api';
import { areaOf } from '../map/geometry';
import { formatArea, formatDate } from '../text/format';
import { pick, type Translate } from '../text/translate';
import { useCommon } from './context';
import { ParcelExtract } from './extract';
import { Icon } from './icons';
import { PlanLinks } from './plan_links';
import { Value, isSaid } from './values';

/** A feature as the sheet shows it: what its tile knew, or the server's whole answer. */
export type Shown = Pick<Feature, 'theme' | 'id' | 'properties' | 'geometry' | 'dataset' | 'era'>;

/** Rows shown before the rest is folded away. */
const FIRST_ROWS = 9;

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** What a feature is called: a parcel by its numbers, others by their theme's label. */
export function nameOf(shown: Shown, theme: Theme | undefined, t: Translate): string {
  const { so_thua: parcel, so_to: sheet } = shown.properties;
  if (isSaid(parcel) && isSaid(sheet)) return t('search.hit', { parcel: text(parcel), sheet: text(sheet) });
  const label = theme?.label ? text(shown.properties[theme.label]) : '';
  // From afar a tile knows no more than a feature's class: the answer to the click is on its way.
  return label || ('dataset' in shown ? String(shown.id) : '…');
}

interface Props {
  readonly shown: Shown;
  readonly theme: Theme | undefined;
  readonly lists: ReadonlyMap<string, CodeList>;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly onZoom: () => void;
}

/** One feature: its name, and its fields under their official titles. */
export function Card({ shown, theme, lists, open, onToggle, onZoom }: Props): JSX.Element {
  const { t, lang } = useCommon();
  const id = `card-${shown.theme}-${shown.id}`;
  return (
    <article class={open ? 'card open' : 'card'}>
      <h3>
        <button type="button" aria-expanded={open} aria-controls={id} onClick={onToggle}>
          <span>
            <small>{theme ? pick(theme.title, lang) : shown.theme}</small>
            {nameOf(shown, theme, t)}
          </span>
          <Icon name="chevron" />
        </button>
      </h3>
      <div id={id} hidden={!open}>
        {open && theme && <Rows shown={shown} theme={theme} lists={lists} />}
        {open && theme?.extract === 'subject' && <ParcelExtract theme={shown.theme} id={shown.id} state={shown.properties} />}
        {open && theme?.extract === 'plan' && <PlanLinks theme={theme} code={text(shown.properties[theme.key[0] ?? ''])} />}
        <p class="source">
          <Source shown={shown} theme={theme} />
          <button type="button" class="text" onClick={onZoom}>
            <Icon name="target" />
            {t('sheet.zoom')}
          </button>
        </p>
      </div>
    </article>
  );
}

/** Whether a field only says how another one was read: the source's own spelling where it is the same, the list's version. */
const isRepeated = (name: string, properties: Shown['properties']): boolean =>
  (name.endsWith('_goc') && properties[name] === properties[name.slice(0, -4)]) || name.startsWith('danh_muc');

function Rows({ shown, theme, lists }: { shown: Shown; theme: Theme; lists: ReadonlyMap<string, CodeList> }): JSX.Element {
  const { t, lang } = useCommon();
  const rows = theme.fields.filter((field) => isSaid(shown.properties[field.name]) && !isRepeated(field.name, shown.properties));
  // A tile's shape is cut at the tile's edge: only the server's answer, which names its dataset, is measured.
  const area = shown.dataset === undefined ? null : areaOf(shown.geometry);
  const row = (field: Theme['fields'][number]): JSX.Element => (
    <div key={field.name}>
      <dt>{pick(field.title, lang)}</dt>
      <dd>
        <Value value={shown.properties[field.name]} field={field} theme={theme} lists={lists} />
      </dd>
    </div>
  );
  return (
    <>
      <dl>
        {rows.slice(0, FIRST_ROWS).map(row)}
        {area !== null && (
          <div>
            <dt>{t('sheet.area.computed')}</dt>
            <dd>{formatArea(area, lang)}</dd>
          </div>
        )}
      </dl>
      {rows.length > FIRST_ROWS && (
        <details>
          <summary>{t('sheet.more')}</summary>
          <dl>{rows.slice(FIRST_ROWS).map(row)}</dl>
        </details>
      )}
    </>
  );
}

function Source({ shown, theme }: { shown: Shown; theme: Theme | undefined }): JSX.Element | null {
  const { t } = useCommon();
  if (!shown.dataset) return null;
  const imported = theme?.datasets.find((d) => d.id === shown.dataset)?.imported_at;
  return (
    <span>
      {imported
        ? t('sheet.source.dated', { dataset: shown.dataset, date: formatDate(imported) })
        : t('sheet.source', { dataset: shown.dataset })}
    </span>
  );
}
