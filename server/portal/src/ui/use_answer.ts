import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { Asker, pending, type Question } from '../ask';
import type { Glimpse } from '../map/map';
import type { View } from '../state';
import type { Shown } from './card';
import type { Answer } from './sheet';

export interface Answers {
  readonly answer: Answer | null;
  /** Asks; `glimpses` are shown until the answer is there, then `settled` hears which feature to look at first. */
  ask(question: Question, glimpses?: readonly Glimpse[], settled?: (first: Shown | undefined) => void): void;
  again(): void;
  /** Asks once more and quietly: what is shown stays until the answer is there, and stays where there is none. */
  renew(): void;
  clear(): void;
}

const isOne = (a: View['feature'], b: Shown): boolean => a?.theme === b.theme && a.id === b.id;

/** The one question the sheet is about. `wanted` is the feature a link names. */
export function useAnswer(wanted: View['feature']): Answers {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const asker = useMemo(() => new Asker(), []);
  const last = useRef<(() => void) | null>(null);
  const asked = useRef<Question | null>(null);
  const preferred = useRef(wanted);
  preferred.current = wanted;

  const ask = useCallback<Answers['ask']>(
    (question, glimpses = [], settled) => {
      const run = async (): Promise<void> => {
        setAnswer(pending(question, glimpses));
        const reply = await asker.ask(question);
        if (!reply) return;
        // A question that failed keeps what the tiles knew.
        const shown = reply.error ? glimpses : reply.shown;
        setAnswer({ ...pending(question, shown), loading: false, error: reply.error });
        const glimpsed = glimpses.flatMap((g) => shown.find((s) => isOne(g, s)) ?? []);
        if (!reply.error) settled?.(shown.find((s) => isOne(preferred.current, s)) ?? glimpsed[0] ?? shown[0]);
      };
      asked.current = question;
      last.current = () => void run();
      last.current();
    },
    [asker],
  );
  const clear = useCallback(() => {
    asker.withdraw();
    last.current = null;
    asked.current = null;
    setAnswer(null);
  }, [asker]);
  const renew = useCallback(() => {
    const question = asked.current;
    if (!question) return;
    void asker.ask(question).then((reply) => {
      // A feature that is gone by now is nothing to show; a server that cannot be reached is nothing to say.
      const gone = reply?.error?.status === 404;
      if (reply && (!reply.error || gone)) setAnswer({ ...pending(question, gone ? [] : reply.shown), loading: false, error: null });
    });
  }, [asker]);
  return { answer, ask, again: () => last.current?.(), renew, clear };
}
