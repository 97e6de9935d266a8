/** What a token is, and where alone it can be used. */
import { cardRanges } from '@octavo/domain/demo.ts';
import { currencies } from '@octavo/domain/money.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Pane } from '../frame.tsx';
import type { HistoryLine } from './history.tsx';
import type { Token } from './state-tag.tsx';
import { useRequestorName } from './token-table.tsx';
import { useReasonWords } from './words-of.ts';

/** Two panes side by side. */
export function Facts({
  token,
  lines,
}: {
  readonly token: Token;
  readonly lines: readonly HistoryLine[] | undefined;
}) {
  const { t } = useTranslation();
  const reasons = useReasonWords();
  const requestorName = useRequestorName();
  const verified = lines?.find(({ event }) => event === 'verify')?.reason;
  const range = cardRanges.find(({ kind }) => kind === token.face.kind);
  const currency = Object.entries(currencies).find(([code]) => code === range?.currency);
  return (
    <div className="token-facts">
      <Pane title={t('tokens.identity')}>
        <dl className="token-list">
          <Fact name={t('tokens.reference')} mono>
            {token.tokenReference}
          </Fact>
          <Fact name="PAR" mono>
            {token.accountReference}
          </Fact>
          <Fact name={t('tokens.application')} mono>
            {token.instanceAid}
          </Fact>
          <Fact name={t('tokens.requestor')}>
            {requestorName(token.requestorId)}{' '}
            <span className="mono third">{token.requestorId}</span>
          </Fact>
          <Fact name={t('tokens.place')}>{t('tokens.inElement')}</Fact>
          <Fact name={t('tokens.verifiedBy')}>
            {verified === undefined ? '–' : (reasons[verified] ?? verified)}
          </Fact>
          <Fact name={t('tokens.expiry')}>
            {t('tokens.expiryIn', {
              year: `20${token.tokenExpiry.slice(0, 2)}`,
              month: token.tokenExpiry.slice(2),
            })}
          </Fact>
        </dl>
      </Pane>
      <Pane title={t('tokens.onlyAt')}>
        <dl className="token-list">
          <Fact name={t('tokens.channel')}>{t('tokens.contactless')}</Fact>
          <Fact name={t('tokens.currency')}>
            {currency?.[1].letters} <span className="mono third">{currency?.[0]}</span>
          </Fact>
          <Fact name={t('tokens.holder')}>{t('tokens.everyTap')}</Fact>
          <Fact name={t('tokens.counter')}>
            {t('tokens.counterSeen', { counter: token.highestCounter })}
          </Fact>
        </dl>
      </Pane>
    </div>
  );
}

function Fact({
  name,
  mono = false,
  children,
}: {
  readonly name: string;
  readonly mono?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={mono ? 'mono' : 'tabular'}>{children}</dd>
    </div>
  );
}
