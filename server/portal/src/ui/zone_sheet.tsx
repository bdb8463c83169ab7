import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError, isWithdrawn, type CodeList } from '../api';
import { formatArea, formatDate, formatNumber } from '../text/format';
import { pick } from '../text/translate';
import { canEnter, fetchZone, type ZoneSheet } from '../zones';
import { useCommon } from './context';
import { Icon } from './icons';
import { ObservationForm } from './observation_form';

interface Props {
  readonly id: number;
  readonly beat: number;
  readonly lists: ReadonlyMap<string, CodeList>;
  readonly middle: () => readonly [number, number] | null;
  readonly onBack: () => void;
}

const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((v) => typeof v === 'string') : []);
const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** A growing area: its codes and markets, parcels inside, works near it, pest observations over time. */
export function ZoneSheetView({ id, beat, lists, middle, onBack }: Props): JSX.Element {
  const { t, lang } = useCommon();
  const [sheet, setSheet] = useState<ZoneSheet | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const withdrawn = new AbortController();
    fetchZone(id, withdrawn.signal).then(setSheet, (reason: unknown) => {
      if (!isWithdrawn(reason)) setError(reason instanceof ApiError ? reason : new ApiError(0, null));
    });
    return () => withdrawn.abort();
  }, [id, beat]);
  useEffect(() => void canEnter().then(setOpen), []);

  const named = (list: string, code: string): string => {
    const entry = lists.get(list)?.codes.find((c) => c.code === code);
    return entry ? pick(entry.title, lang) : code;
  };
  const p = sheet?.properties ?? {};
  const area = (squareMetres: number): string => formatArea(squareMetres, lang);
  return (
    <section class="zones sheet" aria-label={t('zones.sheet')} aria-busy={!sheet && !error}>
      <header>
        <button type="button" class="quiet" aria-label={t('zones.back')} title={t('zones.back')} onClick={onBack}>
          <Icon name="back" />
        </button>
        <h2>{text(p['ten']) || text(p['ma_vung']) || t('zones.sheet')}</h2>
      </header>
      <div class="sheet-body">
        {error && (
          <p class="state failure" role="alert">
            {error.reason ? t('error.server', { reason: pick(error.reason, lang) }) : t('offline')}
          </p>
        )}
        {sheet && (
          <>
            <dl class="zone-facts">
              <dt>{t('zones.crop')}</dt>
              <dd>{[named('crops', text(p['cay'])), text(p['giong'])].filter(Boolean).join(' · ')}</dd>
              <dt>{t('zones.codes')}</dt>
              <dd>{strings(p['ma_vung_trong']).join(', ') || '—'}</dd>
              <dt>{t('zones.markets')}</dt>
              <dd>{strings(p['thi_truong']).map((code) => named('markets', code)).join(', ') || '—'}</dd>
              <dt>{t('zones.standards')}</dt>
              <dd>{strings(p['tieu_chuan']).map((code) => named('crop_standards', code)).join(', ') || '—'}</dd>
              <dt>{t('sheet.area.computed')}</dt>
              <dd>{area(sheet.area_m2)}</dd>
            </dl>
            <h3>{t('zones.parcels', { count: sheet.parcels.count })}</h3>
            {sheet.parcels.uses.length > 0 && (
              <ul class="zone-rows">
                {sheet.parcels.uses.map((use) => (
                  <li key={use.loai_dat}>
                    <span>{use.loai_dat ? `${use.loai_dat} – ${use.title ? pick(use.title, lang) : ''}` : t('zones.unsaid')}</span>
                    <span>{area(use.area_m2)}</span>
                  </li>
                ))}
              </ul>
            )}
            <h3>{t('zones.works')}</h3>
            {sheet.works.length === 0 && <p class="state">{t('zones.works.none')}</p>}
            <ul class="zone-rows">
              {sheet.works.map((work) => (
                <li key={work.id}>
                  <span>{[work.kind && pick(work.kind, lang), work.name].filter(Boolean).join(' · ') || work.id}</span>
                  <span>{formatNumber(work.distance_m, lang, 0)} m</span>
                </li>
              ))}
            </ul>
            <h3>{t('zones.observations', { count: sheet.observations.length })}</h3>
            {sheet.observations.length === 0 && <p class="state">{t('zones.observations.none')}</p>}
            <ul class="zone-rows observations">
              {sheet.observations.map(({ id: seen, properties: o }) => (
                <li key={seen}>
                  <span>
                    <b>{formatDate(text(o['ngay_dieu_tra']))}</b> {text(o['dich_hai'])}
                  </span>
                  <span>
                    {named('pest_statuses', text(o['muc_do']))}
                    {typeof o['ty_le_hai'] === 'number' && ` · ${formatNumber(o['ty_le_hai'], lang, 1)} %`}
                  </span>
                </li>
              ))}
            </ul>
            {open && <ObservationForm zone={p} statuses={lists.get('pest_statuses')} middle={middle} />}
          </>
        )}
      </div>
    </section>
  );
}
