/** What every part of the portal may need: the language, the themes, the code lists. */
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { fetchCodeList, type CodeList, type Theme } from '../api';
import type { Lang } from '../text/format';
import { translator, type Translate } from '../text/translate';

export interface Common {
  readonly lang: Lang;
  readonly t: Translate;
  readonly themes: ReadonlyMap<string, Theme>;
}

export const CommonContext = createContext<Common>({ lang: 'vi', t: translator('vi'), themes: new Map() });

export const useCommon = (): Common => useContext(CommonContext);

/** The code lists asked for, as they arrive; one that cannot be had leaves its codes without names. */
export function useCodeLists(ids: readonly string[]): ReadonlyMap<string, CodeList> {
  const [lists, setLists] = useState<ReadonlyMap<string, CodeList>>(new Map());
  const wanted = [...new Set(ids)].sort().join(' ');
  useEffect(() => {
    let current = true;
    for (const id of wanted.split(' ').filter(Boolean)) {
      fetchCodeList(id).then(
        (list) => current && setLists((known) => (known.has(id) ? known : new Map([...known, [id, list]]))),
        () => undefined,
      );
    }
    return () => {
      current = false;
    };
  }, [wanted]);
  return lists;
}
