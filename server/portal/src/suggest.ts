/** What the search box offers while somebody types: the server's answers, the newest only, and what was chosen before. */
import { ApiError, fetchSearch, isWithdrawn, type Found, type FoundItem } from './api';
import type { Bounds } from './map/map';
import type { ParcelKey } from './text/query';

/** What is known of a typed text. */
export interface Suggestions {
  readonly text: string;
  readonly found: Found | null;
  readonly error: ApiError | null;
}

/** Typing is followed at this pace: faster than it is read, slower than keys repeat. */
const PAUSE = 90;
const KEPT = 6;
const PLACE = 'diaba.recent';

/** Asks about the newest text only. */
export class Suggester {
  private readonly say: (suggestions: Suggestions) => void;
  private timer = 0;
  private running: AbortController | null = null;

  constructor(say: (suggestions: Suggestions) => void) {
    this.say = say;
  }

  /** Asks when the typing pauses. */
  later(text: string, box: Bounds | null): void {
    this.withdraw();
    this.timer = setTimeout(() => void this.now(text, box), PAUSE) as unknown as number;
  }

  /** Asks at once; null where the question was withdrawn. */
  async now(text: string, box: Bounds | null): Promise<Suggestions | null> {
    this.withdraw();
    const running = new AbortController();
    this.running = running;
    let suggestions: Suggestions;
    try {
      suggestions = { text, found: await fetchSearch(text, box, running.signal), error: null };
    } catch (error) {
      if (isWithdrawn(error)) return null;
      suggestions = { text, found: null, error: error instanceof ApiError ? error : new ApiError(0, null) };
    }
    if (running.signal.aborted) return null;
    this.say(suggestions);
    return suggestions;
  }

  withdraw(): void {
    clearTimeout(this.timer);
    this.running?.abort();
    this.running = null;
  }
}

/** The whole key of a parcel, where the text was one: all parcels of it are shown, and not the first only. */
export function wholeKey({ key }: Found): ParcelKey | null {
  return key?.ma_xa && key.so_thua ? { commune: key.ma_xa, sheet: key.so_to, parcel: key.so_thua } : null;
}

const sameItem = (a: FoundItem, b: FoundItem): boolean => a.title.vi === b.title.vi && a.theme === b.theme && a.id === b.id;

function isItem(value: unknown): value is FoundItem {
  const item = value as Partial<FoundItem> | null;
  return typeof item?.kind === 'string' && typeof item.title?.vi === 'string' && typeof item.subtitle?.vi === 'string';
}

/** What was chosen lately, newest first; nothing where the browser keeps nothing. */
export function recent(storage: Pick<Storage, 'getItem'> = localStorage): readonly FoundItem[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(PLACE) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isItem).slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

/** Remembers what was chosen. */
export function remember(item: FoundItem, storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage): void {
  const kept = [item, ...recent(storage).filter((other) => !sameItem(other, item))].slice(0, KEPT);
  try {
    storage.setItem(PLACE, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing offers nothing next time.
  }
}
