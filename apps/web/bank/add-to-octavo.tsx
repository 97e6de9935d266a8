/** Handing a card on to the wallet: the one act that stands large under a card. */

import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../kit/new-id.ts';
import { Button, Line } from '../kit/parts.tsx';
import { worldNowMs } from '../kit/world-clock.ts';
import { push, type Receipt, type Sim } from './api.ts';
import { openWalletFor, type PushState } from './push-window.ts';
import { TroubleLine } from './trouble.tsx';

/** A receipt that lapses within this time is not handed on; there is a fresh one. */
const SPARE_MS = 30_000;

/** The button, and how it goes. */
export function AddToOctavo({ sim, cardId }: { readonly sim: Sim; readonly cardId: string }) {
  const { t } = useTranslation();
  const [state, setState] = useState<PushState>({ kind: 'idle' });
  const end = useRef(() => {});
  useEffect(() => () => end.current(), []);
  const add = () => {
    end.current();
    end.current = openWalletFor(receiptsOf(sim, cardId), setState);
  };
  const isBlocked = state.kind === 'blocked';
  const isBegun = state.kind !== 'idle' && !isBlocked;
  return (
    <div className="stack-tight">
      {isBlocked ? <Line tone="amber">{t('push.blocked')}</Line> : null}
      <Button kind={state.kind === 'handed' ? 'soft' : 'primary'} onPress={add}>
        {isBlocked ? t('push.openWallet') : isBegun ? t('push.again') : t('push.add')}
      </Button>
      {state.kind === 'idle' || isBlocked ? (
        <p className="small third">{t('push.text')}</p>
      ) : (
        <Said state={state} />
      )}
    </div>
  );
}

function Said({ state }: { readonly state: PushState }) {
  const { t } = useTranslation();
  if (state.kind === 'refused') return <TroubleLine code={state.code} />;
  if (state.kind === 'handed') return <Line tone="qing">{t('push.handed')}</Line>;
  if (state.kind === 'closed') return <Line tone="amber">{t('push.closed')}</Line>;
  return <Line tone="dian">{t('push.waiting')}</Line>;
}

/** One receipt for one window, asked for when it is wanted; a wallet that asks late gets a fresh one. */
function receiptsOf(sim: Sim, cardId: string): () => Promise<Receipt> {
  let requestId = newId();
  let last: Receipt | undefined;
  return async () => {
    if (last !== undefined && last.expiresAtMs - worldNowMs() < SPARE_MS) {
      requestId = newId();
      last = undefined;
    }
    last ??= await push(sim, requestId, cardId);
    return last;
  };
}
