import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError, extractPath, fetchExtract, isWithdrawn, type Extract, type NamedCode, type TouchingPart, type TouchingTheme } from '../api';
import { isSpoken } from '../text/code';
import { formatArea, formatDate, formatNumber, type Lang } from '../text/format';
import { pick } from '../text/translate';
import { useCommon } from './context';
import { Icon } from './icons';

interface Props {
  readonly theme: string;
  readonly id: number;
  /** What is asked again when it changes: the parcel as it stands. */
  readonly state: unknown;
}

/** The extract of the parcel, filling in below what its tile knew. */
export function ParcelExtract({ theme, id, state }: Props): JSX.Element {
  const { t, lang } = useCommon();
  const [extract, setExtract] = useState<Extract | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const running = new AbortController();
    setError(null);
    fetchExtract({ theme, id }, running.signal).then(setExtract, (reason: unknown) => {
      if (!isWithdrawn(reason) && !running.signal.aborted) setError(reason instanceof ApiError ? reason : new ApiError(0, null));
    });
    return () => running.abort();
  }, [theme, id, state, attempt]);
  const current = extract?.id === id && extract.theme === theme ? extract : null;

  return (
    <section class="extract" aria-busy={!current && !error}>
      {!current && !error && (
        <p class="soft" role="status">
          {t('extract.loading')}
        </p>
      )}
      {!current && error && (
        <p class="soft" role="alert">
          {error.reason ? t('error.server', { reason: pick(error.reason, lang) }) : t('offline')}{' '}
          <button type="button" class="text" onClick={() => setAttempt(attempt + 1)}>
            {t('error.retry')}
          </button>
        </p>
      )}
      {current && <Filled extract={current} />}
    </section>
  );
}

