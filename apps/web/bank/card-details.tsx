/** What stands on a card, for typing it into a wallet: shown on asking, hidden again by itself. Kept nowhere. */
import { Eye, EyeOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../kit/parts.tsx';
import { type Card, type CardDetails, detailsOf, type Sim, troubleOf } from './api.ts';
import { CopyButton, useCopy } from './copy.tsx';
import { cardNumberText, expiryText, mobileText } from './text.ts';
import { TroubleLine } from './trouble.tsx';

/** How long the details are shown. */
const SHOWN_SECONDS = 30;

/** The button that shows the details, and the details. */
export function ShownDetails({ sim, card }: { readonly sim: Sim; readonly card: Card }) {
  const { t } = useTranslation();
  const [details, setDetails] = useState<CardDetails>();
  const [trouble, setTrouble] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const show = async () => {
    setBusy(true);
    setTrouble(undefined);
    const shown = await detailsOf(sim, card.cardId).catch((error: unknown) => troubleOf(error));
    setBusy(false);
    if (typeof shown === 'string') setTrouble(shown);
    else setDetails(shown);
  };
  const Icon = details === undefined ? Eye : EyeOff;
  return (
    <div className="stack-tight">
      <Button
        kind="soft"
        busy={isBusy}
        onPress={() => (details === undefined ? void show() : setDetails(undefined))}
      >
        <Icon size={20} strokeWidth={1.75} aria-hidden />
        {details === undefined ? t('details.show') : t('details.hide')}
      </Button>
      {trouble === undefined ? null : <TroubleLine code={trouble} />}
      {details === undefined ? null : (
        <Details details={details} mobile={sim.mobile} onOver={() => setDetails(undefined)} />
      )}
    </div>
  );
}

function Details({
  details,
  mobile,
  onOver,
}: {
  readonly details: CardDetails;
  readonly mobile: string;
  readonly onOver: () => void;
}) {
  const { t } = useTranslation();
  const left = useSecondsLeft(onOver);
  const { pan, expiry, cvn2 } = details;
  return (
    <section className="pane details" aria-label={t('details.title')}>
      <Detail
        label={t('details.number')}
        copyLabel={t('details.copyNumber')}
        shown={cardNumberText(pan)}
        text={pan}
      />
      <Detail
        label={t('details.expiry')}
        copyLabel={t('details.copyExpiry')}
        shown={expiryText(expiry)}
        text={expiryText(expiry)}
      />
      <Detail
        label={t('details.cvn2')}
        copyLabel={t('details.copyCvn2')}
        shown={cvn2}
        text={cvn2}
      />
      <Detail
        label={t('details.mobile')}
        copyLabel={t('details.copyMobile')}
        shown={mobileText(mobile)}
        text={mobile}
      />
      <p className="caption third">{t('details.forWallet')}</p>
      <p className="caption third tabular">{t('details.hidesIn', { seconds: left })}</p>
    </section>
  );
}

function Detail({
  label,
  copyLabel,
  shown: digits,
  text,
}: {
  readonly label: string;
  readonly copyLabel: string;
  readonly shown: string;
  readonly text: string;
}) {
  const { shown, copied, copy } = useCopy(text);
  return (
    <div className="detail">
      <div className="detail-words">
        <p className="caption second">{label}</p>
        <p className="detail-digits tabular">
          <span ref={shown}>{digits}</span>
        </p>
      </div>
      <CopyButton label={copyLabel} copied={copied} onPress={copy} />
    </div>
  );
}

function useSecondsLeft(onOver: () => void): number {
  const [endsAtMs] = useState(() => Date.now() + SHOWN_SECONDS * 1_000);
  const [left, setLeft] = useState(SHOWN_SECONDS);
  useEffect(() => {
    const timer = setInterval(() => {
      setLeft(Math.max(0, Math.ceil((endsAtMs - Date.now()) / 1_000)));
    }, 250);
    return () => clearInterval(timer);
  }, [endsAtMs]);
  useEffect(() => {
    if (left === 0) onOver();
  }, [left, onOver]);
  return left;
}
