import type { JSX } from 'preact';
import type { CodeList } from '../api';
import type { Entry, LegendItem } from '../map/entries';
import { codeTitle } from '../text/code';
import type { Lang } from '../text/format';
import { pick } from '../text/translate';
import { useCodeLists, useCommon } from './context';

/** Codes and classes of an entry among what the map shows now. */
export interface InView {
  readonly codes: ReadonlySet<string>;
  readonly classes: ReadonlySet<string>;
  /** Whether the tiles in view leave something of the theme out. */
  readonly leftOut: boolean;
}

interface Line {
  readonly id: string;
  readonly title: string;
  readonly item: Pick<LegendItem, 'kind' | 'color' | 'outline' | 'dash' | 'width'>;
}

/** The legend of an entry: its drawn signs, or the codes in view with their official colours. */
export function Legend({ entry, inView }: { entry: Entry; inView: InView | undefined }): JSX.Element | null {
  const { t, lang } = useCommon();
  const lists = useCodeLists(entry.codes ? [entry.codes.list] : []);
  const list = entry.codes && lists.get(entry.codes.list);
  const fixed: Line[] = (entry.legend ?? []).map((item, i) => ({ id: String(i), title: pick(item.title, lang), item }));
  const coded: Line[] = list && inView ? codedLines(list, inView, entry.codes?.sign ?? 'fill', lang) : [];
  const lines = [...coded, ...fixed];
  return (
    <>
      {inView && inView.classes.size > 0 && <p class="legend-note">{t('layers.generalised')}</p>}
      {inView?.leftOut && <p class="legend-note">{t('layers.left.out')}</p>}
      {list && inView && coded.length === 0 && <p class="legend-note">{t('layers.legend.none')}</p>}
      {lines.length > 0 && (
        <ul class="legend" aria-label={entry.codes ? t('layers.legend.view') : undefined}>
          {lines.map(({ id, title, item }) => (
            <li key={id}>
              <Sign item={item} />
              <span>{title}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function codedLines(list: CodeList, inView: InView, kind: LegendItem['kind'], lang: Lang): Line[] {
  const classes = list.classes
    .filter((c) => inView.classes.has(c.id))
    .map((c): Line => ({ id: `class-${c.id}`, title: pick(c.title, lang), item: { kind: 'fill', color: c.color } }));
  const seen = new Set<string>();
  const newest = [...list.codes].sort((a, b) => Number(b.current) - Number(a.current));
  const codes = newest
    .filter((c) => inView.codes.has(c.code) && !seen.has(c.code) && seen.add(c.code))
    .map((c): Line => ({ id: c.code, title: codeTitle(c, lang), item: { kind, color: c.color ?? 'transparent', width: 4 } }));
  return [...classes, ...codes];
}

/** A sign as the map draws it. */
function Sign({ item }: { item: Line['item'] }): JSX.Element {
  if (item.kind === 'dot') {
    return (
      <svg class="sign" viewBox="0 0 28 18" aria-hidden="true">
        <circle cx="14" cy="9" r="7.500" fill={item.color} />
      </svg>
    );
  }
  if (item.kind === 'line') {
    return (
      <svg class="sign" viewBox="0 0 28 18" aria-hidden="true">
        {item.outline && <path d="M1 9h26" stroke={item.outline} stroke-width={(item.width ?? 2) + 2} />}
        <path d="M1 9h26" stroke={item.color} stroke-width={item.width ?? 2} stroke-dasharray={item.dash ? '5 3' : undefined} />
      </svg>
    );
  }
  return (
    <svg class="sign" viewBox="0 0 28 18" aria-hidden="true">
      <rect x="1" y="1" width="26" height="16" rx="2" fill={item.color} fill-opacity=".8" stroke={item.outline ?? '#6b6558'} stroke-width={item.outline ? 1.6 : 0.6} stroke-dasharray={item.dash ? '4 2' : undefined} />
    </svg>
  );
}
