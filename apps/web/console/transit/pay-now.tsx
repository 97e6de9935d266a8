/** Asking an account's bank for what is owed, at once and by the operator. */
import type * as transit from '@octavo/services/transit';
import { useTranslation } from 'react-i18next';
import { amountText } from '../../kit/amount.tsx';
import { type AnswerOf, call } from '../api.ts';
import { Trouble } from '../asked.tsx';
import { Control } from '../frame.tsx';
import { useMeaning } from '../meaning.ts';
import type { Account } from './api.ts';
import { useOnce } from './once.ts';

type Paid = AnswerOf<typeof transit.payNow>;

/** As long as a bank may take. */
const LIMIT_MS = 50_000;

/** The button, and what came of it. An account without a reference cannot be asked for: its token alone is known. */
export function PayNow({
  account,
  onChanged,
}: {
  readonly account: Account;
  readonly onChanged: () => void;
}) {
  const { t } = useTranslation();
  const act = useOnce<Paid>(({ state }) => state !== 'asking');
  const { accountReference, openDebtMinor } = account;
  if (accountReference === undefined) {
    return <span className="third">{t('transit.noReference')}</span>;
  }
  const pay = async (): Promise<void> => {
    await act.send(`${accountReference} ${openDebtMinor}`, (requestId) =>
      call<typeof transit.payNow>('/transit/pay-now', { requestId, accountReference }, LIMIT_MS),
    );
    onChanged();
  };
  return (
    <div className="transit-pay">
      <Control kind="soft" busy={act.busy} onPress={() => void pay()}>
        {t('transit.payNow', { amount: amountText(openDebtMinor) })}
      </Control>
      <div role="status">{act.answer === undefined ? null : <Outcome paid={act.answer} />}</div>
      {act.trouble === undefined ? null : <Trouble trouble={act.trouble} />}
    </div>
  );
}

function Outcome({ paid }: { readonly paid: Paid }) {
  const { t } = useTranslation();
  const meaning = useMeaning();
  const { state, amountMinor, code, responseCode } = paid;
  if (state === 'approved') {
    return <p className="transit-qing">{t('transit.paid', { amount: amountText(amountMinor) })}</p>;
  }
  if (state === 'asking') return <p className="transit-amber">{t('transit.paying')}</p>;
  return (
    <p className="transit-zhu">
      {t('transit.notPaid')} {meaning(code)}
      <span className="mono transit-under">{code ?? `DE39 ${responseCode ?? '–'}`}</span>
    </p>
  );
}
