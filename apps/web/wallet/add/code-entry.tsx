/** The bank's code, in the token service's frame; around it how many tries and codes are left, and the other ways. */
import { TriangleAlert } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardTask, FromCard } from '../../card/messages.ts';
import { CardArt } from '../../kit/art/CardArt.tsx';
import { newId } from '../../kit/new-id.ts';
import { Bar, Button } from '../../kit/parts.tsx';
import { type CardForm, CardFrame } from '../card-frame.tsx';
import type { EnrolmentView } from '../core/api.ts';
import { useCards } from '../use-cards.ts';
import { useLeftMs } from '../use-now.ts';
import { useWalletState } from '../use-wallet.tsx';
import type { Adding, CodeTrouble } from './adding.ts';
import { clockText, maskedText } from './masked.ts';
import { ResendRow } from './resend-row.tsx';

const TASK: CardTask = { kind: 'code' };

/** The boxes and what stands around them. The sixth digit sends the code. */
export function CodeEntry(props: {
  readonly adding: Adding;
  readonly view: EnrolmentView;
  readonly onBack: () => void;
  readonly onBegin: () => void;
}) {
  const { adding, view, onBack, onBegin } = props;
  const { t } = useTranslation();
  const form = useRef<CardForm>(null);
  const { trouble, isChecking, pass, again, resend } = useCode(adding, form);
  const hear = (told: FromCard) => {
    if (told.kind === 'sealed') void pass(told.envelope);
    if (told.kind === 'no_connection') again();
  };
  const leftMs = useLeftMs(view.codeExpiresAtMs ?? 0);
  const isDead = trouble?.kind === 'dead' || view.triesLeft === 0;
  const isExpired = trouble?.kind === 'expired' || leftMs <= 0;
  useDeadBoxes(form, isDead || isExpired);
  const resendsLeft = trouble?.kind === 'none_left' ? 0 : (view.resendsLeft ?? 0);
  return (
    <div className="page">
      <Bar back={onBack} backLabel={t('page.back')} />
      <div className="stack add-top">
        <div className="stack-tight">
          <h1 className="title">{t('add.code.title')}</h1>
          <p className="second">
            {view.mobileMasked === undefined
              ? t('add.code.sent')
              : t('add.code.sentTo', { mobile: maskedText(view.mobileMasked) })}
          </p>
        </div>
        <div className="stack-tight">
          {adding.binding === undefined ? (
            <div className="wait add-wait-code" />
          ) : (
            <div inert={isDead || isExpired || isChecking}>
              <CardFrame
                title={t('add.codeForm')}
                task={TASK}
                binding={adding.binding}
                form={form}
                onTold={hear}
              />
            </div>
          )}
          <CodeState
            state={isChecking ? 'checking' : isDead ? 'dead' : isExpired ? 'expired' : 'works'}
            trouble={trouble}
            leftMs={leftMs}
          />
          <ResendRow
            key={view.codeExpiresAtMs}
            left={resendsLeft}
            isUrgent={isDead || isExpired}
            onResend={() => void resend()}
            onOther={() => adding.choose('method')}
          />
        </div>
        {trouble?.kind === 'lost' && (
          <Button kind="soft" onPress={() => void pass()}>
            {t('add.code.retry')}
          </Button>
        )}
        {isDead && resendsLeft === 0 && <Button onPress={onBegin}>{t('add.code.begin')}</Button>}
        <WaitingCard view={view} />
        <p className="small second">{t('add.code.text')}</p>
      </div>
    </div>
  );
}

/** Passing a code on and asking for a new one, each under an id that its repeat keeps. */
function useCode(adding: Adding, form: { readonly current: CardForm | null }) {
  const [trouble, setTrouble] = useState<CodeTrouble>();
  const [isChecking, setChecking] = useState(false);
  const last = useRef<{ readonly envelope: string; readonly requestId: string }>(undefined);
  const again = () => {
    setTrouble({ kind: 'lost' });
    form.current?.tell({ kind: 'again' });
  };
  return {
    trouble,
    isChecking,
    again,
    /** Pass an envelope on, or the last one again. */
    pass: async (envelope?: string): Promise<void> => {
      if (envelope !== undefined) last.current = { envelope, requestId: newId() };
      if (last.current === undefined) return again();
      setChecking(true);
      const found = await adding.passCode(last.current.envelope, last.current.requestId);
      setChecking(false);
      setTrouble(found);
      if (found !== undefined && found.kind !== 'lost') {
        last.current = undefined;
        form.current?.tell({ kind: 'again' });
      }
    },
    resend: async (): Promise<void> => {
      const found = await adding.resend(newId());
      setTrouble(found);
      if (found === undefined) form.current?.tell({ kind: 'again' });
    },
  };
}

/** Let the boxes of a code that works no more look like it. A new code, once it was sent, wakes them. */
function useDeadBoxes(form: RefObject<CardForm | null>, isOver: boolean): void {
  useEffect(() => {
    if (isOver) form.current?.tell({ kind: 'dead' });
  }, [form, isOver]);
}

/** What became of the last code, and how long the one that was sent works. */
function CodeState(props: {
  readonly state: 'checking' | 'dead' | 'expired' | 'works';
  readonly trouble: CodeTrouble | undefined;
  readonly leftMs: number;
}) {
  const { state, trouble, leftMs } = props;
  const { t } = useTranslation();
  const isDead = state === 'dead';
  if (state === 'checking') {
    return (
      <p className="small second" role="status">
        {t('add.code.checking')}
      </p>
    );
  }
  const words = isDead
    ? t('add.code.dead')
    : state === 'expired'
      ? t('add.code.expired')
      : trouble?.kind === 'lost'
        ? t('add.noConnection')
        : trouble?.kind === 'wrong'
          ? t('add.code.wrong')
          : undefined;
  if (words === undefined) {
    return (
      <p className="small third tabular">{t('add.code.works', { time: clockText(leftMs) })}</p>
    );
  }
  return (
    <p className="small add-wrong" role="alert">
      <TriangleAlert size={18} strokeWidth={1.75} aria-hidden />
      <span>
        {words}
        {!isDead && trouble?.kind === 'wrong' && (
          <strong className="next-sentence">
            {t('add.code.triesLeft', { count: trouble.triesLeft })}
          </strong>
        )}
      </span>
    </p>
  );
}

/** The card that waits. */
function WaitingCard({ view }: { readonly view: EnrolmentView }) {
  const { t } = useTranslation();
  const { device } = useWalletState();
  const card = useCards(device).get(view.enrolmentId);
  if (card === undefined) return null;
  return (
    <div className="pane add-waiting">
      <CardArt design={card.design} seed={view.enrolmentId} width={64} />
      <div>
        <p>{card.issuer}</p>
        <p className="small third">{t('add.code.waits', { digits: view.cardLastFour })}</p>
      </div>
    </div>
  );
}
