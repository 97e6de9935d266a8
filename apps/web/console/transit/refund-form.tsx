/** Giving money back with an account's next charge: for which day, how much and why, and a second press to confirm. */
import type * as transit from '@octavo/services/transit';
import { Undo2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { amountText } from '../../kit/amount.tsx';
import { type AnswerOf, call } from '../api.ts';
import { Trouble } from '../asked.tsx';
import { Control } from '../frame.tsx';
import { useWorldNow } from '../world-now.ts';
import { shortId } from './account-name.tsx';
import type { Account } from './api.ts';
import { serviceDayOf } from './days.ts';
import { type Act, useOnce } from './once.ts';

type Refunded = AnswerOf<typeof transit.refund>;
type Wish = { readonly day: string; readonly amountMinor: number; readonly reason: string };

/** A button that becomes the form, and the form its confirmation. */
export function RefundForm({
  account,
  onChanged,
}: {
  readonly account: Account;
  readonly onChanged: () => void;
}) {
  const { t } = useTranslation();
  const act = useOnce<Refunded>();
  const [isOpen, setOpen] = useState(false);
  const [wish, setWish] = useState<Wish>();
  const { accountId } = account;
  const give = async (wanted: Wish): Promise<void> => {
    const done = await act.send(JSON.stringify({ accountId, ...wanted }), (requestId) =>
      call<typeof transit.refund>('/transit/refund', { requestId, accountId, ...wanted }),
    );
    if (done === undefined) return;
    setOpen(false);
    setWish(undefined);
    onChanged();
  };
  return (
    <div className="transit-refund">
      <p role="status" className="transit-qing">
        {act.answer === undefined
          ? null
          : act.answer.unbilledMinor > 0
            ? t('transit.refunded', { unbilled: amountText(act.answer.unbilledMinor) })
            : t('transit.refundedCredit', { credit: amountText(-act.answer.unbilledMinor) })}
      </p>
      {act.trouble === undefined ? null : <Trouble trouble={act.trouble} />}
      {!isOpen ? (
        <Control onPress={() => setOpen(true)}>
          <Undo2 size={18} strokeWidth={1.75} aria-hidden />
          {t('transit.refund')}
        </Control>
      ) : wish === undefined ? (
        <Fields onWish={setWish} onClose={() => setOpen(false)} />
      ) : (
        <Confirm
          account={account}
          wish={wish}
          act={act}
          onGive={() => void give(wish)}
          onBack={() => setWish(undefined)}
        />
      )}
    </div>
  );
}

function Fields({
  onWish,
  onClose,
}: {
  readonly onWish: (wish: Wish) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const today = serviceDayOf(useWorldNow(60_000));
  const [day, setDay] = useState(today);
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const [isWrong, setWrong] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const amountMinor = minorOf(amount);
    const why = reason.trim();
    if (amountMinor === undefined || why === '' || day === '') setWrong(true);
    else onWish({ day, amountMinor, reason: why });
  };
  return (
    <form className="transit-form" onSubmit={submit}>
      <label className="choose">
        <span className="choose-label">{t('transit.serviceDay')}</span>
        <input
          type="date"
          className="choose-text"
          value={day}
          max={today}
          onChange={({ target }) => setDay(target.value)}
        />
      </label>
      <label className="choose">
        <span className="choose-label">{t('transit.refundAmount')}</span>
        <input
          className="choose-text tabular"
          inputMode="decimal"
          autoComplete="off"
          placeholder="3.00"
          value={amount}
          aria-invalid={isWrong && minorOf(amount) === undefined}
          onChange={({ target }) => setAmount(target.value)}
        />
      </label>
      <label className="choose transit-wide">
        <span className="choose-label">{t('transit.refundReason')}</span>
        <input
          className="choose-text"
          maxLength={120}
          value={reason}
          aria-invalid={isWrong && reason.trim() === ''}
          onChange={({ target }) => setReason(target.value.replaceAll(/\p{Cc}/gu, ' '))}
        />
      </label>
      {isWrong ? (
        <p className="transit-zhu transit-wide" role="alert">
          {t('transit.refundWrong')}
        </p>
      ) : null}
      <div className="tokens-acts transit-wide">
        <Control kind="primary" type="submit">
          {t('transit.refundNext')}
        </Control>
        <Control kind="quiet" onPress={onClose}>
          {t('transit.cancel')}
        </Control>
      </div>
    </form>
  );
}

function Confirm({
  account,
  wish,
  act,
  onGive,
  onBack,
}: {
  readonly account: Account;
  readonly wish: Wish;
  readonly act: Act<Refunded>;
  readonly onGive: () => void;
  readonly onBack: () => void;
}) {
  const { t } = useTranslation();
  return (
    <section className="transit-confirm" aria-label={t('transit.refund')}>
      <p>
        {t('transit.refundConfirm', {
          amount: amountText(wish.amountMinor),
          account: shortId(account.accountId),
          day: wish.day,
        })}
      </p>
      <p className="second">{wish.reason}</p>
      <div className="tokens-acts">
        <Control kind="primary" busy={act.busy} onPress={onGive}>
          {t('transit.refundGive', { amount: amountText(wish.amountMinor) })}
        </Control>
        <Control kind="quiet" onPress={onBack}>
          {t('transit.back')}
        </Control>
      </div>
    </section>
  );
}

/** `3`, `3.5` or `3.50` in minor units; undefined for anything else, and for nothing. */
function minorOf(text: string): number | undefined {
  const [, whole, rest = ''] = /^(\d{1,7})(?:[.](\d{1,2}))?$/.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const minor = Number(whole) * 100 + Number(rest.padEnd(2, '0'));
  return minor === 0 ? undefined : minor;
}
