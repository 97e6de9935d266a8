/** A card that a bank hands on: nothing is typed, the terms are read, and the receipt is sealed in the frame. */
import { cardRanges } from '@octavo/domain/demo.ts';
import { Landmark } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardTask, FromCard } from '../../card/messages.ts';
import { ConnectionLost, Refused } from '../../kit/ask.ts';
import { Bar, Button, Line } from '../../kit/parts.tsx';
import { type CardForm, CardFrame } from '../card-frame.tsx';
import type { CardFaceView } from '../core/api.ts';
import { useWallet } from '../use-wallet.tsx';
import type { Adding } from './adding.ts';
import { TermsSheet } from './terms-sheet.tsx';

/** The question, and the way on. */
export function PushedCard(props: {
  readonly adding: Adding;
  readonly receipt: string;
  readonly onBack: () => void;
}) {
  const { adding, receipt, onBack } = props;
  const { t } = useTranslation();
  const { face, isOffline } = useBankTerms(adding);
  const [isReading, setReading] = useState(false);
  const [isAgreed, setAgreed] = useState(false);
  const [hasNoKey, setNoKey] = useState(false);
  const task = useMemo((): CardTask => ({ kind: 'push', receipt }), [receipt]);
  const form = useRef<CardForm>(null);
  const hear = (told: FromCard) => {
    if (told.kind === 'sealed' && face !== undefined) adding.send(told.envelope, face.termsVersion);
    if (told.kind === 'no_connection') {
      setAgreed(false);
      setNoKey(true);
    }
  };
  return (
    <div className="page">
      <Bar title={t('add.title')} back={onBack} backLabel={t('page.back')} />
      <div className="add-middle">
        <span className="add-sign">
          <Landmark size={32} strokeWidth={1.75} aria-hidden />
        </span>
        <h2 className="title">{t('add.push.title')}</h2>
        <p className="second">{t('add.push.text')}</p>
      </div>
      {isOffline && <Line tone="amber">{t('add.noConnection')}</Line>}
      {hasNoKey && <Line tone="amber">{t('add.noKey')}</Line>}
      {isAgreed && adding.binding !== undefined && (
        <CardFrame
          title={t('add.form')}
          task={task}
          binding={adding.binding}
          form={form}
          onTold={hear}
        />
      )}
      <div className="add-foot">
        <Button disabled={face === undefined} busy={isAgreed} onPress={() => setReading(true)}>
          {t('add.push.next')}
        </Button>
      </div>
      {isReading && face !== undefined && (
        <TermsSheet
          face={face}
          onClose={() => setReading(false)}
          onAgree={() => {
            setReading(false);
            setNoKey(false);
            setAgreed(true);
          }}
        />
      )}
    </div>
  );
}

/** The terms of the bank that hands the card on: those of any of its ranges. */
function useBankTerms(adding: Adding) {
  const wallet = useWallet();
  const [face, setFace] = useState<CardFaceView>();
  const [isOffline, setOffline] = useState(false);
  const { refuse } = adding;
  const last = useRef(refuse);
  last.current = refuse;
  useEffect(() => {
    const bin = cardRanges[0]?.bin ?? '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      try {
        setFace(await wallet.api().eligibility(bin));
        setOffline(false);
      } catch (error) {
        if (error instanceof Refused) return last.current(error.code);
        if (!(error instanceof ConnectionLost)) throw error;
        setOffline(true);
        timer = setTimeout(() => void look(), RETRY_MS);
      }
    };
    void look();
    return () => clearTimeout(timer);
  }, [wallet]);
  return { face, isOffline };
}

const RETRY_MS = 2_000;
