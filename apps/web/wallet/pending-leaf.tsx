/** A leaf on its way in or out: where it stands, and what the holder can do. */
import { useTranslation } from 'react-i18next';
import { CardArt } from '../kit/art/CardArt.tsx';
import { Segments } from '../kit/mark/Mark.tsx';
import { Button } from '../kit/parts.tsx';
import { goTo } from './route.ts';
import type { ShownCard } from './use-cards.ts';
import { useWalletState } from './use-wallet.tsx';

/** How many commands it takes to put a card on a phone. */
const COMMANDS = 16;

/** The pane of one leaf. */
export function PendingLeaf({ card }: { readonly card: ShownCard }) {
  const { t } = useTranslation();
  const { leaf, design, issuer } = card;
  const { state, enrolmentId, cardLastFour } = leaf;
  const words = {
    asking: [t('pending.asking'), t('pending.askingText')],
    code_awaited: [t('pending.codeAwaited'), t('pending.codeAwaitedText')],
    personalising: [t('pending.personalising'), undefined],
    removing: [t('pending.removing'), t('pending.removingText')],
  }[state as 'asking' | 'code_awaited' | 'personalising' | 'removing'];
  return (
    <li className="pane pending">
      <div className="pending-head">
        <CardArt design={design} seed={enrolmentId} width={64} suspended={state === 'removing'} />
        <div>
          <h2 className="heading">{words[0]}</h2>
          <p className="small third">
            {issuer}
            {cardLastFour === undefined ? '' : ` ${cardLastFour}`}
          </p>
        </div>
      </div>
      {state === 'personalising' && <Progress tokenReference={leaf.tokenReference} />}
      {words[1] !== undefined && <p className="small second">{words[1]}</p>}
      {state === 'code_awaited' && (
        <Button kind="soft" onPress={() => goTo({ screen: 'add', enrolmentId })}>
          {t('pending.enterCode')}
        </Button>
      )}
    </li>
  );
}

/** How far the card has come on its way into the element. */
function Progress({ tokenReference = '' }: { readonly tokenReference?: string | undefined }) {
  const { t } = useTranslation();
  const { moving } = useWalletState();
  const commands = moving.get(tokenReference);
  const steps = Math.min(8, Math.floor(((commands ?? 0) * 8) / COMMANDS));
  return (
    <div className="stack-tight">
      <div className="row-between small second">
        <span>
          {commands === undefined
            ? t('pending.personalisingWaits')
            : t('pending.personalisingText')}
        </span>
        <span className="tabular">{t('pending.step', { count: steps })}</span>
      </div>
      <Segments full={steps} label={t('pending.personalising')} />
    </div>
  );
}
