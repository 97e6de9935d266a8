/** All payments of this phone. */
import { useTranslation } from 'react-i18next';
import { Leaf } from '../../kit/mark/Mark.tsx';
import { Bar } from '../../kit/parts.tsx';
import { paymentsOf } from '../core/payments.ts';
import { PaymentsByMonth } from '../payments-by-month.tsx';
import { goBack } from '../route.ts';
import { useWalletState } from '../use-wallet.tsx';

/** The screen. */
export function HistoryPage() {
  const { t } = useTranslation();
  const { history, device } = useWalletState();
  const payments = paymentsOf(history);
  return (
    <div className="page stack">
      <Bar title={t('history.title')} back={goBack} backLabel={t('page.back')} />
      {payments.length === 0 || device === undefined ? (
        <div className="nothing">
          <Leaf size={42} />
          <h2 className="heading">{t('history.emptyTitle')}</h2>
          <p className="small second">{t('history.emptyText')}</p>
        </div>
      ) : (
        <PaymentsByMonth payments={payments} deviceId={device.deviceId} />
      )}
    </div>
  );
}
