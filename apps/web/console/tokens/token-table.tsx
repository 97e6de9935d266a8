/** Tokens in a table; each leads to its page. */
import { requestors } from '@octavo/domain/demo.ts';
import { Grid, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { CardArt } from '../../kit/art/CardArt.tsx';
import { designOf } from '../../kit/art/designs.ts';
import { go, Link, tokenPath } from '../route.tsx';
import { StateTag, type Token, useCardWords } from './state-tag.tsx';

/** The table. On narrow pages it keeps what tells tokens apart. */
export function TokenTable({ tokens }: { readonly tokens: readonly Token[] }) {
  return (
    <Table<Token>
      rowKey="tokenReference"
      dataSource={tokens}
      columns={useColumns()}
      pagination={tokens.length > 10 ? { pageSize: 10, hideOnSinglePage: true } : false}
      onRow={({ tokenReference }) => ({
        onClick: ({ target }) => {
          // The link inside goes by itself.
          if (target instanceof Element && target.closest('a') !== null) return;
          go(tokenPath(tokenReference));
        },
      })}
      rowClassName="tokens-row"
    />
  );
}

function useColumns(): TableColumnsType<Token> {
  const { t } = useTranslation();
  const words = useCardWords();
  const isWide = Grid.useBreakpoint().md === true;
  const requestorName = useRequestorName();
  return [
    {
      title: t('tokens.token'),
      render: (_, { tokenReference, tokenLastFour, face, cardLastFour }) => (
        <>
          <Link to={tokenPath(tokenReference)} className="tokens-number">
            •• {tokenLastFour}
          </Link>
          {isWide ? null : (
            <p className="second">
              {words(face)} <span className="tabular">{cardLastFour}</span>
            </p>
          )}
        </>
      ),
    },
    { title: t('tokens.state'), render: (_, { state }) => <StateTag state={state} /> },
    {
      title: t('tokens.card'),
      responsive: ['md'],
      render: (_, token) => (
        <span className="tokens-card">
          <CardArt
            design={designOf(token.face.art)}
            seed={token.accountReference}
            width={50}
            suspended={token.state !== 'active'}
          />
          <span>
            {words(token.face)} <span className="tabular">{token.cardLastFour}</span>
          </span>
        </span>
      ),
    },
    {
      title: t('tokens.requestor'),
      responsive: ['lg'],
      render: (_, { requestorId }) => requestorName(requestorId),
    },
    {
      title: t('tokens.expiry'),
      responsive: ['lg'],
      render: (_, { tokenExpiry }) => <span className="tabular">{expiryText(tokenExpiry)}</span>,
    },
    {
      title: t('tokens.counter'),
      responsive: ['md'],
      align: 'right',
      render: (_, { highestCounter }) => <span className="tabular">{highestCounter}</span>,
    },
    {
      title: t('tokens.reference'),
      responsive: ['xxl'],
      render: (_, { tokenReference }) => (
        <span className="mono third tokens-reference">{tokenReference}</span>
      ),
    },
  ];
}

/** A requestor's name where this world has one, else its id. */
export function useRequestorName(): (id: string) => string {
  const { t } = useTranslation();
  return (id) => {
    if (id === requestors.wallet.id) return 'Octavo';
    return id === requestors.laboratory.id ? t('tokens.laboratory') : id;
  };
}

/** `12/31` of YYMM. */
function expiryText(yearMonth: string): string {
  return `${yearMonth.slice(2)}/${yearMonth.slice(0, 2)}`;
}
