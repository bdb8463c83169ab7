import type { JSX } from 'preact';
import type { Theme } from '../api';
import type { Entry } from '../map/entries';
import type { View } from '../state';
import { pick } from '../text/translate';
import { useCommon } from './context';
import { Icon } from './icons';
import { Legend, type InView } from './legend';
import { count } from './values';

interface Props {
  readonly entries: readonly Entry[];
  readonly on: readonly string[];
  readonly view: View;
  readonly inView: ReadonlyMap<string, InView>;
  readonly onSwitch: (id: string, on: boolean) => void;
  readonly onOpacity: (id: string, percent: number) => void;
  readonly onDark: (dark: boolean) => void;
  readonly onFold: (open: boolean) => void;
}

const GROUPS = ['land', 'planning', 'crops', 'water', 'ground'] as const;

/** Layers and legend, folded by default. */
export function Layers(props: Props): JSX.Element {
  const { t } = useCommon();
  const { view, entries, onFold, onDark } = props;
  if (!view.panel) {
    return (
      <button type="button" class="layers-open" aria-expanded={false} aria-label={t('layers.open')} onClick={() => onFold(true)}>
        <Icon name="layers" />
        <span>{t('layers.open')}</span>
      </button>
    );
  }
  return (
    <aside class="layers" aria-label={t('layers.label')} onKeyDown={(e) => e.key === 'Escape' && onFold(false)}>
      <header>
        <h2>{t('layers.label')}</h2>
        <button type="button" class="quiet" aria-expanded aria-label={t('layers.close')} title={t('layers.close')} onClick={() => onFold(false)}>
          <Icon name="close" />
        </button>
      </header>
      <div class="layers-body">
        {GROUPS.map((group) => {
          const members = entries.filter((e) => e.group === group);
          if (members.length === 0) return null;
          return (
            <fieldset key={group}>
              <legend>{t(`layers.group.${group}`)}</legend>
              {members.map((entry) => (
                <Row key={entry.id} entry={entry} {...props} />
              ))}
            </fieldset>
          );
        })}
        <label class="switch dark-switch">
          <input type="checkbox" role="switch" checked={view.dark} onChange={(e) => onDark(e.currentTarget.checked)} />
          <span>
            <Icon name="moon" />
            {t('layers.dark')}
          </span>
        </label>
      </div>
    </aside>
  );
}

/** Why an entry that is switched on may show nothing. */
function useRemark(theme: Theme | undefined, zoom: number): string | null {
  const { t, lang } = useCommon();
  if (!theme || theme.count === 0) return t('layers.nodata');
  if (zoom < theme.zooms.min) return t('layers.zoom');
  return t('layers.count', { count: count(theme.count, lang) });
}

function Row({ entry, on, view, inView, onSwitch, onOpacity }: Props & { entry: Entry }): JSX.Element {
  const { t, lang, themes } = useCommon();
  const theme = themes.get(entry.theme);
  const title = entry.title ?? theme?.title;
  const name = title ? pick(title, lang) : entry.id;
  const remark = useRemark(theme, view.camera?.zoom ?? 0);
  const shown = on.includes(entry.id);
  const percent = view.opacity[entry.id] ?? 100;
  return (
    <div class="layer">
      <label class="switch">
        <input type="checkbox" role="switch" checked={shown} onChange={(e) => onSwitch(entry.id, e.currentTarget.checked)} />
        <span>
          {name}
          {remark && <small>{remark}</small>}
        </span>
      </label>
      {shown && (
        <div class="layer-more">
          <input
            type="range"
            min={10}
            max={100}
            step={5}
            value={percent}
            aria-label={t('layers.opacity', { layer: name })}
            aria-valuetext={`${percent} %`}
            title={`${percent} %`}
            onInput={(e) => onOpacity(entry.id, Number(e.currentTarget.value))}
          />
          <Legend entry={entry} inView={inView.get(entry.id)} />
        </div>
      )}
    </div>
  );
}
