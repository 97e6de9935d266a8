/** Closing a service day by hand, and what it answered. Closing one twice does nothing more. */
import type * as transit from '@octavo/services/transit';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api.ts';
import { meet, Trouble, type TroubleMet } from '../asked.tsx';
import { Control, Pane } from '../frame.tsx';
import { Link } from '../route.tsx';
import { useWorldNow } from '../world-now.ts';
import { transitPath } from './address.ts';
import type { Closed } from './api.ts';
import { dayBeside, serviceDayOf } from './days.ts';

/** A large day has many banks to ask. */
const LIMIT_MS = 600_000;

/** The pane; the last day that is over stands in it. */
export function CloseDay({ onClosed }: { readonly onClosed: () => void }) {
  const { t } = useTranslation();
  const last = dayBeside(serviceDayOf(useWorldNow(60_000)), -1);
  const [chosen, setChosen] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<TroubleMet>();
  const [closed, setClosed] = useState<{ readonly day: string; readonly told: Closed }>();
  const day = chosen ?? last;
  const close = async (): Promise<void> => {
    setBusy(true);
    const met = await meet(() =>
      call<typeof transit.closeDay>('/transit/close-day', { day }, LIMIT_MS),
    );
    setBusy(false);
    setTrouble(met.trouble);
    setClosed(met.answer && { day, told: met.answer });
    onClosed();
  };
  return (
    <Pane title={t('transit.closeTitle')} className="transit-close">
      <p className="second">{t('transit.closeLine')}</p>
      <label className="choose">
        <span className="choose-label">{t('transit.serviceDay')}</span>
        <input
          type="date"
          className="choose-text"
          value={day}
          onChange={({ target }) => setChosen(target.value === '' ? undefined : target.value)}
        />
      </label>
      <Control kind="primary" busy={busy} onPress={() => void close()}>
        {busy ? t('transit.closing') : t('transit.close', { day })}
      </Control>
      {trouble === undefined ? null : <Trouble trouble={trouble} />}
      <div role="status">{closed === undefined ? null : <Told {...closed} />}</div>
    </Pane>
  );
}

function Told({ day, told }: { readonly day: string; readonly told: Closed }) {
  const { t } = useTranslation();
  const rows: readonly (readonly [string, number])[] = [
    [t('transit.rated'), told.accounts],
    [t('transit.charges'), told.charges],
    [t('transit.chargeApproved'), told.approved],
    [t('transit.chargeDeclined'), told.declined],
    [t('transit.chargeAsking'), told.waiting],
  ];
  return (
    <>
      <p className="transit-qing">{t('transit.closed', { day })}</p>
      <dl className="transit-facts transit-counts">
        {rows.map(([name, count]) => (
          <Fragment key={name}>
            <div>
              <dt className="second">{name}</dt>
              <dd className="tabular">{count}</dd>
            </div>
          </Fragment>
        ))}
      </dl>
      <p className="second">{t('transit.digest')}</p>
      <p className="mono transit-bytes">{told.digest}</p>
      <Link to={transitPath({ view: 'charges', day })} className="c-link">
        {t('transit.chargesOf', { day })}
      </Link>
    </>
  );
}
