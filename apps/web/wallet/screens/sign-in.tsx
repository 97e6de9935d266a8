/** Signing in: a mobile number, then the code that was sent to it. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionLost, Refused } from '../../kit/ask.ts';
import { Mark } from '../../kit/mark/Mark.tsx';
import { Button, Field, Line } from '../../kit/parts.tsx';
import { requestSignIn } from '../core/api.ts';
import { demoMobile, groupedMobile, isMobile, mobileDigits } from '../mobile.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';
import { SignInCode } from './sign-in-code.tsx';

/** The screen. */
export function SignIn() {
  const { isEnded, mobile = '' } = useWalletState();
  const [digits, setDigits] = useState(mobile);
  const [isSent, setSent] = useState(false);
  return (
    <div className="page sign-in">
      <header className="sign-in-head">
        <Mark size={56} />
        <p className="wordmark">Octavo</p>
      </header>
      {isSent ? (
        <SignInCode mobile={digits} onOther={() => setSent(false)} />
      ) : (
        <NumberForm
          digits={digits}
          onDigits={setDigits}
          onSent={() => setSent(true)}
          isEnded={isEnded}
        />
      )}
    </div>
  );
}

function NumberForm(props: {
  readonly digits: string;
  readonly onDigits: (digits: string) => void;
  readonly onSent: () => void;
  readonly isEnded: boolean;
}) {
  const { digits, onDigits, onSent, isEnded } = props;
  const { t } = useTranslation();
  const [hasLeft, setHasLeft] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const { isBusy, send } = useSend(digits, onSent, setWrong);
  const isWrong = hasLeft && digits !== '' && !isMobile(digits);
  return (
    <form
      className="stack grow"
      onSubmit={(event) => {
        event.preventDefault();
        setHasLeft(true);
        void send();
      }}
    >
      <h1 className="title">{t('signIn.sentence')}</h1>
      {isEnded && <Line tone="amber">{t('signIn.ended')}</Line>}
      <div className="stack-tight">
        <Field
          label={t('signIn.mobile')}
          value={groupedMobile(digits)}
          onChange={(typed) => {
            setWrong(undefined);
            onDigits(mobileDigits(typed));
          }}
          onLeave={() => setHasLeft(true)}
          wrong={wrong ?? (isWrong ? t('signIn.mobileWrong') : undefined)}
          hint={t('signIn.mobileHint')}
          inputMode="numeric"
          autoComplete="tel-national"
          placeholder="139 0000 0000"
          enterKeyHint="go"
        />
        <button
          type="button"
          className="link small"
          onClick={() => {
            setWrong(undefined);
            onDigits(demoMobile());
          }}
        >
          {t('signIn.demoNumber')}
        </button>
      </div>
      <div className="foot">
        <Button type="submit" busy={isBusy}>
          {t('signIn.send')}
        </Button>
      </div>
    </form>
  );
}

/** Sends a code once; what went wrong is said at the field. */
function useSend(mobile: string, onSent: () => void, onWrong: (wrong: string | undefined) => void) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const [isBusy, setBusy] = useState(false);
  const send = async () => {
    if (!isMobile(mobile)) return onWrong(t('signIn.mobileWrong'));
    setBusy(true);
    try {
      await requestSignIn(mobile);
      wallet.showMessagesOf(mobile);
      onSent();
    } catch (error) {
      if (error instanceof ConnectionLost) onWrong(t('signIn.offline'));
      else if (error instanceof Refused) onWrong(t('signIn.tooOften'));
      else throw error;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, send };
}
