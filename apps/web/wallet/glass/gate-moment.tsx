/** The moment at a gate: the card that answers, then what the gate did. */
import { Check, Minus, Zap } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { CardFace } from '../../kit/art/CardFace.tsx';
import type { AtGate } from '../core/at-gate.ts';
import { expressLeaf, leafToPay } from '../core/state.ts';
import { useCards } from '../use-cards.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';
import { Arcs } from './arcs.tsx';
import { useGateWords } from './gate-words.ts';

/** What stands on the glass. */
export function GateMoment({ at }: { readonly at: Exclude<AtGate, { step: 'away' }> }) {
  const { title, text, code } = useGateWords(at);
  const isDone = at.step === 'opened' || at.step === 'shut';
  return (
    <>
      {at.step === 'opened' && <div className="glass-flood" aria-hidden="true" />}
      {!isDone && <Arcs isTight={at.step === 'reading' || at.step === 'read'} />}
      {isDone ? <Sign hasOpened={at.step === 'opened'} /> : <Card isLit={at.step === 'reading'} />}
      <div className="glass-words">
        <Express />
        <h1 className={isDone ? 'glass-verdict' : 'display'}>{title}</h1>
        {text !== '' && <p className="glass-second">{text}</p>}
      </div>
      <div className="glass-foot">
        {(at.step === 'moved' || at.step === 'holder') && <Again />}
        {code !== undefined && <p className="code-trace">{code}</p>}
      </div>
    </>
  );
}

/** Which card it is, once more in one line: the face is too far away to be read. */
function Express() {
  const { t } = useTranslation();
  const state = useWalletState();
  const leaf = expressLeaf(state);
  const card = useCards(state.device).get(leaf?.enrolmentId ?? '');
  if (leaf === undefined) return null;
  return (
    <p className="glass-express">
      <Zap size={18} strokeWidth={2.4} aria-hidden />
      {t('express.tag')}
      {card !== undefined && ` · ${card.issuer} ${leaf.cardLastFour ?? ''}`}
    </p>
  );
}

function Card({ isLit }: { readonly isLit: boolean }) {
  const { t } = useTranslation();
  const state = useWalletState();
  const leaf = expressLeaf(state) ?? leafToPay(state);
  const card = useCards(state.device).get(leaf?.enrolmentId ?? '');
  if (leaf === undefined || card === undefined) return <div className="glass-card" />;
  return (
    <div className="glass-card" data-lit={isLit || undefined}>
      <CardFace
        design={card.design}
        seed={leaf.enrolmentId}
        place={card.place}
        issuer={card.issuer}
        kind={card.kind}
        card={{ label: t('card.card'), lastFour: leaf.cardLastFour ?? '' }}
        token={{ label: t('card.token'), lastFour: leaf.tokenLastFour ?? '' }}
      />
    </div>
  );
}

function Sign({ hasOpened }: { readonly hasOpened: boolean }) {
  const Icon = hasOpened ? Check : Minus;
  return (
    <div className="glass-sign" data-opened={hasOpened} aria-hidden="true">
      <Icon size={56} strokeWidth={2.4} />
    </div>
  );
}

function Again() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { isGateField } = useWalletState();
  if (!isGateField) return null;
  return (
    <button type="button" className="glass-hold" onClick={() => void wallet.holdToGate()}>
      {t('glass.hold')}
    </button>
  );
}
