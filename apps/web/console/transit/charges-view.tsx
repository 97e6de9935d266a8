/** Charges: a day's sales and tries to recover a debt, with what each is for, and the fares of the last days. */
import type { TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount, amountText } from '../../kit/amount.tsx';
import { Shown, useAsked } from '../asked.tsx';
import { Reference } from '../bank/reference.tsx';
import { Control, Pane } from '../frame.tsx';
import { useMeaning } from '../meaning.ts';
import { AccountLink } from './account-name.tsx';
import { type Charge, readCharges } from './api.ts';
import { BarChart } from './bar-chart.tsx';
import { cityMoment } from './days.ts';
import { Figure, Figures, NONE } from './figure.tsx';
import { chargedByDay } from './figures.ts';
import { Nothing } from './nothing.tsx';
import { OpenTable, useHasRoom } from './open-table.tsx';
import { look, useAddress } from './use-address.ts';
import { useChargeKind, useChargeState, useLineKind } from './words-of.ts';

/** How many days the chart shows. */
const DAYS = 14;

/** The part. */
export function ChargesView() {
  const { t } = useTranslation();
  const { day } = useAddress();
  const asked = useAsked(() => readCharges(day), `charges ${day}`, 4_000);
  const charges = asked.answer?.charges;
  const days = useMemo(() => chargedByDay(charges ?? [], DAYS), [charges]);
  const sum = days.values.reduce((total, one) => total + one, 0);
  const of = (state: Charge['state']) => charges?.filter((charge) => charge.state === state);
  const taken = of('approved')?.reduce((total, { amountMinor }) => total + amountMinor, 0);
  const declined = of('declined')?.length ?? 0;
  const asking = of('asking')?.length ?? 0;
  const isKnown = charges !== undefined;
  return (
    <>
      <DayChoice day={day} />
      <Figures>
        <Figure label={t('transit.charges')}>{charges?.length ?? NONE}</Figure>
        <Figure label={t('transit.taken')}>
          {taken === undefined ? NONE : <Amount minor={taken} bare />}
        </Figure>
        <Figure label={t('transit.chargeDeclined')} tone={declined > 0 ? 'wrong' : undefined}>
          {isKnown ? declined : NONE}
        </Figure>
        <Figure label={t('transit.chargeAsking')} tone={asking > 0 ? 'waiting' : undefined}>
          {isKnown ? asking : NONE}
        </Figure>
      </Figures>
      {day !== undefined || days.names.length === 0 ? null : (
        <Pane title={t('transit.faresByDay')} end={<Amount minor={sum} bare />}>
          <BarChart
            {...days}
            label={t('transit.faresByDaySaid', {
              period: `${days.names[0]} – ${days.names.at(-1)}`,
              sum: amountText(sum),
            })}
          />
        </Pane>
      )}
      <Pane title={t('transit.charges')} className="tokens-pane">
        <Shown asked={asked} shape={320}>
          {({ charges: list }) =>
            list.length === 0 ? (
              <Nothing title={t('transit.noCharges')} line={t('transit.noChargesLine')} />
            ) : (
              <ChargeTable charges={list} />
            )
          }
        </Shown>
      </Pane>
    </>
  );
}

function DayChoice({ day }: { readonly day: string | undefined }) {
  const { t } = useTranslation();
  return (
    <div className="transit-choice">
      <label className="transit-field">
        <span className="unseen">{t('transit.serviceDay')}</span>
        <input
          type="date"
          className="choose-text"
          value={day ?? ''}
          onChange={({ target }) =>
            look({ view: 'charges', day: target.value === '' ? undefined : target.value })
          }
        />
      </label>
      {day === undefined ? (
        <span className="third">{t('transit.allDays')}</span>
      ) : (
        <Control onPress={() => look({ view: 'charges' })}>{t('transit.showAllDays')}</Control>
      )}
    </div>
  );
}

