/** The form for a card, in the token service's frame; around it the card's art, the terms and the one button. */
import { LockKeyhole } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardTask, FromCard } from '../../card/messages.ts';
import { ConnectionLost, Refused } from '../../kit/ask.ts';
import { Bar, Button, Line } from '../../kit/parts.tsx';
import { type CardForm, CardFrame } from '../card-frame.tsx';
import type { CardFaceView } from '../core/api.ts';
import { useWallet } from '../use-wallet.tsx';
import type { Adding } from './adding.ts';
import { NewCard } from './new-card.tsx';
import { TermsSheet } from './terms-sheet.tsx';

const TASK: CardTask = { kind: 'card' };

/** The form. What is typed never reaches this page. */
export function CardEntry({
  adding,
  onBack,
}: {
  readonly adding: Adding;
  readonly onBack: () => void;
}) {
  const { t } = useTranslation();
  const { binding, enrolmentId } = adding;
  const form = useRef<CardForm>(null);
  const { face, isOffline, look } = useFace(form);
  const [isComplete, setComplete] = useState(false);
  const [isReading, setReading] = useState(false);
  const [isSealing, setSealing] = useState(false);
  const [hasNoKey, setNoKey] = useState(false);
  const hear = (told: FromCard) => {
    if (told.kind === 'prefix') void look(told.firstSix);
    if (told.kind === 'complete') setComplete(told.isComplete);
    if (told.kind === 'submit') setReading(true);
    if (told.kind === 'no_connection') {
      setSealing(false);
      setNoKey(true);
    }
    if (told.kind === 'sealed' && face !== undefined) adding.send(told.envelope, face.termsVersion);
  };
  const agree = () => {
    setReading(false);
    setNoKey(false);
    setSealing(true);
    form.current?.tell({ kind: 'seal' });
  };
  const isReady = isComplete && face !== undefined;
  return (
    <div className="page">
      <Bar title={t('add.title')} back={onBack} backLabel={t('page.back')} />
      <div className="add-form">
        <NewCard face={face} seed={enrolmentId} />
        {binding === undefined ? (
          <div className="wait add-wait" />
        ) : (
          <CardFrame
            title={t('add.form')}
            task={TASK}
            binding={binding}
            form={form}
            onTold={hear}
          />
        )}
        {isOffline && <Line tone="amber">{t('add.noConnection')}</Line>}
        {hasNoKey && <Line tone="amber">{t('add.noKey')}</Line>}
      </div>
      <div className="add-foot">
        <p className="small second add-sealed">
          <LockKeyhole size={20} strokeWidth={1.75} aria-hidden />
          {t('add.sealed')}
        </p>
        <Button disabled={!isReady} busy={isSealing} onPress={() => setReading(true)}>
          {t('add.next')}
        </Button>
      </div>
      {isReading && isReady && (
        <TermsSheet face={face} onAgree={agree} onClose={() => setReading(false)} />
      )}
    </div>
  );
}

/** Whose card it is by its first six digits, asked as they are typed and told to the form. */
function useFace(form: { readonly current: CardForm | null }) {
  const wallet = useWallet();
  const [face, setFace] = useState<CardFaceView>();
  const [isOffline, setOffline] = useState(false);
  const asked = useRef<string>(undefined);
  const look = async (firstSix: string | undefined): Promise<void> => {
    asked.current = firstSix;
    if (firstSix === undefined) return setFace(undefined);
    const found = await faceOf(firstSix);
    // Meanwhile other digits may have been typed.
    if (asked.current !== firstSix) return;
    setOffline(found === 'offline');
    if (found === 'offline') {
      setTimeout(() => {
        if (asked.current === firstSix) void look(firstSix);
      }, RETRY_MS);
      return;
    }
    setFace(found);
    form.current?.tell({
      kind: 'face',
      firstSix,
      face: found === undefined ? undefined : { needs: found.needs, length: found.numberLength },
    });
  };
  const faceOf = async (firstSix: string): Promise<CardFaceView | 'offline' | undefined> => {
    try {
      return await wallet.api().eligibility(firstSix);
    } catch (error) {
      if (error instanceof ConnectionLost) return 'offline';
      if (!(error instanceof Refused)) throw error;
      return error.code === 'card.unknown_bin' ? undefined : 'offline';
    }
  };
  return { face, isOffline, look };
}

const RETRY_MS = 2_000;
