import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Freshness } from '../live';
import type { TextKey } from '../text/table';
import { useCommon } from './context';
import { Icon } from './icons';

interface Notice {
  readonly key: TextKey;
  readonly values?: Readonly<Record<string, string>>;
}

export interface NoticeBoard {
  readonly notice: Notice | null;
  readonly offline: boolean;
  say(key: TextKey, values?: Readonly<Record<string, string>>): void;
}

const STAYS = 4000;

/** Short messages that go by themselves, and whether there is a connection. */
export function useNotices(): NoticeBoard {
  const [notice, setNotice] = useState<Notice | null>(null);
  const [offline, setOffline] = useState(!navigator.onLine);
  const timer = useRef(0);
  const say = useCallback((key: TextKey, values?: Readonly<Record<string, string>>) => {
    clearTimeout(timer.current);
    setNotice(values ? { key, values } : { key });
    timer.current = window.setTimeout(() => setNotice(null), STAYS);
  }, []);
  useEffect(() => {
    const look = (): void => setOffline(!navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  return { notice, offline, say };
}

interface Props {
  readonly notices: NoticeBoard;
  readonly freshness: Freshness;
  /** Whether the register holds nothing yet. */
  readonly empty: boolean;
}

/** The strip that says them, and whether what is shown may be old. */
export function Notices({ notices, freshness, empty }: Props): JSX.Element {
  const { t } = useCommon();
  const { notice, offline } = notices;
  return (
    <div class="notices" role="status" aria-live="polite">
      {empty && <p class="warn">{t('empty.province')}</p>}
      {offline && (
        <p class="warn">
          <Icon name="warning" />
          {t('offline')}
        </p>
      )}
      {!offline && freshness !== 'live' && (
        <p class="warn badge" data-freshness={freshness}>
          <Icon name="warning" />
          {t(freshness === 'stale' ? 'live.stale' : 'live.cut')}
        </p>
      )}
      {notice && <p>{t(notice.key, notice.values)}</p>}
    </div>
  );
}
