import { useEffect, useState } from 'preact/hooks';
import { ApiError, isWithdrawn } from '../api';

export interface Fetched<T> {
  /** Null while it is on its way, or there is none. */
  readonly found: T | null;
  readonly error: ApiError | null;
  readonly busy: boolean;
}

const IDLE = { found: null, error: null, busy: false } as const;

/** What `ask` answers, asked anew when `key` changes; a key of null asks nothing. What was found for another key is not shown. */
export function useFetched<T>(key: string | null, ask: (signal: AbortSignal) => Promise<T>, attempt: unknown = 0): Fetched<T> {
  const [state, setState] = useState<Fetched<T> & { readonly key: string | null }>({ ...IDLE, key: null });
  useEffect(() => {
    if (key === null) return undefined;
    const running = new AbortController();
    // What is shown stays while the same is asked once more.
    setState((before) => ({ found: before.key === key ? before.found : null, error: null, busy: true, key }));
    ask(running.signal).then(
      (found) => !running.signal.aborted && setState({ found, error: null, busy: false, key }),
      (reason: unknown) => {
        if (isWithdrawn(reason) || running.signal.aborted) return;
        setState({ found: null, error: reason instanceof ApiError ? reason : new ApiError(0, null), busy: false, key });
      },
    );
    return () => running.abort();
  }, [key, attempt]);
  if (key === null) return IDLE;
  return state.key === key ? state : { found: null, error: null, busy: true };
}
