import type { JSX } from 'preact';
import type { ApiError } from '../api';
import { pick } from '../text/translate';
import { useCommon } from './context';

/** Why something could not be had, in one sentence. */
export function Failed({ error, onRetry }: { error: ApiError; onRetry?: () => void }): JSX.Element {
  const { t, lang } = useCommon();
  return (
    <p class="failed" role="alert">
      {error.reason ? t('error.server', { reason: pick(error.reason, lang) }) : t('offline')}{' '}
      {onRetry && (
        <button type="button" class="text" onClick={onRetry}>
          {t('error.retry')}
        </button>
      )}
    </p>
  );
}
