import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError, type NamedCode } from '../api';
import { FORMATS, fetchOverlayFile, type FileFormat, type Laying, type OverlaySum, type OverlayTable } from '../plans';
import { formatArea, formatNumber, type Lang } from '../text/format';
import { useCommon } from './context';
import { Class } from './extract';
import { Failed } from './failure';

/** Sums of one function of what is laid. */
export interface LaidGroup {
  readonly class: NamedCode | null;
  readonly area: number;
  readonly sums: readonly OverlaySum[];
}

/** Sums by what is laid, the largest first. */
export function groupsOf(table: Pick<OverlayTable, 'by'>): readonly LaidGroup[] {
  const groups = new Map<string, { class: NamedCode | null; area: number; sums: OverlaySum[] }>();
  for (const sum of table.by) {
    const key = sum.of_class?.code ?? '';
    const group = groups.get(key) ?? { class: sum.of_class, area: 0, sums: [] };
    group.area += sum.area;
    group.sums.push(sum);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.area - a.area);
}

/** Less than this is the rounding of the sums, m². */
const NOTHING = 0.05;

/** Square metres with one decimal; what is small but something with two. */
export const metres = (area: number, lang: Lang): string => formatNumber(area, lang, area < 1 ? 2 : 1, 1);

/** A share; what is not nothing is not said to be. */
export const share = (area: number, whole: number, lang: Lang): string => {
  const percent = (area / Math.max(whole, Number.MIN_VALUE)) * 100;
  return percent > 0 && percent < 0.05 ? `< ${formatNumber(0.1, lang)} %` : `${formatNumber(percent, lang, 1, 1)} %`;
};

interface Props {
  readonly table: OverlayTable;
  readonly laying: Laying;
  /** What files are called, without their ending. */
  readonly name: string;
}

/** How much of what lies in the area, by function and land use. */
export function LayTable({ table, laying, name }: Props): JSX.Element {
  const { t, lang, themes } = useCommon();
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState<FileFormat | null>(null);
  const groups = groupsOf(table);
  // What colours a commune or another layer says nothing of what is planned.
  const grouped = themes.get(table.of?.theme ?? '')?.extract === 'plan';
  const rest = table.laid_area - table.area;
  const download = (format: FileFormat): void => {
    setBusy(format);
    setError(null);
    fetchOverlayFile(laying, format)
      .then(
        (blob) => {
          const link = document.createElement('a');
          link.href = URL.createObjectURL(blob);
          link.download = `${name}.${format}`;
          link.click();
          setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
        },
        (reason: unknown) => setError(reason instanceof ApiError ? reason : new ApiError(0, null)),
      )
      .finally(() => setBusy(null));
  };
  const row = (sum: OverlaySum, i: number): JSX.Element => (
    <tr key={`${sum.of_class?.code}/${sum.class?.code}/${i}`} data-of={sum.of_class?.code} data-on={sum.class?.code} data-area={sum.area}>
      <th scope="row">{sum.class ? <Class code={sum.class} /> : t('lay.unknown')}</th>
      <td>{formatNumber(sum.features, lang)}</td>
      <td>{metres(sum.area, lang)}</td>
      <td>{share(sum.area, table.laid_area, lang)}</td>
    </tr>
  );
  return (
    <div class="lay-table">
      <p class="tally" role="status">
        {t('lay.sum', { features: table.features, area: formatArea(table.area, lang), laid: formatArea(table.laid_area, lang) })}
      </p>
      {table.pairs === 0 ? (
        <p class="state">{t('lay.nothing')}</p>
      ) : (
        <>
          <table class="figures">
            <thead>
              <tr>
                <th scope="col">{t('lay.class')}</th>
                <th scope="col">{t('lay.count')}</th>
                <th scope="col">{t('lay.area')}</th>
                <th scope="col">{t('lay.percent')}</th>
              </tr>
            </thead>
            {grouped ? (
              groups.map((group) => (
                <tbody key={group.class?.code ?? ''}>
                  <tr class="group">
                    <th scope="rowgroup" colSpan={2}>
                      {group.class ? <Class code={group.class} /> : t('record.unsaid')}
                    </th>
                    <td>{metres(group.area, lang)}</td>
                    <td>{share(group.area, table.laid_area, lang)}</td>
                  </tr>
                  {group.sums.map(row)}
                </tbody>
              ))
            ) : (
              <tbody>{table.by.map(row)}</tbody>
            )}
            <tfoot>
              {rest > NOTHING && (
                <tr class="rest">
                  <th scope="row" colSpan={2}>
                    {t('lay.rest')}
                  </th>
                  <td>{metres(rest, lang)}</td>
                  <td>{share(rest, table.laid_area, lang)}</td>
                </tr>
              )}
              <tr data-area={table.area}>
                <th scope="row">{t('lay.total')}</th>
                <td>{formatNumber(table.features, lang)}</td>
                <td>{metres(table.area, lang)}</td>
                <td>{share(table.area, table.laid_area, lang)}</td>
              </tr>
            </tfoot>
          </table>
          {rest < -NOTHING && <p class="soft">{t('lay.twice')}</p>}
          <p class="documents">
            {FORMATS.map((format) => (
              <button key={format} type="button" class="text" disabled={busy !== null} aria-busy={busy === format} onClick={() => download(format)}>
                {t('lay.file.as', { format: format === 'geojson' ? 'GeoJSON' : format === 'gpkg' ? 'GeoPackage' : format.toUpperCase() })}
              </button>
            ))}
          </p>
        </>
      )}
      {error && <Failed error={error} />}
    </div>
  );
}
