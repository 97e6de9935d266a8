/** An open fare: how much, why, and the button that pays it now. */
import { CircleAlert } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { amountText } from '../../kit/amount.tsx';
import { ConnectionLost, Refused } from '../../kit/ask.ts';
import { newId } from '../../kit/new-id.ts';
import { Button, Line } from '../../kit/parts.tsx';
import type { RiderView } from '../core/api.ts';
import { useReason } from '../use-reason.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';
import { dayText } from './months.ts';

type Paid =
  | { readonly kind: 'approved'; readonly amountMinor: number }
  | { readonly kind: 'declined'; readonly code: string | undefined }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'offline' | 'unknown' };

/** The pane, while something is owed or was just paid. */
export function DebtPane(props: {
  readonly view: RiderView;
  readonly tokenReference: string;
  readonly onPaid: () => void;
}) {
  const { view, tokenReference, onPaid } = props;
  const { t, i18n } = useTranslation();
  const { isBusy, paid, pay } = usePayNow(tokenReference, onPaid);
  const amount = amountText(view.openDebtMinor);
  if (view.openDebtMinor === 0) return <PaidLine paid={paid} />;
  const days = view.debts
    .filter(({ state }) => state === 'open')
    .map(({ day }) => dayText(day, i18n.language))
    .join(i18n.language === 'zh-CN' ? '、' : ', ');
  const isAsking = isBusy || view.isChargeUnderWay;
  return (
    <section className="debt line-amber" aria-label={t('trips.debt.title', { amount })}>
      <h2 className="heading debt-title">
        <CircleAlert size={20} strokeWidth={1.75} aria-hidden />
        {t('trips.debt.title', { amount })}
      </h2>
      <p className="small">{t('trips.debt.text', { days })}</p>
      {!view.canPayNow && !isAsking && <p className="small">{t('trips.debt.needsTap')}</p>}
      <Button busy={isAsking} disabled={!view.canPayNow && !isAsking} onPress={() => void pay()}>
        {isAsking ? t('trips.debt.asking') : t('trips.debt.pay', { amount })}
      </Button>
      <PaidLine paid={paid} />
    </section>
  );
}

/** What came of it. */
function PaidLine({ paid }: { readonly paid: Paid | undefined }) {
  const { t } = useTranslation();
  const code = paid !== undefined && 'code' in paid ? paid.code : undefined;
  const reason = useReason(code);
  if (paid === undefined) return null;
  if (paid.kind === 'approved') {
    return (
      <Line tone="qing">{t('trips.debt.paid', { amount: amountText(paid.amountMinor) })}</Line>
    );
  }
  const words =
    paid.kind === 'declined' || paid.kind === 'refused'
      ? reason === ''
        ? t('trips.debt.declined')
        : t('trips.debt.declinedWhy', { reason })
      : t(`trips.debt.${paid.kind}`);
  return (
    <p className="small" role="alert">
      {words}
      {code !== undefined && <span className="code-trace trips-code">{code}</span>}
    </p>
  );
}

const AGAIN_MS = 2_000;
const TRIES = 15;

/** Pay; an answer that is not known is asked for again under the same id, so nothing is paid twice. */
function usePayNow(tokenReference: string, onPaid: () => void) {
  const wallet = useWallet();
  const { device } = useWalletState();
  const [isBusy, setBusy] = useState(false);
  const [paid, setPaid] = useState<Paid>();
  const requestId = useRef<string>(undefined);
  const ask = async (deviceId: string): Promise<Paid> => {
    requestId.current ??= newId();
    for (let tries = 0; tries < TRIES; tries += 1) {
      const came = await wallet.api().transitPay({ deviceId, tokenReference }, requestId.current);
      if (came.state !== 'asking') {
        requestId.current = undefined;
        const { state, amountMinor, code } = came;
        return state === 'approved' ? { kind: state, amountMinor } : { kind: state, code };
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
    return { kind: 'unknown' };
  };
  const pay = async (): Promise<void> => {
    if (device === undefined || isBusy) return;
    setBusy(true);
    setPaid(undefined);
    try {
      setPaid(await ask(device.deviceId));
    } catch (error) {
      if (error instanceof ConnectionLost) setPaid({ kind: 'offline' });
      else if (error instanceof Refused) {
        requestId.current = undefined;
        setPaid({ kind: 'refused', code: error.code });
      } else throw error;
    } finally {
      setBusy(false);
      onPaid();
    }
  };
  return { isBusy, paid, pay };
}
