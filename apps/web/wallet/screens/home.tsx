/** The wallet: its cards, the one that pays, and what happened last. */
import { FingerprintPattern, Star, TrainFront } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionLost, Refused } from '../../kit/ask.ts';
import { Button, Row } from '../../kit/parts.tsx';
import { paymentsOf } from '../core/payments.ts';
import { arrangementOf, pendingOf, stackOf } from '../core/stack-order.ts';
import { expressLeaf, payable } from '../core/wallet.ts';
import { isInTrouble } from '../element-line.tsx';
import { More } from '../more.tsx';
import { PaymentRow } from '../payment-row.tsx';
import { PaymentSheet } from '../payment-sheet.tsx';
import { PendingLeaf } from '../pending-leaf.tsx';
import { goTo } from '../route.ts';
import { Stack } from '../stack.tsx';
import { Troubles } from '../troubles.tsx';
import { type ShownCard, useCards } from '../use-cards.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';
import { WalletBar } from '../wallet-bar.tsx';
import { ChangeSheet } from './change-sheet.tsx';
import { EmptyWallet } from './empty-wallet.tsx';

/** The screen. */
export function Home() {
  const { device } = useWalletState();
  if (device === undefined) return null;
  return (
    <div className="page home">
      <WalletBar />
      <Troubles />
      {device.leaves.length === 0 ? <EmptyWallet /> : <Cards />}
    </div>
  );
}

function Cards() {
  const { t } = useTranslation();
  const { device } = useWalletState();
  const cards = useCards(device);
  const { stack, arrange, said } = useArrangement();
  const leaves = device?.leaves ?? [];
  const shown = stack.flatMap((id) => cards.get(id) ?? []);
  const pending = pendingOf(leaves).flatMap(({ enrolmentId }) => cards.get(enrolmentId) ?? []);
  return (
    <>
      {shown.length > 0 && (
        <Stack
          cards={shown}
          onOpen={(enrolmentId) => goTo({ screen: 'card', enrolmentId })}
          onArrange={arrange}
        />
      )}
      <p className="unseen" aria-live="polite">
        {said}
      </p>
      {shown.length > 0 && <PayPart />}
      <Travel />
      {pending.length > 0 && (
        <ul className="pending-list">
          {pending.map((card) => (
            <PendingLeaf key={card.leaf.enrolmentId} card={card} />
          ))}
        </ul>
      )}
      {shown.length > 1 && <p className="unseen">{t('home.reorderHint')}</p>}
      <Recent />
    </>
  );
}

/** The stack as the service has it, or as the holder has just laid it. */
function useArrangement() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { device } = useWalletState();
  const leaves = device?.leaves ?? [];
  const [laid, setLaid] = useState<readonly string[]>();
  const [said, setSaid] = useState('');
  const stack = stackOf(leaves);
  const isSame = laid !== undefined && laid.length === stack.length;
  const arrange = (next: readonly string[], { title, leaf }: ShownCard) => {
    setLaid(next);
    const place = next.length - next.indexOf(leaf.enrolmentId);
    setSaid(
      place === 1
        ? t('home.movedDefault', { card: title })
        : t('home.moved', { card: title, place }),
    );
    void wallet
      .arrange(arrangementOf(leaves, next))
      .catch((error: unknown) => {
        if (!(error instanceof Refused || error instanceof ConnectionLost)) throw error;
      })
      .finally(() => setLaid(undefined));
  };
  return { stack: isSame ? laid : stack, arrange, said };
}

/** The default card's line and the way to pay. */
function PayPart() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { device, element } = useWalletState();
  const [isChanging, setChanging] = useState(false);
  const able = device === undefined ? [] : payable({ device });
  const canPay = able.length > 0 && !isInTrouble(element);
  return (
    <>
      <div className="default-line">
        {able.length > 0 ? (
          <span className="default-name">
            <Star size={20} strokeWidth={1.75} fill="currentColor" aria-hidden />
            <span>{t('home.default')}</span>
          </span>
        ) : (
          <span className="second">{t('home.noneCanPay')}</span>
        )}
        {able.length > 1 && <More label={t('home.change')} onPress={() => setChanging(true)} />}
      </div>
      <Button disabled={!canPay} onPress={wallet.openPay}>
        <FingerprintPattern size={24} strokeWidth={1.75} aria-hidden />
        {t('home.pay')}
      </Button>
      {isChanging && <ChangeSheet onClose={() => setChanging(false)} />}
    </>
  );
}

/** The way to the trips, while a card travels alone. */
function Travel() {
  const { t } = useTranslation();
  const state = useWalletState();
  const leaf = expressLeaf(state);
  const card = useCards(state.device).get(leaf?.enrolmentId ?? '');
  if (card === undefined) return null;
  const name = `${card.issuer} ${card.leaf.cardLastFour ?? ''}`;
  return (
    <ul className="rows home-travel">
      <Row
        icon={<TrainFront size={20} strokeWidth={1.75} aria-hidden />}
        title={t('trips.open')}
        second={t('trips.openWith', { card: name })}
        onPress={() => goTo({ screen: 'transit' })}
      />
    </ul>
  );
}

function Recent() {
  const { t } = useTranslation();
  const { history, device } = useWalletState();
  const [openAt, setOpenAt] = useState<number>();
  const payments = paymentsOf(history);
  const open = payments.find(({ sequence }) => sequence === openAt);
  return (
    <section className="recent">
      <div className="row-between">
        <h2 className="heading">{t('home.recent')}</h2>
        {payments.length > 2 && (
          <More label={t('home.seeAll')} onPress={() => goTo({ screen: 'history' })} />
        )}
      </div>
      {payments.length === 0 ? (
        <p className="small third">{t('home.noHistory')}</p>
      ) : (
        <ul className="payments">
          {payments.slice(0, 2).map((line) => (
            <PaymentRow key={line.sequence} line={line} onOpen={() => setOpenAt(line.sequence)} />
          ))}
        </ul>
      )}
      {open !== undefined && device !== undefined && (
        <PaymentSheet line={open} deviceId={device.deviceId} onClose={() => setOpenAt(undefined)} />
      )}
    </section>
  );
}
