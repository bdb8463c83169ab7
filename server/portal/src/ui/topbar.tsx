import type { JSX } from 'preact';
import { WAYS, type Way } from '../state';
import { useCommon } from './context';
import { Icon, Seal } from './icons';

interface Props {
  readonly way: Way;
  readonly onWay: (way: Way) => void;
  readonly onLang: () => void;
}

/** The head of the page: whose portal it is, the ways in, the language. */
export function TopBar({ way, onWay, onLang }: Props): JSX.Element {
  const { t, lang } = useCommon();
  return (
    <header class="topbar">
      <div class="brand">
        <Seal />
        <div>
          <h1>{t('app.name')}</h1>
          <p>{t('app.subtitle')}</p>
        </div>
      </div>
      <nav class="ways" aria-label={t('way.label')}>
        {WAYS.map((id) => (
          <button key={id} type="button" aria-current={id === way ? 'page' : undefined} onClick={() => onWay(id)}>
            <Icon name={id} />
            <span>{t(`way.${id}`)}</span>
          </button>
        ))}
      </nav>
      <button type="button" class="lang" lang={lang === 'vi' ? 'en' : 'vi'} onClick={onLang}>
        <span>{t('lang.switch')}</span>
        <abbr aria-hidden="true">{lang === 'vi' ? 'EN' : 'VI'}</abbr>
      </button>
    </header>
  );
}