function ChargeTable({ charges }: { readonly charges: readonly Charge[] }) {
  const { t } = useTranslation();
  return (
    <OpenTable<Charge>
      rows={charges}
      rowKey={({ chargeId }) => chargeId}
      columns={useColumns()}
      openLabel={({ amountMinor, day }) =>
        t('transit.openCharge', { amount: amountText(amountMinor), day })
      }
      more={(charge) => <ChargeMore charge={charge} />}
    />
  );
}

function useColumns(): TableColumnsType<Charge> {
  const { t } = useTranslation();
  const kind = useChargeKind();
  const hasRoom = useHasRoom();
  return [
    {
      title: t('transit.charge'),
      render: (_, charge) => (
        <>
          <span className="transit-strong tabular">{charge.day}</span>
          <span className="third transit-under">{kind[charge.kind]}</span>
          {hasRoom ? null : (
            <span className="transit-tags">
              <StateTag charge={charge} />
              <AccountLink accountId={charge.accountId} month={charge.day.slice(0, 7)} />
            </span>
          )}
        </>
      ),
    },
    {
      title: t('transit.state'),
      responsive: ['md'],
      render: (_, charge) => <StateTag charge={charge} />,
    },
    {
      title: t('transit.account'),
      responsive: ['md'],
      render: (_, { accountId, day }) => (
        <AccountLink accountId={accountId} month={day.slice(0, 7)} />
      ),
    },
    {
      title: t('transit.when'),
      responsive: ['lg'],
      render: (_, { atMs }) => <span className="tabular">{cityMoment(atMs)}</span>,
    },
    {
      title: t('transit.reference'),
      responsive: ['xl'],
      render: (_, { retrievalReference }) =>
        retrievalReference === undefined ? null : <Reference reference={retrievalReference} />,
    },
    {
      title: t('transit.amount'),
      align: 'right',
      width: hasRoom ? undefined : 84,
      render: (_, { amountMinor, currency }) => (
        <Amount minor={amountMinor} currency={currency} bare />
      ),
    },
  ];
}

function StateTag({ charge: { state, responseCode } }: { readonly charge: Charge }) {
  const [words, tone] = useChargeState()(state);
  return (
    <span className="transit-verdict">
      <span className={`tag ${tone}`}>{words}</span>
      {responseCode === undefined || state === 'approved' ? null : (
        <span className="mono second">DE39 {responseCode}</span>
      )}
    </span>
  );
}

/** Line by line what a charge is for, and how the asking ended. */
function ChargeMore({ charge }: { readonly charge: Charge }) {
  const { t } = useTranslation();
  const meaning = useMeaning();
  const kind = useLineKind();
  const { lines, code, amountMinor, atMs, endedAtMs } = charge;
  return (
    <div className="transit-more">
      <section>
        <h3 className="transit-small-head">{t('transit.whatFor')}</h3>
        <ol className="transit-steps">
          {lines.map((line) => (
            <li key={line.lineId}>
              <span>
                {kind[line.kind]} <span className="tabular second">{line.day}</span>
                {line.reason === undefined ? null : (
                  <span className="third transit-under">{line.reason}</span>
                )}
              </span>
              <span className="tabular">{amountText(line.amountMinor)}</span>
            </li>
          ))}
        </ol>
        <p className="transit-sum">
          <span>{t('transit.charge')}</span>
          <span className="tabular">{amountText(amountMinor)}</span>
        </p>
      </section>
      <dl className="transit-facts">
        <dt className="second">{t('transit.askedAt')}</dt>
        <dd className="tabular">{cityMoment(atMs)}</dd>
        <dt className="second">{t('transit.endedAt')}</dt>
        <dd className="tabular">{endedAtMs === undefined ? NONE : cityMoment(endedAtMs)}</dd>
        {code === undefined ? null : (
          <>
            <dt className="second">{t('transit.reason')}</dt>
            <dd>
              {meaning(code)} <span className="mono third transit-under">{code}</span>
            </dd>
          </>
        )}
        {charge.retrievalReference === undefined ? null : (
          <>
            <dt className="second">{t('transit.reference')}</dt>
            <dd>
              <Reference reference={charge.retrievalReference} />
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}
