/** How a payment ended: the flood with its receipt, or the paper with the reason. */

import { Binary, ChevronRight, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Amount, amountText } from '../../kit/amount.tsx';
import { CardArt } from '../../kit/art/CardArt.tsx';
import { MinusDisc, TickDisc } from '../../kit/mark/Signs.tsx';
import { Button } from '../../kit/parts.tsx';
import { worldNowMs } from '../../kit/world-clock.ts';
import type { HistoryLine, Leaf } from '../core/api.ts';
import { leafToPay, payable } from '../core/state.ts';
import { useCards } from '../use-cards.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';
import { whenText } from '../when.ts';
import { codeLine, reasonOf, takenOf } from './decline-words.ts';
import type { Underway } from './pay-moment.tsx';
import { useBytes } from './use-bytes.ts';

/** Paid. */
export function Paid({ pay }: { readonly pay: Extract<Underway, { step: 'paid' }> }) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { asked, line } = pay;
  return (
    <>
      <div className="pay-result">
        <div className="pay-rings" aria-hidden="true">
          <span />
          <span />
          <span />
        </div>
        <TickDisc size={96} />
        <h1 className="heading">{t('pay.paid')}</h1>
        <BigAmount {...asked} />
        {line.merchant !== undefined && <p className="pay-shop">{line.merchant}</p>}
      </div>
      <div className="pay-receipt">
        <Facts line={line} />
        <Bytes line={line} words={t('history.bytes')} />
        <Button onPress={() => void wallet.closePay()}>{t('history.done')}</Button>
      </div>
    </>
  );
}

/** Not paid: why, what was taken, and what pays instead. */
export function Declined({ pay }: { readonly pay: Extract<Underway, { step: 'declined' }> }) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { asked, line } = pay;
  const { device } = useWalletState();
  const reason = reasonOf(line, device?.state === 'locked');
  return (
    <>
      <div className="pay-result pay-result-paper">
        <MinusDisc size={88} />
        <h1 className="heading pay-not">
          {line.kind === 'reversal' ? t('pay.takenBack') : t('pay.notPaid')}
        </h1>
        <BigAmount {...asked} />
        {line.merchant !== undefined && <p className="pay-shop">{line.merchant}</p>}
      </div>
      <div className="pane pay-why">
        <h2 className="heading">{t(`pay.why.${reason}.title`)}</h2>
        <p className="second">{t(`pay.why.${reason}.text`)}</p>
        <p className="pay-taken">
          <ShieldCheck size={22} strokeWidth={1.75} aria-hidden />
          {t(`pay.${takenOf(line)}`)}
        </p>
      </div>
      <ul className="rows pay-next">
        <NextCard line={line} />
        <li>
          <Bytes line={line} words={t('pay.seeWhy')} />
        </li>
      </ul>
      <div className="pay-foot">
        <p className="code-trace pay-code">{codeLine(line)}</p>
        <Button onPress={() => void wallet.closePay()}>{t('history.done')}</Button>
      </div>
    </>
  );
}

/** An amount as large as it fits. */
function BigAmount(asked: { readonly amountMinor: string; readonly currency: string }) {
  const { amountMinor, currency } = asked;
  const { length } = amountText(amountMinor, currency);
  const size = length <= 9 ? 'figure-xl' : length <= 12 ? 'figure-l' : 'figure-m';
  return <Amount minor={amountMinor} currency={currency} size={size} />;
}

function Facts({ line }: { readonly line: HistoryLine }) {
  const { t, i18n } = useTranslation();
  const card = useCardOf(line);
  return (
    <dl className="facts">
      <dt>{t('history.when')}</dt>
      <dd className="tabular">{whenText(t, i18n.language, line.atMs, worldNowMs())}</dd>
      <dt>{t('history.cardUsed')}</dt>
      <dd className="tabular">
        {card === undefined ? t('history.removedCard') : `${card.issuer} ${card.leaf.cardLastFour}`}
      </dd>
      <dt>{t('history.tokenUsed')}</dt>
      <dd className="tabular">•• {line.tokenLastFour}</dd>
      {line.retrievalReference !== undefined && (
        <>
          <dt>{t('history.reference')}</dt>
          <dd className="tabular">{line.retrievalReference}</dd>
        </>
      )}
    </dl>
  );
}

function useCardOf({ tokenReference }: HistoryLine) {
  const { device } = useWalletState();
  const cards = useCards(device);
  return [...cards.values()].find(({ leaf }) => leaf.tokenReference === tokenReference);
}

/** The next card that can pay, after the one that could not. */
function NextCard({ line }: { readonly line: HistoryLine }) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const state = useWalletState();
  const cards = useCards(state.device);
  const others = payable(state).filter((leaf) => leaf.tokenReference !== line.tokenReference);
  const best: Leaf | undefined = leafToPay({ ...state, picked: undefined });
  const next = others.find((leaf) => leaf === best) ?? others[0];
  const card = next === undefined ? undefined : cards.get(next.enrolmentId);
  if (next === undefined || card === undefined) return null;
  const payWith = async () => {
    await wallet.closePay();
    wallet.openPay();
    wallet.pick(next.tokenReference);
  };
  return (
    <li>
      <button type="button" className="row" onClick={() => void payWith()}>
        <span className="row-icon pay-next-art">
          <CardArt design={card.design} seed={next.enrolmentId} width={50} />
        </span>
        <span className="row-body">
          {t('pay.payWith', { issuer: card.issuer, digits: next.cardLastFour })}
        </span>
        <ChevronRight className="row-go" size={20} strokeWidth={1.75} aria-hidden />
      </button>
    </li>
  );
}

/** The way to every byte of this tap. */
function Bytes({ line, words }: { readonly line: HistoryLine; readonly words: string }) {
  const { said, isAsking, open } = useBytes(line);
  if (line.retrievalReference === undefined) return null;
  return (
    <>
      <button type="button" className="row pay-bytes" aria-busy={isAsking} onClick={open}>
        <span className="row-icon pay-next-art">
          <Binary size={22} strokeWidth={1.75} aria-hidden />
        </span>
        <span className="row-body">{words}</span>
        <ChevronRight className="row-go" size={20} strokeWidth={1.75} aria-hidden />
      </button>
      {said !== undefined && (
        <p className="small third pay-said" role="status">
          {said}
        </p>
      )}
    </>
  );
}
