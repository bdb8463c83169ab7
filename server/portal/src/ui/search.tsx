import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { FoundItem } from '../api';
import type { Bounds } from '../map/map';
import { Suggester, recent, remember, wholeKey, type Suggestions } from '../suggest';
import type { ParcelKey } from '../text/query';
import { pick } from '../text/translate';
import { useCommon } from './context';
import { Icon, type IconName } from './icons';

interface Props {
  readonly text: string;
  readonly busy: boolean;
  /** What the map shows: what lies in it is offered first. */
  readonly inView: () => Bounds | null;
  /** All parcels of a key that was typed whole. */
  readonly onKey: (text: string, key: ParcelKey) => void;
  readonly onChoose: (item: FoundItem) => void;
  readonly onClear: () => void;
}

const LIST = 'search-list';
const option = (index: number): string => `search-option-${index}`;

/** The one search box: parcels, communes of both eras, coordinates, names; offered as they are typed. */
export function SearchBox({ text, busy, inView, onKey, onChoose, onClear }: Props): JSX.Element {
  const { t } = useCommon();
  const [typed, setTyped] = useState(text);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [known, setKnown] = useState<Suggestions | null>(null);
  const suggester = useMemo(() => new Suggester(setKnown), []);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => () => suggester.withdraw(), []);
  useEffect(() => document.getElementById(option(active))?.scrollIntoView({ block: 'nearest' }), [active]);

  const blank = typed.trim() === '';
  const before = useMemo(() => (open && blank ? recent() : []), [open, blank]);
  const items = blank ? before : (known?.found?.results ?? []);
  const settled = known?.text === typed;
  const error = !blank && settled ? known?.error : null;
  const nothing = !blank && settled && known?.found !== null && items.length === 0;
  const shown = open && (items.length > 0 || nothing || error != null);

  const close = (): void => {
    setOpen(false);
    setActive(-1);
  };
  const choose = (item: FoundItem): void => {
    suggester.withdraw();
    close();
    remember(item);
    onChoose(item);
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const pointed = items[active];
    if (pointed) return choose(pointed);
    if (blank) return setOpen(true);
    const told = settled && known ? known : await suggester.now(typed, inView());
    const [first] = told?.found?.results ?? [];
    const key = told?.found && wholeKey(told.found);
    if (key) {
      if (first) remember({ ...first, title: first.title });
      close();
      onKey(typed.trim(), key);
    } else if (first) choose(first);
    else setOpen(true);
  };
  const clear = (): void => {
    suggester.withdraw();
    setTyped('');
    setKnown(null);
    close();
    onClear();
    input.current?.focus();
  };
  const keys = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setOpen(true);
      // One place before the first is the text itself.
      const places = items.length + 1;
      if (items.length > 0) setActive(((active + 1 + step + places) % places) - 1);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (shown) close();
      else clear();
    } else if (event.key === 'Tab') close();
  };

  return (
    <form class="search" role="search" onSubmit={(event) => void submit(event)} aria-busy={busy}>
      <label class="hidden" for="search-text">
        {t('search.label')}
      </label>
      <div class="search-row">
        <input
          id="search-text"
          ref={input}
          type="text"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={shown}
          aria-controls={LIST}
          aria-activedescendant={active >= 0 ? option(active) : undefined}
          inputMode="search"
          enterKeyHint="search"
          autoComplete="off"
          spellcheck={false}
          placeholder={t('search.placeholder')}
          value={typed}
          onFocus={() => setOpen(true)}
          onBlur={close}
          onClick={() => setOpen(true)}
          onInput={(event) => {
            const now = event.currentTarget.value;
            setTyped(now);
            setActive(-1);
            setOpen(true);
            if (now.trim() === '') suggester.withdraw();
            else suggester.later(now, inView());
          }}
          onKeyDown={keys}
        />
        {typed !== '' && (
          <button type="button" class="quiet" aria-label={t('search.clear')} title={t('search.clear')} onClick={clear}>
            <Icon name="close" />
          </button>
        )}
        <button type="submit" class="go" aria-label={t('search.submit')} title={t('search.submit')}>
          <Icon name="search" />
        </button>
      </div>
      <div class="search-offers" hidden={!shown} onMouseDown={(event) => event.preventDefault()}>
        {blank && items.length > 0 && <p class="search-advice">{t('search.recent')}</p>}
        <ul id={LIST} role="listbox" aria-label={t(blank ? 'search.recent' : 'sheet.results')}>
          {items.map((item, index) => (
            <Offer key={`${item.kind}:${item.theme}:${item.id}:${item.title.vi}:${index}`} item={item} index={index} active={index === active} onChoose={choose} />
          ))}
        </ul>
      </div>
      <div class="search-advice" role="status" hidden={!busy && !(open && (nothing || error != null))}>
        {busy && t('search.searching')}
        {!busy && open && nothing && (
          <>
            <b>{t('search.nothing', { text: typed.trim() })}</b> {t('search.hint')}
          </>
        )}
        {!busy && open && error && <Failure error={error} />}
      </div>
    </form>
  );
}

function Failure({ error }: { error: NonNullable<Suggestions['error']> }): JSX.Element {
  const { t, lang } = useCommon();
  return <>{error.reason ? t('error.server', { reason: pick(error.reason, lang) }) : t('offline')}</>;
}

const GROUPS: Readonly<Record<string, IconName>> = { land: 'land', planning: 'planning', crops: 'crops', water: 'water' };

function Offer({ item, index, active, onChoose }: { item: FoundItem; index: number; active: boolean; onChoose: (item: FoundItem) => void }): JSX.Element {
  const { lang, themes } = useCommon();
  const group = item.theme ? themes.get(item.theme)?.group : undefined;
  const icon: IconName = item.kind === 'place' ? 'target' : item.kind === 'unit' ? 'home' : (GROUPS[group ?? ''] ?? 'search');
  return (
    <li id={option(index)} role="option" aria-selected={active} onClick={() => onChoose(item)}>
      <Icon name={icon} />
      <span>
        <b>{pick(item.title, lang)}</b>
        <small>{pick(item.subtitle, lang)}</small>
      </span>
    </li>
  );
}
