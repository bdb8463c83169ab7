import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { understand, type Query } from '../text/query';
import { useCommon } from './context';
import { Icon } from './icons';

interface Props {
  readonly text: string;
  readonly busy: boolean;
  readonly onSearch: (text: string, query: Query) => void;
  readonly onClear: () => void;
}

/** The one search box: parcel keys and coordinates in the spellings people use. */
export function SearchBox({ text, busy, onSearch, onClear }: Props): JSX.Element {
  const { t } = useCommon();
  const [typed, setTyped] = useState(text);
  const [advice, setAdvice] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(text), [text]);

  const submit = (event: Event): void => {
    event.preventDefault();
    const query = understand(typed);
    const usable = query.kind === 'parcel' || query.kind === 'place';
    setAdvice(!usable);
    if (usable) onSearch(typed.trim(), query);
    else input.current?.focus();
  };
  const clear = (): void => {
    setTyped('');
    setAdvice(false);
    onClear();
    input.current?.focus();
  };

  return (
    <form class="search" role="search" onSubmit={submit} aria-busy={busy}>
      <label class="hidden" for="search-text">
        {t('search.label')}
      </label>
      <div class="search-row">
        <input
          id="search-text"
          ref={input}
          type="text"
          inputMode="search"
          enterKeyHint="search"
          autoComplete="off"
          spellcheck={false}
          placeholder={t('search.placeholder')}
          aria-describedby={advice ? 'search-advice' : undefined}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setAdvice(false);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') clear();
          }}
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
      <p id="search-advice" class="search-advice" role="status" hidden={!advice && !busy}>
        {busy ? t('search.searching') : t('search.hint')}
      </p>
    </form>
  );
}
