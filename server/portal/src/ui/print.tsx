/** Printing: a page with the map, its scale, its legend and the sheet, not a screenshot of the screen. */
import type { JSX, RefObject } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Entry } from '../map/entries';
import type { MapView } from '../map/map';
import { formatDate, formatNumber } from '../text/format';
import { pick } from '../text/translate';
import { useCommon } from './context';
import { Legend, type InView } from './legend';

interface Page {
  readonly picture: string;
  /** Denominator of the scale on paper. */
  readonly scale: number;
}

export interface Print {
  readonly page: Page | null;
  start(): void;
}

/** Width of the map on an A4 page in metres. */
const PAPER_WIDTH = 0.182;

/** Takes the map's picture whenever the page is about to be printed, by the button or by the browser. */
export function usePrint(map: RefObject<MapView | null>): Print {
  const [page, setPage] = useState<Page | null>(null);
  const take = useCallback(() => {
    const view = map.current;
    if (!view) return;
    setPage({ picture: view.picture(), scale: (view.metresPerPixel() * view.width()) / PAPER_WIDTH });
  }, [map]);
  useEffect(() => {
    addEventListener('beforeprint', take);
    return () => removeEventListener('beforeprint', take);
  }, [take]);
  return {
    page,
    start: () => {
      take();
      // The page is printed once it holds the picture.
      setTimeout(() => window.print(), 50);
    },
  };
}

interface Props {
  readonly print: Print;
  readonly entries: readonly Entry[];
  readonly inView: ReadonlyMap<string, InView>;
}

/** The head and the map of the printed page; the sheet follows it in the flow. */
export function PrintPage({ print, entries, inView }: Props): JSX.Element | null {
  const { t, lang, themes } = useCommon();
  if (!print.page) return null;
  const { picture, scale } = print.page;
  const rounded = Number(scale.toPrecision(2));
  return (
    <section class="print-page" aria-hidden="true">
      <header>
        <h1>{t('print.title')}</h1>
        <p>
          {t('app.subtitle')} · {t('print.made', { date: formatDate(new Date().toISOString().slice(0, 10)) })} ·{' '}
          {t('print.scale', { scale: formatNumber(rounded, lang, 0) })}
        </p>
      </header>
      <img src={picture} alt="" />
      <h2>{t('print.legend')}</h2>
      <div class="print-legend">
        {entries.map((entry) => {
          const title = entry.title ?? themes.get(entry.theme)?.title;
          return (
            <div key={entry.id}>
              <h3>{title ? pick(title, lang) : entry.id}</h3>
              <Legend entry={entry} inView={inView.get(entry.id)} />
            </div>
          );
        })}
      </div>
      <p>{t('sheet.reference')}</p>
    </section>
  );
}
