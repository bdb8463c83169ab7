import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, fetchOverlay, fetchOverlayFile, isWithdrawn, type Laying, type OverlayTable, type Theme } from '../api';
import { formatArea } from '../text/format';
import { pick } from '../text/translate';
import { useCommon } from './context';
import { Class, common } from './extract';

/** Sums shown; the files have all of them. */
const ROWS = 40;

/** How much of which function of a plan lies on which land use, or on what another plan wants there. */
export function PlanOverlay({ theme, plan }: { theme: Theme; plan: string }): JSX.Element | null {
  const { t, lang, themes } = useCommon();
  const layers = [...themes.values()].filter((other) => other.geometry === 'polygon' && other.extract && other.extract !== 'finding' && other.count > 0);
  const [on, setOn] = useState('land_parcels');
  const [table, setTable] = useState<OverlayTable | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const running = useRef<AbortController | null>(null);
  const [busy, setBusy] = useState(false);
  const forget = (): void => {
    running.current?.abort();
    setTable(null);
    setError(null);
    setBusy(false);
  };
  useEffect(() => forget, [theme.id, plan]);
  if (!plan || layers.length === 0) return null;
  const chosen = layers.some((layer) => layer.id === on) ? on : (layers[0]?.id ?? on);
  const laying: Laying = { of: { theme: theme.id, key: [plan] }, on: { theme: chosen } };
  const failed = (reason: unknown): void => {
    if (isWithdrawn(reason)) return;
    setBusy(false);
    setError(reason instanceof ApiError ? reason : new ApiError(0, null));
  };
  const run = (): void => {
    forget();
    const now = new AbortController();
    running.current = now;
    setBusy(true);
    fetchOverlay(laying, now.signal).then((found) => {
      setBusy(false);
      setTable(found);
    }, failed);
  };
  const download = (format: 'csv' | 'xlsx'): void => {
    fetchOverlayFile(laying, format).then((blob) => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `${plan}-${chosen}.${format}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    }, failed);
  };
  const area = (squareMetres: number): string => formatArea(squareMetres, lang);

  return (
    <section class="extract overlay" aria-busy={busy}>
      <h4>
        {t('overlay.title')} <span class="soft">{plan}</span>
      </h4>
      <p class="documents">
        <select aria-label={t('overlay.on')} value={chosen} onChange={(e) => (forget(), setOn(e.currentTarget.value))}>
          {layers.map((layer) => (
            <option key={layer.id} value={layer.id}>
              {pick(layer.title, lang)}
            </option>
          ))}
        </select>
        <button type="button" class="plain" onClick={run}>
          {t(busy ? 'overlay.running' : 'overlay.run')}
        </button>
      </p>
      {error && (
        <p class="soft" role="alert">
          {error.reason ? t('error.server', { reason: pick(error.reason, lang) }) : t('offline')}
        </p>
      )}
      {table && (
        <>
          <p class="soft" role="status">
            {t('overlay.sum', { features: table.features, area: area(table.area), laid: area(table.laid_area) })}
          </p>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('overlay.of')}</th>
                <th scope="col">{t('overlay.class')}</th>
                <th scope="col" class="number">
                  {t('overlay.area')}
                </th>
              </tr>
            </thead>
            <tbody>
              {table.by.slice(0, ROWS).map((sum, i) => (
                <tr key={i} data-area={sum.area}>
                  <td>{sum.of_class ? <Class code={sum.of_class} /> : t('overlay.unknown')}</td>
                  <td>{sum.class ? <Class code={sum.class} /> : t('overlay.unknown')}</td>
                  <td class="number">{common(sum.area, lang)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="documents">
            {(['xlsx', 'csv'] as const).map((format) => (
              <button key={format} type="button" class="text" onClick={() => download(format)}>
                {t('overlay.file', { format: format.toUpperCase() })}
              </button>
            ))}
          </p>
        </>
      )}
    </section>
  );
}
