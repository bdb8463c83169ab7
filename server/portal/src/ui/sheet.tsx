import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ApiError } from '../api';
import { toVn2000 } from '../crs/vn2000';
import type { Place } from '../map/map';
import type { FeatureName } from '../state';
import { formatLonLat, formatVn2000 } from '../text/format';
import { pick } from '../text/translate';
import type { ParcelKey } from '../text/query';
import { Card, type Shown } from './card';
import { useCodeLists, useCommon } from './context';
import { Icon } from './icons';
import { PanelFooter } from './panel_footer';
import { listsOf } from './values';

/** What was asked and what has come back of it. */
export interface Answer {
  readonly place: Place | null;
  readonly key: ParcelKey | null;
  readonly shown: readonly Shown[];
  readonly loading: boolean;
  readonly error: ApiError | null;
}

interface Props {
  readonly answer: Answer;
  readonly chosen: FeatureName | null;
  readonly onChoose: (name: FeatureName | null) => void;
  readonly onZoom: (shown: Shown) => void;
  readonly onClose: () => void;
  readonly onRetry: () => void;
  readonly onCopy: (text: string) => void;
  readonly onLink: () => void;
  readonly onPrint: () => void;
}

const same = (a: FeatureName | null, b: FeatureName): boolean => a?.theme === b.theme && a.id === b.id;

/** The sheet: at the left on a desktop, from below on a phone. */
export function Sheet({ answer, chosen, onChoose, onZoom, onClose, onRetry, onCopy, onLink, onPrint }: Props): JSX.Element {
  const { t, themes } = useCommon();
  const shownThemes = [...new Set(answer.shown.map((s) => s.theme))].flatMap((id) => themes.get(id) ?? []);
  const lists = useCodeLists(listsOf(shownThemes));
  const heading = useRef<HTMLHeadingElement>(null);
  const subject = answer.key ? `${answer.key.commune}/${answer.key.sheet}/${answer.key.parcel}` : (answer.place?.join() ?? '');
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), [subject]);

  return (
    <section class="sheet" aria-label={t('sheet.label')} aria-busy={answer.loading} onKeyDown={(e) => e.key === 'Escape' && onClose()}>
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {t(answer.key ? 'sheet.results' : 'sheet.label')}
        </h2>
        <button type="button" class="quiet" aria-label={t('sheet.close')} title={t('sheet.close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div class="sheet-body">
        {answer.place && <Where place={answer.place} onCopy={onCopy} />}
        {answer.loading && <Progress />}
        {answer.error && <Failure error={answer.error} onRetry={onRetry} />}
        {!answer.loading && !answer.error && answer.shown.length === 0 && <Nothing missing={answer.key} />}
        {answer.key && answer.shown.length > 1 && <p class="tally">{t('search.hits', { count: answer.shown.length })}</p>}
        {answer.shown.map((shown) => (
          <div key={`${shown.theme}:${shown.id}`}>
            {answer.key && <Era shown={shown} />}
            <Card
              shown={shown}
              theme={themes.get(shown.theme)}
              lists={lists}
              open={same(chosen, shown)}
              onToggle={() => onChoose(same(chosen, shown) ? null : { theme: shown.theme, id: shown.id })}
              onZoom={() => onZoom(shown)}
            />
          </div>
        ))}
      </div>
      <PanelFooter onLink={onLink} onPrint={onPrint}>
        {answer.shown.length > 0 && <p>{t('sheet.reference')}</p>}
      </PanelFooter>
    </section>
  );
}

function Where({ place, onCopy }: { place: Place; onCopy: (text: string) => void }): JSX.Element {
  const { t, lang } = useCommon();
  const plane = toVn2000(...place);
  const { x, y } = formatVn2000(plane, lang);
  return (
    <div class="where">
      <span>
        <small>{t('sheet.position')} · VN-2000 / 107°00′</small>
        X <b>{x}</b> &nbsp;Y <b>{y}</b> m
        <small>WGS 84 {formatLonLat(...place)}</small>
      </span>
      <button
        type="button"
        class="quiet"
        aria-label={t('position.copy', { system: 'VN-2000' })}
        title={t('position.copy', { system: 'VN-2000' })}
        onClick={() => onCopy(`${plane.x.toFixed(2)} ${plane.y.toFixed(2)}`)}
      >
        <Icon name="copy" />
      </button>
    </div>
  );
}

function Era({ shown }: { shown: Shown }): JSX.Element {
  const { t } = useCommon();
  const { ma_xa: commune, ma_xa_goc: origin } = shown.properties;
  const where =
    typeof origin === 'string' && origin !== commune
      ? t('search.commune.was', { commune: String(commune ?? ''), origin })
      : t('search.commune', { commune: String(commune ?? '') });
  const era = shown.era === '2023' || shown.era === '2025' ? t(`search.era.${shown.era}`) : null;
  return (
    <p class="era">
      {era && <b>{era}</b>} {where}
    </p>
  );
}

function Progress(): JSX.Element {
  const { t } = useCommon();
  return (
    <p class="progress" role="status">
      <span class="hidden">{t('sheet.loading')}</span>
    </p>
  );
}

function Failure({ error, onRetry }: { error: ApiError; onRetry: () => void }): JSX.Element {
  const { t, lang } = useCommon();
  return (
    <div class="state failure" role="alert">
      <Icon name="warning" />
      <p>
        <b>{t('error.title')}</b>
        {error.reason ? t('error.server', { reason: pick(error.reason, lang) }) : t('offline')}
      </p>
      <button type="button" class="plain" onClick={onRetry}>
        {t('error.retry')}
      </button>
    </div>
  );
}

function Nothing({ missing }: { missing: ParcelKey | null }): JSX.Element {
  const { t } = useCommon();
  return (
    <div class="state" role="status">
      <Icon name="search" />
      <p>
        <b>{missing ? t('search.none', { ...missing }) : t('sheet.empty')}</b>
        {t(missing ? 'search.none.advice' : 'sheet.empty.advice')}
      </p>
    </div>
  );
}
