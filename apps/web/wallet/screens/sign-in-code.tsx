/** The second half of signing in: the code, three tries, and a new one after half a minute. */
import { MessageSquare } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionLost, Refused } from '../../kit/ask.ts';
import { Button } from '../../kit/parts.tsx';
import { CodeBoxes } from '../code-boxes.tsx';
import { requestSignIn, signIn } from '../core/api.ts';
import { openInbox } from '../inbox-open.ts';
import { groupedMobile } from '../mobile.ts';
import { useWallet } from '../use-wallet.tsx';
import { useWide } from '../use-wide.ts';

const RESEND_MS = 30_000;
const TRIES = 3;

/** The code's form. */
export function SignInCode(props: { readonly mobile: string; readonly onOther: () => void }) {
  const { mobile, onOther } = props;
  const { t } = useTranslation();
  const isWide = useWide();
  const { code, setCode, wrong, isBusy, isDead, trySignIn, resend, resendInS } = useCode(mobile);
  return (
    <div className="stack grow">
      <div className="stack-tight">
        <h1 className="title">{t('signIn.codeTitle')}</h1>
        <p className="second">
          {t('signIn.codeSentTo', { mobile: groupedMobile(mobile) })}
          <span className="next-sentence">
            {isWide ? t('signIn.codeAtRight') : t('signIn.codeInMessages')}
          </span>
        </p>
      </div>
      <CodeBoxes
        label={t('signIn.code')}
        value={code}
        onChange={setCode}
        onFull={(full) => void trySignIn(full)}
        wrong={wrong}
        busy={isBusy || isDead}
      />
      {!isWide && (
        <Button kind="soft" onPress={() => openInbox(true)}>
          <MessageSquare size={20} strokeWidth={1.75} aria-hidden />
          {t('signIn.messages')}
        </Button>
      )}
      <div className="foot">
        <Button busy={isBusy} disabled={code.length < 6} onPress={() => void trySignIn(code)}>
          {t('signIn.signIn')}
        </Button>
        <Button kind="quiet" disabled={resendInS > 0} onPress={() => void resend()}>
          {resendInS > 0 ? t('signIn.resendIn', { seconds: resendInS }) : t('signIn.resend')}
        </Button>
        <Button kind="quiet" onPress={onOther}>
          {t('signIn.otherNumber')}
        </Button>
      </div>
    </div>
  );
}

/** What is typed, what came of it, and when a new code may be sent. */
function useCode(mobile: string) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const [code, setCode] = useState('');
  const [wrong, setWrong] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [triesLeft, setTriesLeft] = useState(TRIES);
  const [sentAtMs, setSentAtMs] = useState(Date.now);
  const resendInS = useCountdown(sentAtMs + RESEND_MS);
  const guarded = async (act: () => Promise<void>) => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      setCode('');
      if (error instanceof ConnectionLost) setWrong(t('signIn.offline'));
      else if (!(error instanceof Refused)) throw error;
      else if (error.code === 'request.too_often') setWrong(t('signIn.tooOften'));
      else if (error.code === 'sign_in.code_wrong' && triesLeft > 1) {
        setTriesLeft(triesLeft - 1);
        setWrong(t('signIn.codeWrong', { count: triesLeft - 1 }));
      } else {
        setTriesLeft(0);
        setWrong(t('signIn.codeDead'));
      }
    } finally {
      setBusy(false);
    }
  };
  return {
    code,
    setCode: (typed: string) => {
      setCode(typed);
      if (typed !== '') setWrong(undefined);
    },
    wrong,
    isBusy,
    isDead: triesLeft === 0,
    resendInS,
    trySignIn: (full: string) =>
      guarded(async () => {
        const { session, expiresAtMs } = await signIn(mobile, full);
        await wallet.takeSession({ key: session, mobile, expiresAtMs });
      }),
    resend: () =>
      guarded(async () => {
        await requestSignIn(mobile);
        setSentAtMs(Date.now());
        setTriesLeft(TRIES);
        setWrong(undefined);
        setCode('');
      }),
  };
}

/** Whole seconds until an instant, counted down; 0 once it has come. */
function useCountdown(untilMs: number): number {
  const [nowMs, setNowMs] = useState(Date.now);
  const isOver = nowMs >= untilMs;
  useEffect(() => {
    if (isOver) return;
    const tick = setInterval(() => setNowMs(Date.now()), 250);
    return () => clearInterval(tick);
  }, [isOver]);
  return Math.max(0, Math.ceil((untilMs - nowMs) / 1_000));
}
