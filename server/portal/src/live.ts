/** Changes of the register as they happen: the server's events, and whether they can be heard. */
import type { Box } from './map/touched';
import type { FeatureName } from './state';

/** What an event `change` says. */
export interface Changes {
  readonly token: string;
  readonly stale: boolean;
  readonly changes: readonly { readonly theme: string; readonly id?: number; readonly operation: string }[];
  /** Where tiles are other than before, by theme; null where a theme has changed as a whole. */
  readonly boxes: Readonly<Record<string, readonly Box[] | null>>;
}

/** How fresh what is shown is. */
export type Freshness = 'live' | 'stale' | 'cut';

export interface LiveEvents {
  changed(changes: Changes): void;
  /** Too much has happened to be told one by one. */
  reload(): void;
  fresh(freshness: Freshness): void;
}

/** A connection that is gone for this long is said; a server that is started anew is back before. */
const PATIENCE = 5000;

const read = (event: Event): unknown => {
  try {
    return JSON.parse((event as MessageEvent<string>).data);
  } catch {
    return null;
  }
};

/** Listens until the returned function is called. The browser connects again by itself, and goes on where it was. */
export function follow(handlers: LiveEvents, open: (path: string) => EventSource = (path) => new EventSource(path)): () => void {
  const source = open('/events');
  let [stale, timer, known] = [false, 0, false];
  const say = (): void => handlers.fresh(stale ? 'stale' : 'live');
  const hear = (name: string, heard: (said: unknown) => void): void => source.addEventListener(name, (event) => heard(read(event)));
  const state = (said: unknown): void => {
    stale = (said as { stale?: unknown } | null)?.stale === true;
    clearTimeout(timer);
    timer = 0;
    say();
  };
  hear('ready', (said) => {
    known = true;
    state(said);
  });
  hear('state', state);
  hear('change', (said) => said && handlers.changed(said as Changes));
  hear('reload', () => handlers.reload());
  source.addEventListener('error', () => {
    // A server without events, such as an older one, is none to wait for.
    if (source.readyState === 2 && !known) return;
    timer ||= setTimeout(() => handlers.fresh('cut'), PATIENCE) as unknown as number;
  });
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

/** Whether a change is about one of the features shown, or may be. */
export const concerns = (changes: Changes, shown: readonly FeatureName[]): boolean =>
  changes.changes.some((c) => shown.some((s) => s.theme === c.theme && (c.id === undefined || c.id === s.id)));
