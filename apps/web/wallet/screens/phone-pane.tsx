/** How a phone stands: locked or not, last seen where, which cards, and what was tried since it was locked. */

import { Ban, Lock, ShieldCheck, Smartphone } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { CardArt } from '../../kit/art/CardArt.tsx';
import { worldNowMs } from '../../kit/world-clock.ts';
import type { DeviceView, HistoryLine } from '../core/api.ts';
import { paymentsOf, sinceLock } from '../core/payments.ts';
import { useCards } from '../use-cards.ts';
import { whenText, whenWithin } from '../when.ts';
import { PhoneTag } from './phones.tsx';

type Told = { readonly phone: DeviceView; readonly history: readonly HistoryLine[] };

/** The pane. */
export function PhonePane({ phone, history }: Told) {
  const { t } = useTranslation();
  const { name, state } = phone;
  const all = [...useCards(phone).values()];
  const cards = state === 'wiped' ? [] : all;
  const count = cards.length;
  return (
    <section className="pane phone-pane">
      <div className="phone-head">
        <span className="phone-shape" aria-hidden="true">
          {state === 'open' ? (
            <Smartphone size={28} strokeWidth={1.75} />
          ) : (
            <Lock size={30} strokeWidth={1.75} />
          )}
        </span>
        <div className="phone-about">
          <h2 className="phone-name">
            {name} <PhoneTag state={state} />
          </h2>
          <Seen phone={phone} history={history} />
          <div className="phone-cards">
            {cards.map(({ leaf, design }) => (
              <CardArt key={leaf.enrolmentId} design={design} seed={leaf.enrolmentId} width={50} />
            ))}
          </div>
        </div>
      </div>
      <div className="phone-said">
        <ShieldCheck size={22} strokeWidth={1.75} aria-hidden />
        <div>
          <p className="row-title">
            {state === 'open'
              ? t('phones.canPay')
              : state === 'wiped' || count === 0
                ? t('phones.noCards')
                : t('phones.cannotPay', { count })}
          </p>
          <p className="small second">
            {state === 'open'
              ? t('phones.canPayText')
              : state === 'wiped'
                ? t('phones.wipedText')
                : t('phones.cannotPayText')}
          </p>
        </div>
      </div>
    </section>
  );
}

function Seen({ phone, history }: Told) {
  const { t, i18n } = useTranslation();
  const { lockedAtMs } = sinceLock(history);
  const last = paymentsOf(history).find(({ kind }) => kind === 'payment');
  const when = (atMs: number) => whenWithin(t, i18n.language, atMs, worldNowMs());
  return (
    <>
      {phone.state === 'locked' && lockedAtMs !== undefined && (
        <p className="small second">{t('phones.lockedAt', { when: when(lockedAtMs) })}</p>
      )}
      <p className="small second">
        {last === undefined
          ? t('phones.neverSeen')
          : last.merchant === undefined
            ? t('phones.seenAt', { when: when(last.atMs) })
            : t('phones.seenAtShop', { when: when(last.atMs), shop: last.merchant })}
      </p>
    </>
  );
}

/** What happened since the lock: refused taps first, the suspension last. */
export function SinceLock({ history }: { readonly history: readonly HistoryLine[] }) {
  const { t, i18n } = useTranslation();
  const { lockedAtMs, suspended, tried } = sinceLock(history);
  const when = (atMs: number) => whenText(t, i18n.language, atMs, worldNowMs());
  return (
    <section className="stack-tight" aria-live="polite">
      <h2 className="heading">{t('phones.since')}</h2>
      <ul className="rows">
        {tried.length === 0 && <li className="since small second">{t('phones.sinceNone')}</li>}
        {tried.map(({ sequence, atMs, merchant, code }) => (
          <li className="since" key={sequence}>
            <Ban className="since-refused" size={22} strokeWidth={1.75} aria-hidden />
            <span className="row-body">
              <span className="row-title">{t('phones.tapRefused')}</span>
              <span className="small third">
                {when(atMs)}
                {merchant === undefined ? '' : ` · ${merchant}`}
              </span>
            </span>
            {code !== undefined && <span className="code-trace">{code}</span>}
          </li>
        ))}
        {lockedAtMs !== undefined && (
          <li className="since">
            <Lock size={22} strokeWidth={1.75} aria-hidden />
            <span className="row-body">
              <span className="row-title">{t('phones.tokensSuspended', { count: suspended })}</span>
              <span className="small third">{when(lockedAtMs)}</span>
            </span>
          </li>
        )}
      </ul>
    </section>
  );
}
