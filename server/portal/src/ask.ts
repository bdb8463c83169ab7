/** Asking the server about places, features and parcel keys; only the latest question counts. */
import { ApiError, fetchFeature, fetchParcels, identify, isWithdrawn } from './api';
import type { Glimpse, Place } from './map/map';
import type { FeatureName } from './state';
import type { ParcelKey } from './text/query';
import type { Shown } from './ui/card';
import type { Answer } from './ui/sheet';

export type Question =
  | { readonly kind: 'place'; readonly place: Place; readonly themes: readonly string[]; readonly tolerance: number }
  | { readonly kind: 'feature'; readonly name: FeatureName }
  | { readonly kind: 'parcel'; readonly key: ParcelKey };

async function answerTo(question: Question, signal: AbortSignal): Promise<readonly Shown[]> {
  if (question.kind === 'feature') return [await fetchFeature(question.name, signal)];
  if (question.kind === 'parcel') return fetchParcels(question.key, signal);
  const { features } = await identify(question.place, question.themes, question.tolerance, signal);
  // The themes' order is that of the panel: what the way in is about comes first.
  const rank = (shown: Shown): number => question.themes.indexOf(shown.theme);
  return [...features].sort((a, b) => rank(a) - rank(b));
}

/** The question as an answer that is on its way, holding what the tiles already know. */
export const pending = (question: Question, glimpses: readonly Glimpse[]): Answer => ({
  place: question.kind === 'place' ? question.place : null,
  key: question.kind === 'parcel' ? question.key : null,
  shown: glimpses,
  loading: true,
  error: null,
});

/** Asks, withdrawing the question before. Nothing is returned for a question that was withdrawn. */
export class Asker {
  private running: AbortController | null = null;

  async ask(question: Question): Promise<Pick<Answer, 'shown' | 'error'> | null> {
    this.withdraw();
    const running = new AbortController();
    this.running = running;
    try {
      const shown = await answerTo(question, running.signal);
      return running.signal.aborted ? null : { shown, error: null };
    } catch (error) {
      if (isWithdrawn(error) || running.signal.aborted) return null;
      return { shown: [], error: error instanceof ApiError ? error : new ApiError(0, null) };
    }
  }

  withdraw(): void {
    this.running?.abort();
    this.running = null;
  }
}
