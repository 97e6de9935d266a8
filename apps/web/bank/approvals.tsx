/** What phones ask: to add a card of the holder's. Approving stands in for the one-time code. */

import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../kit/new-id.ts';
import { Button, Line } from '../kit/parts.tsx';
import type { Language } from '../kit/words.ts';
import { worldNowMs } from '../kit/world-clock.ts';
import { type Approval, decide, type Sim, troubleOf } from './api.ts';
import { timeText } from './text.ts';
import { TroubleLine } from './trouble.tsx';

/** How long the outcome of a decision stays. */
const SAID_MS = 12_000;

/** The questions, and what became of the last one. */
export function Approvals({
  sim,
  approvals,
  onDecided,
}: {
  readonly sim: Sim;
  readonly approvals: readonly Approval[];
  readonly onDecided: () => void;
}) {
  const { t } = useTranslation();
  const [last, setLast] = useState<{
    readonly enrolmentId: string;
    readonly decision: 'approved' | 'refused';
  }>();
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (last === undefined) return;
    const timer = setTimeout(() => setLast(undefined), SAID_MS);
    return () => clearTimeout(timer);
  }, [last]);
  // The bank's next answer leaves it out too.
  const open = approvals.filter(({ enrolmentId }) => enrolmentId !== last?.enrolmentId);
  return (
    <section className="approvals" aria-live="polite" ref={place} tabIndex={-1}>
      {last === undefined ? null : (
        <Line tone={last.decision === 'approved' ? 'qing' : 'dian'}>
          {last.decision === 'approved' ? t('approvals.approved') : t('approvals.refused')}
        </Line>
      )}
      {open.map((approval) => (
        <Question
          key={approval.enrolmentId}
          sim={sim}
          approval={approval}
          onDecided={(decision) => {
            setLast({ enrolmentId: approval.enrolmentId, decision });
            place.current?.focus();
            onDecided();
          }}
        />
      ))}
    </section>
  );
}

function Question({
  sim,
  approval,
  onDecided,
}: {
  readonly sim: Sim;
  readonly approval: Approval;
  readonly onDecided: (decision: 'approved' | 'refused') => void;
}) {
  const { t, i18n } = useTranslation();
  const [busy, setBusy] = useState<boolean>();
  const [trouble, setTrouble] = useState<string>();
  // A press that is repeated after a lost answer is the same decision, and counts once.
  const [requests] = useState(() => ({ approve: newId(), refuse: newId() }));
  const isThere = useIsThere();
  const answer = async (approve: boolean) => {
    setBusy(approve);
    setTrouble(undefined);
    const requestId = approve ? requests.approve : requests.refuse;
    const { enrolmentId } = approval;
    const decided = await decide(sim, requestId, { enrolmentId, approve }).catch((error: unknown) =>
      troubleOf(error),
    );
    if (typeof decided !== 'string') return onDecided(decided.decision);
    if (!isThere.current) return;
    setBusy(undefined);
    setTrouble(decided);
  };
  const language = i18n.language as Language;
  const when = timeText(approval.askedAtMs, worldNowMs(), language, t('time.yesterday'));
  return (
    <div className="pane question">
      <div>
        <h2 className="heading">{t('approvals.title', { digits: approval.cardLastFour })}</h2>
        <p className="small second">{t('approvals.text', { when })}</p>
      </div>
      <div className="question-acts">
        <Button busy={busy === true} disabled={busy === false} onPress={() => void answer(true)}>
          {t('approvals.approve')}
        </Button>
        <Button
          kind="quiet-danger"
          busy={busy === false}
          disabled={busy === true}
          onPress={() => void answer(false)}
        >
          {t('approvals.refuse')}
        </Button>
      </div>
      {trouble === undefined ? null : trouble === 'offline' ? (
        <TroubleLine code={trouble} said={t('approvals.later')} />
      ) : (
        <TroubleLine code={trouble} />
      )}
    </div>
  );
}

function useIsThere(): { readonly current: boolean } {
  const isThere = useRef(true);
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);
  return isThere;
}
