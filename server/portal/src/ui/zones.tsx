import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ApiError, isWithdrawn, type CodeList, type Feature } from '../api';
import { formatNumber } from '../text/format';
import { pick } from '../text/translate';
import { FILTERS, ZONES, fetchZones, totals, workbook, type Filter, type Filters } from '../zones';
import { useCodeLists, useCommon } from './context';
import { Icon } from './icons';
import { ZoneSheetView } from './zone_sheet';

interface Props {
  readonly filters: Filters;
  readonly chosen: number | null;
  /** Goes up when areas or observations may be others. */
  readonly beat: number;
  readonly onFilter: (filters: Filters) => void;
  readonly onChoose: (id: number | null) => void;
  readonly onShow: (zone: Feature) => void;
  /** The map's middle: longitude, latitude. */
  readonly middle: () => readonly [number, number] | null;
}

const LISTS: Readonly<Record<Filter, string>> = {
  cay: 'crops',
  thi_truong: 'markets',
  tieu_chuan: 'crop_standards',
  trang_thai: 'area_code_statuses',
  ma_xa: 'admin_units',
};

const titleIn = (list: CodeList | undefined, code: string, lang: 'vi' | 'en'): string => {
  const entries = list?.codes.filter((c) => c.code === code) ?? [];
  const entry = entries.find((c) => c.current) ?? entries[0];
  return entry ? pick(entry.title, lang) : code;
};

/** The growing areas: filtered, added up, listed; one of them with everything that is known of it. */
export function Zones({ filters, chosen, beat, onFilter, onChoose, onShow, middle }: Props): JSX.Element {
  const { t, lang, themes } = useCommon();
  const lists = useCodeLists([...Object.values(LISTS), 'pest_statuses']);
  const [zones, setZones] = useState<readonly Feature[] | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const key = JSON.stringify(filters);
  useEffect(() => {
    const withdrawn = new AbortController();
    fetchZones(filters, withdrawn.signal).then(
      (found) => {
        setZones(found);
        setError(null);
      },
      (reason: unknown) => !isWithdrawn(reason) && setError(reason instanceof ApiError ? reason : new ApiError(0, null)),
    );
    return () => withdrawn.abort();
  }, [key, beat]);
  const sums = useMemo(() => totals(zones ?? []), [zones]);
  const one = zones?.find((zone) => zone.id === chosen);
  useEffect(() => {
    if (one) onShow(one);
  }, [one?.id]);

  const name = (field: Filter, code: string): string => (code ? titleIn(lists.get(LISTS[field]), code, lang) : t('zones.unsaid'));
  if (chosen !== null) {
    return <ZoneSheetView id={chosen} beat={beat} lists={lists} middle={middle} onBack={() => onChoose(null)} />;
  }
  const field = (filter: Filter): string => {
    const title = themes.get(ZONES)?.fields.find((f) => f.name === filter)?.title;
    return title ? pick(title, lang) : filter;
  };
  const hectares = (number: number): string => `${formatNumber(number, lang, 2)} ha`;
  const all = sums.reduce((sum, { hectares: more }) => sum + more, 0);
  return (
    <section class="zones sheet" aria-label={t('way.crops')} aria-busy={zones === null && !error}>
      <header>
        <h2>{t('way.crops')}</h2>
      </header>
      <div class="sheet-body">
        <div class="zones-filters">
          {FILTERS.map((filter) => (
            <label key={filter}>
              <span>{field(filter)}</span>
              <select value={filters[filter] ?? ''} onChange={(event) => onFilter({ ...filters, [filter]: event.currentTarget.value })}>
                <option value="">{t('zones.all')}</option>
                {lists
                  .get(LISTS[filter])
                  ?.codes.filter((code) => code.current && (filter !== 'ma_xa' || /^\d{5}$/.test(code.code)))
                  .map((code) => (
                    <option key={code.code} value={code.code}>
                      {pick(code.title, lang)}
                    </option>
                  ))}
              </select>
            </label>
          ))}
        </div>
        {error && (
          <p class="state failure" role="alert">
            {error.reason ? t('error.server', { reason: pick(error.reason, lang) }) : t('offline')}
          </p>
        )}
        {zones && (
          <>
            <p class="tally" role="status">
              <b>{t('zones.count', { count: zones.length })}</b> · {hectares(all)}
            </p>
            {zones.length === 0 && <p class="state">{t('zones.none')}</p>}
            {sums.length > 0 && (
              <details>
                <summary>{t('zones.totals')}</summary>
                <table class="zones-totals">
                  <thead>
                    <tr>
                      <th scope="col">{field('cay')}</th>
                      <th scope="col">{t('zones.commune')}</th>
                      <th scope="col">{t('zones.number')}</th>
                      <th scope="col">ha</th>
                    </tr>
                  </thead>
                  <tbody>
                    {sums.map((sum) => (
                      <tr key={`${sum.crop}/${sum.commune}`}>
                        <td>{name('cay', sum.crop)}</td>
                        <td>{name('ma_xa', sum.commune)}</td>
                        <td>{formatNumber(sum.count, lang)}</td>
                        <td>{formatNumber(sum.hectares, lang, 2)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </details>
            )}
            <ul class="zones-list">
              {zones.map((zone) => (
                <li key={zone.id}>
                  <button type="button" onClick={() => onChoose(zone.id)}>
                    <b>{String(zone.properties['ten'] ?? zone.properties['ma_vung'] ?? zone.id)}</b>
                    <small>
                      {[name('cay', String(zone.properties['cay'] ?? '')), zone.properties['ma_vung'], name('ma_xa', String(zone.properties['ma_xa'] ?? ''))]
                        .filter(Boolean)
                        .join(' · ')}
                    </small>
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <footer>
        <div>
          <a class="text" href={workbook(filters)} download>
            <Icon name="print" />
            {t('zones.workbook')}
          </a>
        </div>
      </footer>
    </section>
  );
}