function Filled({ extract }: { extract: Extract }): JSX.Element {
  const { t, lang } = useCommon();
  const path = extractPath(extract);
  const corners = extract.survey.rings.reduce((sum, ring) => sum + ring.corners.length, 0);
  return (
    <>
      <h4>{t('extract.touching')}</h4>
      {extract.touching.length === 0 && <p class="soft">{t('extract.touching.none')}</p>}
      {extract.touching.map((theme) => (
        <Touch key={theme.theme} theme={theme} />
      ))}
      <WithoutCorridor features={extract.unmeasured} />
      <Names title={t('extract.not.touching')} themes={extract.not_touching} />
      <Names title={t('extract.no.data')} themes={extract.no_data} />
      <details>
        <summary>{t('extract.corners', { count: corners })}</summary>
        <Corners extract={extract} />
      </details>
      {extract.neighbours.length > 0 && (
        <details>
          <summary>{t('extract.neighbours', { count: extract.neighbours.length })}</summary>
          <table>
            <tbody>
              {extract.neighbours.map((beside) => (
                <tr key={beside.id}>
                  <td>{pick(beside.title, lang)}</td>
                  <td>{beside.land_use?.code}</td>
                  <td class="number">{formatNumber(beside.length, lang, 2, 2)} m</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
      <p class="documents">
        <a class="text" href={`${path}?f=pdf`} target="_blank" rel="noopener">
          <Icon name="print" />
          {t('extract.pdf')}
        </a>
        <a class="text" href={`${path}?f=html`} target="_blank" rel="noopener">
          {t('extract.page')}
        </a>
      </p>
    </>
  );
}

/** A share of a parcel; what is not nothing is not said to be. */
const percent = (value: number, lang: Lang): string => (value > 0 && value < 0.05 ? '< ' + formatNumber(0.1, lang, 1) : formatNumber(value, lang, 1)) + ' %';

/** An area in common: small ones with two decimals, so that they are not said to be nothing. */
export const common = (area: number, lang: Lang): string => (area < 1 ? `${formatNumber(area, lang, 2)} m²` : formatArea(area, lang));

function Touch({ theme }: { theme: TouchingTheme }): JSX.Element {
  const { t, lang } = useCommon();
  const dates = theme.groups.flatMap((group) => group.parts.map((part) => `${part.source.dataset}|${part.source.imported_at}`));
  return (
    <section class="touch" data-theme={theme.theme}>
      <h5>
        <span>{pick(theme.title, lang)}</span>
        <span class="number" data-area={theme.area}>
          {common(theme.area, lang)} · {percent(theme.percent, lang)}
        </span>
      </h5>
      {theme.groups.map((group) => (
        <div key={group.key ?? ''}>
          {group.key && <p class="soft">{[group.key, ...group.record.filter((said) => said.name === 'ten').map((said) => String(said.value))].join(' · ')}</p>}
          <table>
            <tbody>
              {group.parts.map((part) => (
                <Part key={part.id} part={part} />
              ))}
              {group.key && group.outside > 0 && (
                <tr>
                  <td>{t('extract.outside')}</td>
                  <td class="number">{common(group.outside, lang)}</td>
                  <td />
                </tr>
              )}
            </tbody>
          </table>
        </div>
      ))}
      <p class="soft">
        {theme.legal.map((legal) => t('extract.legal', { legal: pick(legal, lang) })).join(' ')}
        {[...new Set(dates)].map((said) => {
          const [dataset = '', at = ''] = said.split('|');
          return <span key={said}> {t('sheet.source.dated', { dataset, date: formatDate(at) })}</span>;
        })}
      </p>
    </section>
  );
}

function Part({ part }: { part: TouchingPart }): JSX.Element {
  const { t, lang } = useCommon();
  const { corridor } = part;
  return (
    <tr data-feature={part.id} data-area={part.area}>
      <td>
        {part.class ? <Class code={part.class} /> : part.label}
        {part.class && part.label !== part.class.code && <small>{part.label}</small>}
        {corridor && (
          <small>
            {t('extract.corridor', { river: corridor.river, land: corridor.land })}
            {corridor.reference && <b> ({t('extract.reference')})</b>}
          </small>
        )}
      </td>
      <td class="number">{common(part.area, lang)}</td>
      <td class="number">{percent(part.percent, lang)}</td>
    </tr>
  );
}

export function Class({ code }: { code: NamedCode }): JSX.Element {
  const { lang } = useCommon();
  return (
    <span class="code">
      {code.color && <i class="swatch" style={{ background: code.color }} />}
      <span>
        {(isSpoken(code.code) || !code.title) && <b>{code.code}</b>}
        {isSpoken(code.code) && code.title && ' – '}
        {code.title && pick(code.title, lang)}
      </span>
    </span>
  );
}

function WithoutCorridor({ features }: { features: Extract['unmeasured'] }): JSX.Element | null {
  const { t, lang } = useCommon();
  if (features.length === 0) return null;
  return (
    <section class="touch" data-unmeasured={features.length}>
      <h5>
        <span>{t('extract.unmeasured')}</span>
      </h5>
      <table>
        <tbody>
          {features.map((one) => (
            <tr key={one.id} data-feature={one.id}>
              <td>
                {one.class ? <Class code={one.class} /> : pick(one.theme_title, lang)}
                <small>{one.label}</small>
              </td>
              <td class="number">{one.distance < 0.05 ? t('extract.on') : t('extract.off', { metres: formatNumber(one.distance, lang, 1) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="soft">{t('extract.unmeasured.why')}</p>
    </section>
  );
}

function Names({ title, themes }: { title: string; themes: Extract['not_touching'] }): JSX.Element | null {
  const { lang } = useCommon();
  if (themes.length === 0) return null;
  return (
    <p class="names">
      <b>{title}:</b> {themes.map((theme) => pick(theme.title, lang)).join(' · ')}
    </p>
  );
}

function Corners({ extract }: { extract: Extract }): JSX.Element {
  const { t, lang } = useCommon();
  const { area, survey } = extract;
  return (
    <>
      <p class="soft">
        {pick(survey.grid, lang)} · EPSG:{survey.epsg} · {t('extract.area.grid')}: {formatNumber(area.computed, lang, 2, 2)} m²
      </p>
      {survey.rings.map((ring, i) => (
        <table key={i}>
          {ring.hole && <caption>{t('extract.hole')}</caption>}
          <thead>
            <tr>
              <th scope="col">{t('extract.corner')}</th>
              <th scope="col">X (m)</th>
              <th scope="col">Y (m)</th>
              <th scope="col">{t('extract.edge')}</th>
            </tr>
          </thead>
          <tbody>
            {ring.corners.map((corner) => (
              <tr key={corner.number}>
                <td>{corner.number}</td>
                <td class="number">{formatNumber(corner.x, lang, 3, 3)}</td>
                <td class="number">{formatNumber(corner.y, lang, 3, 3)}</td>
                <td class="number">{formatNumber(corner.length, lang, 2, 2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </>
  );
}
