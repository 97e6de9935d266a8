/** The express switch of a card, with its whole rule in one sentence; what it asks, and what came of it. */
import { Zap } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { amountText } from '../../kit/amount.tsx';
import { Button, Sheet } from '../../kit/parts.tsx';
import type { ExpressEnd } from '../core/express.ts';
import { expressLeaf } from '../core/wallet.ts';
import { type ShownCard, useCards } from '../use-cards.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';

/** Up to this much in fen a card answers a gate alone. @see profile octavo-1, section 15 */
const CAP_MINOR = 2_000n;

type Failed = Exclude<ExpressEnd, 'on'>;

/** The pane: switch, rule, and the sheet that says whose place the card takes. */
export function ExpressPane({ card }: { readonly card: ShownCard }) {
  const { t } = useTranslation();
  const { leaf } = card;
  const ids = useId();
  const { isOn, isBusy, isPreparing, end, press, other, isAsked, takePlace, keep } =
    useExpress(card);
  const canPress = isOn || (leaf.state === 'active' && !card.isSuspended);
  return (
    <div className="stack-tight">
      <button
        type="button"
        role="switch"
        aria-checked={isOn}
        aria-busy={isBusy}
        aria-labelledby={`${ids}-title`}
        aria-describedby={`${ids}-text`}
        className="pane express"
        disabled={!canPress}
        onClick={isBusy ? undefined : press}
      >
        <Zap size={24} strokeWidth={1.75} aria-hidden className="express-sign" />
        <span className="express-body">
          <span className="heading" id={`${ids}-title`}>
            {isOn ? t('express.on') : t('express.title')}
          </span>
          <span className="small second" id={`${ids}-text`}>
            {t('express.rule', { cap: amountText(CAP_MINOR).replace('.00', '') })}
            {other !== undefined && !isOn && (
              <span className="express-other">{t('express.other', { card: nameOf(other) })}</span>
            )}
          </span>
        </span>
        <span className="switch" aria-hidden="true" />
      </button>
      <p
        className={end === undefined ? 'small third express-said' : 'field-wrong express-said'}
        role="status"
      >
        {isPreparing ? t('express.preparing') : end === undefined ? '' : t(`express.end.${end}`)}
      </p>
      {isAsked && other !== undefined && (
        <PlaceSheet card={card} other={other} onTake={takePlace} onKeep={keep} />
      )}
    </div>
  );
}

function nameOf({ issuer, leaf }: ShownCard): string {
  return `${issuer} ${leaf.cardLastFour ?? ''}`;
}

function useExpress(card: ShownCard) {
  const wallet = useWallet();
  const state = useWalletState();
  const cards = useCards(state.device);
  const [isBusy, setBusy] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const [end, setEnd] = useState<Failed>();
  const { leaf } = card;
  const now = expressLeaf(state);
  const isOn = now !== undefined && now.enrolmentId === leaf.enrolmentId;
  const other = now === undefined || isOn ? undefined : cards.get(now.enrolmentId);
  const run = async (act: () => Promise<ExpressEnd>) => {
    setBusy(true);
    setEnd(undefined);
    try {
      const came = await act();
      setEnd(came === 'on' ? undefined : came);
    } finally {
      setBusy(false);
    }
  };
  const turnOn = () => {
    setAsked(false);
    void run(() => wallet.turnExpressOn(leaf));
  };
  return {
    isOn,
    isBusy,
    isPreparing: state.certifying?.tokenReference === leaf.tokenReference,
    end,
    other,
    isAsked,
    takePlace: turnOn,
    keep: () => setAsked(false),
    press: () => {
      setEnd(undefined);
      if (isOn) void wallet.turnExpressOff();
      else if (other !== undefined) setAsked(true);
      else turnOn();
    },
  };
}

function PlaceSheet(props: {
  readonly card: ShownCard;
  readonly other: ShownCard;
  readonly onTake: () => void;
  readonly onKeep: () => void;
}) {
  const { card, other, onTake, onKeep } = props;
  const { t } = useTranslation();
  return (
    <Sheet label={t('express.placeTitle')} closeLabel={t('page.close')} onClose={onKeep}>
      <div className="stack">
        <div className="stack-tight">
          <h2 className="title">{t('express.placeTitle')}</h2>
          <p className="second">{t('express.placeText', { card: nameOf(other) })}</p>
        </div>
        <div className="stack-tight">
          <Button onPress={onTake}>{t('express.take', { card: nameOf(card) })}</Button>
          <Button kind="quiet" onPress={onKeep}>
            {t('express.keep', { card: nameOf(other) })}
          </Button>
        </div>
      </div>
    </Sheet>
  );
}
