/** Acts that must not happen twice: the same wish keeps its id until it is answered. */
import { useRef, useState } from 'react';
import { newId } from '../../kit/new-id.ts';
import { meet, type TroubleMet } from '../asked.tsx';

/** One act with its answer, or what stood in its way. */
export type Act<Answer> = {
  readonly busy: boolean;
  readonly trouble: TroubleMet | undefined;
  readonly answer: Answer | undefined;
  /** Ask for what `wish` says; a lost answer is asked for again under the same id. */
  send(wish: string, ask: (requestId: string) => Promise<Answer>): Promise<Answer | undefined>;
};

/** Begin. `isAnswered` says whether an answer ends the wish; one that is not known yet does not. */
export function useOnce<Answer>(isAnswered: (answer: Answer) => boolean = () => true): Act<Answer> {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<TroubleMet>();
  const [answer, setAnswer] = useState<Answer>();
  const kept = useRef<{ readonly wish: string; readonly requestId: string }>(undefined);
  return {
    busy,
    trouble,
    answer,
    send: async (wish, ask) => {
      if (busy) return undefined;
      if (kept.current?.wish !== wish) kept.current = { wish, requestId: newId() };
      const { requestId } = kept.current;
      setBusy(true);
      const met = await meet(() => ask(requestId));
      setBusy(false);
      setTrouble(met.trouble);
      setAnswer(met.answer);
      if (met.answer !== undefined && isAnswered(met.answer)) kept.current = undefined;
      return met.answer;
    },
  };
}
