/** The card on its way into the element, in eight steps, and the end of it. */
import { Check } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Segments } from '../../kit/mark/Mark.tsx';
import { Bar, Button } from '../../kit/parts.tsx';
import { ElementLine, isInTrouble } from '../element-line.tsx';
import { useWallet, useWalletState } from '../use-wallet.tsx';
import { NewCard } from './new-card.tsx';

/** How many commands it takes to put a card on a phone. */
const COMMANDS = 16;
/** A stop shorter than this is no stop. */
const STOPPED_MS = 2_000;

/** How far the card has come. `onGone`: its leaf was freed meanwhile. */
export function Moving(props: {
  readonly enrolmentId: string;
  readonly onBack: () => void;
  readonly onDone: () => void;
  readonly onGone: () => void;
}) {
  const { enrolmentId, onBack, onDone, onGone } = props;
  const { t } = useTranslation();
  const { device, moving } = useWalletState();
  const leaf = device?.leaves.find((one) => one.enrolmentId === enrolmentId);
  const isDone = leaf?.state === 'active';
  const commands = moving.get(leaf?.tokenReference ?? '') ?? 0;
  const steps = isDone ? 8 : Math.min(7, Math.floor((commands * 8) / COMMANDS));
  useGone(leaf !== undefined, onGone);
  return (
    <div className="page">
      <Bar back={isDone ? undefined : onBack} backLabel={t('page.back')} />
      <div className="add-moving" aria-live="polite">
        <NewCard
          face={leaf?.face}
          seed={enrolmentId}
          lastFour={leaf?.cardLastFour}
          tokenLastFour={leaf?.tokenLastFour}
        />
        {isDone ? (
          <div className="add-middle add-done">
            <span className="add-sign add-sign-done">
              <Check size={32} strokeWidth={2.4} aria-hidden />
            </span>
            <h1 className="title">{t('add.moving.done')}</h1>
            <p className="second">{t('add.moving.doneText')}</p>
          </div>
        ) : (
          <div className="stack-tight add-progress">
            <div className="row-between">
              <h1 className="heading">{t('add.moving.title')}</h1>
              <span className="small second tabular">{t('add.moving.step', { count: steps })}</span>
            </div>
            <Segments full={steps} label={t('add.moving.title')} />
            <State isMoving={moving.has(leaf?.tokenReference ?? '')} />
          </div>
        )}
      </div>
      {isDone && (
        <div className="add-foot">
          <Button onPress={onDone}>{t('add.moving.close')}</Button>
        </div>
      )}
    </div>
  );
}

/** Whether it moves, or what holds it. */
function State({ isMoving }: { readonly isMoving: boolean }) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { isOnline, element } = useWalletState();
  const isStopped = useLasting(!isMoving, STOPPED_MS);
  if (isInTrouble(element)) return <ElementLine trouble={element} />;
  if (!isStopped) return <p className="small second">{t('add.moving.text')}</p>;
  return (
    <>
      <p className="small second">{isOnline ? t('add.moving.stopped') : t('add.moving.offline')}</p>
      <Button kind="soft" onPress={wallet.wake}>
        {t('add.moving.carryOn')}
      </Button>
    </>
  );
}

/** Whether something has been so for a while. */
function useLasting(isSo: boolean, forMs: number): boolean {
  const [isLasting, setLasting] = useState(false);
  useEffect(() => {
    setLasting(false);
    if (!isSo) return;
    const timer = setTimeout(() => setLasting(true), forMs);
    return () => clearTimeout(timer);
  }, [isSo, forMs]);
  return isLasting;
}

/** A leaf that was there and is gone was freed: the adding is over. */
function useGone(isThere: boolean, onGone: () => void): void {
  const [wasThere, setWasThere] = useState(isThere);
  useEffect(() => {
    if (isThere) setWasThere(true);
    else if (wasThere) onGone();
  }, [isThere, wasThere, onGone]);
}
