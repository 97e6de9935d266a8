/** How payments are confirmed: a passkey, or a passcode on the element's own keypad. It makes this browser a phone. */
import { FingerprintPattern, KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionLost, Refused } from '../../kit/ask.ts';
import { Mark } from '../../kit/mark/Mark.tsx';
import { Button, Line } from '../../kit/parts.tsx';
import { ElementFailed } from '../core/element-link.ts';
import { PasskeyFailed } from '../core/holder-key.ts';
import type { Kept } from '../core/keep.ts';
import { ElementLine, isInTrouble } from '../element-line.tsx';
import { phoneName } from '../phone-name.ts';
import { goHome } from '../route.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';

/** The screen. */
export function ConfirmBy() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { device, element } = useWalletState();
  const { said, isOver, isBusy, choosePasskey, choosePasscode } = useChoice();
  const hasForgotten = device?.state === 'open' && device.leaves.length > 0;
  const isReady = element === 'ready';
  return (
    <div className="page stack confirm-by">
      <header className="sign-in-head">
        <Mark size={40} />
        <p className="wordmark wordmark-small">Octavo</p>
      </header>
      <FingerprintPattern className="confirm-sign" size={64} strokeWidth={1.25} aria-hidden />
      <div className="stack-tight">
        <h1 className="title">{t('confirm.title')}</h1>
        <p className="second">{t('confirm.text')}</p>
      </div>
      {device?.state === 'wiped' && <Line tone="zhu">{t('confirm.wiped')}</Line>}
      {hasForgotten && <Line tone="amber">{t('confirm.forgotten')}</Line>}
      {isInTrouble(element) && <ElementLine trouble={element} />}
      <div className="foot">
        {!isOver && (
          <Button busy={isBusy} disabled={!isReady} onPress={() => void choosePasskey()}>
            <FingerprintPattern size={22} strokeWidth={1.75} aria-hidden />
            {t('confirm.passkey')}
          </Button>
        )}
        <p className="confirm-said small" role="status">
          {said ?? (element === 'opening' ? t('confirm.opening') : '')}
        </p>
        {isOver ? (
          <Button onPress={wallet.signOut}>{t('phones.signInAgain')}</Button>
        ) : (
          <Button kind="soft" disabled={!isReady || isBusy} onPress={() => void choosePasscode()}>
            <KeyRound size={20} strokeWidth={1.75} aria-hidden />
            {t('confirm.passcode')}
          </Button>
        )}
        {!isOver && <p className="small third confirm-note">{t('confirm.passcodeText')}</p>}
        <Button kind="quiet" onPress={wallet.signOut}>
          {t('confirm.otherNumber')}
        </Button>
      </div>
    </div>
  );
}

/** The two ways, and one line about what went wrong. */
function useChoice() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { mobile = '', device } = useWalletState();
  const [said, setSaid] = useState<string>();
  const [isOver, setOver] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const name = device?.name ?? phoneName(t);
  const guarded = async (choose: () => Promise<Kept['confirm']>) => {
    setBusy(true);
    setSaid(undefined);
    try {
      const confirm = await choose();
      if (confirm === undefined) return;
      await wallet.register(confirm, name);
      goHome();
    } catch (error) {
      setOver(error instanceof Refused && error.code === 'session.too_old');
      setSaid(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  const wordsOf = (error: unknown): string => {
    if (error instanceof PasskeyFailed) {
      if (error.trouble === 'cancelled') return t('confirm.cancelled');
      return error.trouble === 'unsupported' ? t('confirm.unsupported') : t('confirm.other');
    }
    if (error instanceof ConnectionLost || error instanceof ElementFailed) {
      return t('confirm.offline');
    }
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'device.element_taken') return t('confirm.taken');
    return error.code === 'session.too_old' ? t('confirm.tooOld') : t('confirm.refused');
  };
  return {
    said,
    isOver,
    isBusy,
    choosePasskey: () =>
      guarded(async () => ({ kind: 'passkey', key: await wallet.makePasskey(mobile) })),
    choosePasscode: () =>
      guarded(async () => {
        const end = await wallet.setPasscode();
        if (end === 'done') return { kind: 'passcode' };
        setSaid(end === 'blocked' ? t('confirm.keypadBlocked') : t('confirm.keypadCancelled'));
        return undefined;
      }),
  };
}
