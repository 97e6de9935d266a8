/** How the bank behaves for a card from the next payment on: one switch, and in words what it will do. */
import { type Behaviour, behaviours } from '@octavo/domain/demo.ts';
import type * as issuer from '@octavo/services/issuer';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../../kit/new-id.ts';
import { call } from '../api.ts';
import { meet, Trouble, type TroubleMet } from '../asked.tsx';
import { Choose } from '../choose.tsx';
import type { Account } from './accounts.tsx';

const NAMES = Object.keys(behaviours) as readonly Behaviour[];

/** The switch. It shows what was chosen at once, and goes back when the bank does not take it. */
export function BehaviourSwitch({
  account,
  onChanged,
}: {
  readonly account: Account;
  readonly onChanged: () => void;
}) {
  const { t, i18n } = useTranslation();
  const [chosen, setChosen] = useState<Behaviour>();
  const [trouble, setTrouble] = useState<TroubleMet>();
  const latest = useRef(0);
  const { accountId, cardLastFour } = account;
  const shown = chosen ?? account.behaviour;
  const wordsOf = (name: Behaviour): string =>
    i18n.language === 'zh-CN' ? behaviours[name].zh : behaviours[name].en;
  const choose = async (behaviour: Behaviour): Promise<void> => {
    latest.current += 1;
    const mine = latest.current;
    setChosen(behaviour);
    const met = await meet(() =>
      call<typeof issuer.behave>('/issuer/behave', { requestId: newId(), accountId, behaviour }),
    );
    if (mine !== latest.current) return;
    setTrouble(met.trouble);
    if (met.trouble !== undefined) setChosen(undefined);
    onChanged();
  };
  // Once the bank says the same, its word counts again.
  if (chosen !== undefined && chosen === account.behaviour) setChosen(undefined);
  return (
    <div className="bank-behaviour" data-scripted={shown !== 'plain' || undefined}>
      <Choose
        label={t('bank.behaviourOf', { lastFour: cardLastFour })}
        isLabelUnseen
        face={shown}
        value={shown}
        options={NAMES.map((value) => ({ value, words: `${value}: ${wordsOf(value)}` }))}
        onChange={(value) => void choose(value)}
      />
      <p className="caption second">{wordsOf(shown)}</p>
      {trouble === undefined ? null : <Trouble trouble={trouble} />}
    </div>
  );
}
