/** One payment: what happened, whether money moved, which card, and the way to every byte of it. */

import { Binary } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../kit/amount.tsx';
import { openTap, type TapEnd } from '../kit/open-tap.ts';
import { Button, Line, Sheet } from '../kit/parts.tsx';
import { worldNowMs } from '../kit/world-clock.ts';
import { endOf, type Payment } from './core/payments.ts';
import { useCards } from './use-cards.ts';
import { useReason, useRefusalWords } from './use-reason.ts';
import { useWallet, useWalletState } from './use-wallet.tsx';
import { whenText } from './when.ts';

/** The sheet. `deviceId` is the phone whose history the line is of. */
export function PaymentSheet(props: {
  readonly line: Payment;
  readonly deviceId: string;
  readonly onClose: () => void;
}) {
  const { line, onClose } = props;
  const { t } = useTranslation();
  const end = endOf(line);
  const minor = BigInt(line.amountMinor);
  return (
    <Sheet
      label={line.merchant ?? t('history.purchase')}
      closeLabel={t('page.close')}
      onClose={onClose}
    >
      <div className="payment-sheet stack">
        <header className="payment-head" data-end={end}>
          <h2 className="heading">{line.merchant ?? t('history.purchase')}</h2>
          <Amount
            minor={minor}
            currency={line.currency}
            plus={end === 'taken_back'}
            size="figure-m"
          />
        </header>
        <Outcome line={line} />
        <Facts line={line} />
        <Bytes {...props} />
        <Button onPress={onClose}>{t('history.done')}</Button>
      </div>
    </Sheet>
  );
}

function Outcome({ line }: { readonly line: Payment }) {
  const { t } = useTranslation();
  const end = endOf(line);
  const reason = useReason(end === 'refused' ? line.code : undefined);
  const words = useRefusalWords(end === 'refused' ? line.code : undefined);
  if (end === 'paid') return null;
  if (end === 'taken_back') return <Line tone="qing">{t('history.takenBackText')}</Line>;
  return (
    <Line tone="zhu">
      <strong>{reason}</strong>
      <br />
      {words ?? t('history.notTaken')}
    </Line>
  );
}

function Facts({ line }: { readonly line: Payment }) {
  const { t, i18n } = useTranslation();
  const { device } = useWalletState();
  const cards = useCards(device);
  const { tokenReference, tokenLastFour, retrievalReference, code } = line;
  const card = [...cards.values()].find(({ leaf }) => leaf.tokenReference === tokenReference);
  return (
    <dl className="facts">
      <dt>{t('history.when')}</dt>
      <dd>{whenText(t, i18n.language, line.atMs, worldNowMs())}</dd>
      <dt>{t('history.cardUsed')}</dt>
      <dd>
        {card === undefined ? t('history.removedCard') : `${card.issuer} ${card.leaf.cardLastFour}`}
      </dd>
      <dt>{t('history.tokenUsed')}</dt>
      <dd className="tabular">•• {tokenLastFour}</dd>
      {retrievalReference !== undefined && (
        <>
          <dt>{t('history.reference')}</dt>
          <dd className="tabular">{retrievalReference}</dd>
        </>
      )}
      {code !== undefined && (
        <dd className="facts-code code-trace">
          {code}
          {line.responseCode === undefined ? '' : ` · ${line.responseCode}`}
        </dd>
      )}
    </dl>
  );
}

/** The way into the console, with a ticket for this tap alone. */
function Bytes({ line, deviceId }: { readonly line: Payment; readonly deviceId: string }) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const [end, setEnd] = useState<TapEnd | 'asking'>();
  if (line.retrievalReference === undefined) return null;
  const said = {
    asking: undefined,
    opened: undefined,
    not_kept: t('history.notKept'),
    blocked: t('history.blocked'),
    offline: t('history.offline'),
  }[end ?? 'opened'];
  return (
    <div className="stack-tight">
      <Button
        kind="soft"
        busy={end === 'asking'}
        disabled={end === 'not_kept'}
        onPress={() => {
          setEnd('asking');
          void openTap(() => wallet.api().tapTicket(deviceId, line.sequence)).then(setEnd);
        }}
      >
        <Binary size={20} strokeWidth={1.75} aria-hidden />
        {t('history.bytes')}
      </Button>
      {said !== undefined && (
        <p className="small third" role="status">
          {said}
        </p>
      )}
    </div>
  );
}
