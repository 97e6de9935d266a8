/** What the moment says aloud: the words of each step once, and the time that is left whenever a leaf empties. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { amountText } from '../../kit/amount.tsx';
import { leavesLeft } from '../../kit/mark/leaves.ts';
import { ARMED_MS, type Asked } from '../core/pay.ts';
import { useNow } from '../use-now.ts';
import { useWalletState } from '../use-wallet.tsx';
import { reasonOf, takenOf } from './decline-words.ts';
import type { Underway } from './pay-moment.tsx';
import { useStandingWords } from './standing.tsx';

/** The one assertive region of the moment. */
export function Spoken({ pay }: { readonly pay: Underway }) {
  return (
    <div className="unseen" aria-live="assertive" aria-atomic="true">
      {pay.step === 'armed' ? (
        <Ready untilMs={pay.untilMs} />
      ) : pay.step === 'unknown' || pay.step === 'ran_out' || pay.step === 'unconfirmed' ? (
        <Ended pay={pay} />
      ) : (
        <Said pay={pay} />
      )}
    </div>
  );
}

function Ready({ untilMs }: { readonly untilMs: number }) {
  const { t } = useTranslation();
  const { isFieldOn } = useWalletState();
  const leaves = leavesLeft(Math.max(0, untilMs - useNow()), ARMED_MS);
  const seconds = Math.ceil((leaves * ARMED_MS) / 8 / 1_000);
  const words = isFieldOn ? t('pay.hold') : t('pay.noReader');
  return leaves === 8 ? words : t('pay.leftAloud', { seconds });
}

function Ended({ pay }: { readonly pay: Parameters<typeof useStandingWords>[0] }) {
  const { title, text } = useStandingWords(pay);
  return `${title}. ${text}`;
}

type Plain = Exclude<Underway, { step: 'armed' | 'unknown' | 'ran_out' | 'unconfirmed' }>;

function Said({ pay }: { readonly pay: Plain }) {
  const { t } = useTranslation();
  const { device } = useWalletState();
  const { isOnline } = useWalletState();
  switch (pay.step) {
    case 'offered':
      return pay.asked === undefined
        ? t('pay.confirm')
        : `${t('pay.amountTitle', { amount: textOf(pay.asked) })} ${t('pay.amountText')}`;
    case 'confirming':
      return t('pay.confirm');
    case 'reading':
      return pay.asked === undefined
        ? t('pay.reading')
        : `${t('pay.reading')} ${textOf(pay.asked)}`;
    case 'moved':
      return t('pay.moved');
    case 'asking':
      return isOnline
        ? `${t('pay.asking')}. ${t('pay.moveAway')}`
        : `${t('pay.offline')}. ${t('pay.offlineText')}`;
    case 'paid':
      return `${t('pay.paid')}. ${amountAndShop(t, pay)}`;
    case 'declined': {
      const reason = t(`pay.why.${reasonOf(pay.line, device?.state === 'locked')}.title`);
      const head = pay.line.kind === 'reversal' ? t('pay.takenBack') : t('pay.notPaid');
      return `${head}. ${amountAndShop(t, pay)}. ${reason}. ${t(`pay.${takenOf(pay.line)}`)}`;
    }
  }
}

function amountAndShop(t: TFunction, pay: Extract<Plain, { step: 'paid' | 'declined' }>): string {
  const { merchant } = pay.line;
  const amount = textOf(pay.asked);
  return merchant === undefined ? amount : t('pay.atShop', { amount, shop: merchant });
}

function textOf({ amountMinor, currency }: Asked): string {
  return amountText(amountMinor, currency);
}
