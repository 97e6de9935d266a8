/** Opening a demo account: its kind, and for builders how the bank is to behave for it. */
import { behaviours } from '@octavo/domain/demo.ts';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../kit/new-id.ts';
import { Button, CloseButton, Sheet } from '../kit/parts.tsx';
import { type Opened, type Opening, openAccount, type Sim, troubleOf } from './api.ts';
import { Choice } from './choice.tsx';
import { TroubleLine } from './trouble.tsx';

type Behaviour = NonNullable<Opening['behaviour']>;

/** The form. */
export function OpenAccount({
  sim,
  onOpened,
}: {
  readonly sim: Sim;
  readonly onOpened: (opened: Opened) => void;
}) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<Opening['kind']>('debit');
  const [behaviour, setBehaviour] = useState<Behaviour>('plain');
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string>();
  // One account for what was chosen, however often the press is repeated after a lost connection.
  const request = useRef<{ readonly id: string; readonly of: string }>(undefined);
  const open = async () => {
    const of = `${kind} ${behaviour}`;
    if (request.current?.of !== of) request.current = { id: newId(), of };
    setBusy(true);
    setTrouble(undefined);
    const opened = await openAccount(sim, request.current.id, { kind, behaviour }).catch(
      (error: unknown) => troubleOf(error),
    );
    setBusy(false);
    if (typeof opened === 'string') return setTrouble(opened);
    request.current = undefined;
    onOpened(opened);
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void open();
      }}
    >
      <Choice<Opening['kind']>
        label={t('open.kind')}
        value={kind}
        options={[
          { value: 'debit', title: t('cards.debit'), second: t('open.debitText') },
          { value: 'credit', title: t('cards.credit'), second: t('open.creditText') },
        ]}
        onChange={setKind}
      />
      <BehaviourField value={behaviour} onChange={setBehaviour} />
      {trouble === undefined ? null : <TroubleLine code={trouble} />}
      <Button type="submit" busy={isBusy}>
        {t('open.act')}
      </Button>
    </form>
  );
}

/** The form in a sheet, for a further account. */
export function OpenAccountSheet(props: {
  readonly sim: Sim;
  readonly onOpened: (opened: Opened) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Sheet label={t('open.title')} closeLabel={t('bank.close')} onClose={props.onClose}>
      <div className="row-between sheet-head">
        <h2 className="title">{t('open.title')}</h2>
        <CloseButton label={t('bank.close')} onPress={props.onClose} />
      </div>
      <OpenAccount sim={props.sim} onOpened={props.onOpened} />
    </Sheet>
  );
}

/** Every behaviour of the demo bank, in its own words. */
function BehaviourField({
  value,
  onChange,
}: {
  readonly value: Behaviour;
  readonly onChange: (value: Behaviour) => void;
}) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const wordsOf = (name: Behaviour) => {
    const words = behaviours[name][i18n.language === 'zh-CN' ? 'zh' : 'en'];
    return words.charAt(0).toUpperCase() + words.slice(1);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{t('open.behaviour')}</label>
      <span className="field-box">
        <select
          id={id}
          className="select"
          value={value}
          aria-describedby={`${id}-said`}
          onChange={(event) => onChange(event.target.value as Behaviour)}
        >
          {(Object.keys(behaviours) as Behaviour[]).map((name) => (
            <option key={name} value={name}>
              {wordsOf(name)}
            </option>
          ))}
        </select>
      </span>
      <p id={`${id}-said`} className="field-hint">
        {value === 'plain' ? t('open.behaviourHint') : wordsOf(value)}
      </p>
    </div>
  );
}
