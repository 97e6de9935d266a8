/** Small forms of the account: the phone's name, and another place to lie at. */
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, Field, Sheet } from '../../kit/parts.tsx';
import { airIn } from '../core/keep.ts';
import { useAct } from '../use-act.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';

const LONGEST_NAME = 40;

/** Call this phone otherwise. */
export function NameSheet(props: { readonly name: string; readonly onClose: () => void }) {
  const { onClose } = props;
  const { t } = useTranslation();
  const wallet = useWallet();
  const { confirm } = useWalletState();
  const { isBusy, failure, run } = useAct();
  const [name, setName] = useState(props.name);
  const [isWrong, setWrong] = useState(false);
  const save = async () => {
    const trimmed = name.trim();
    if (trimmed === '' || trimmed.length > LONGEST_NAME) return setWrong(true);
    if (confirm === undefined) return;
    if (await run(() => wallet.register(confirm, trimmed))) onClose();
  };
  return (
    <Sheet label={t('account.rename')} closeLabel={t('page.close')} onClose={onClose}>
      <Form onSubmit={() => void save()} title={t('account.rename')}>
        <Field
          label={t('account.nameField')}
          value={name}
          onChange={(text) => {
            setName(text);
            setWrong(false);
          }}
          wrong={
            isWrong
              ? t('account.nameWrong')
              : failure === undefined
                ? undefined
                : t('phones.refused')
          }
          autoComplete="off"
        />
        <Button type="submit" busy={isBusy}>
          {t('account.save')}
        </Button>
      </Form>
    </Sheet>
  );
}

/** Lie at the terminal of an address. */
export function ElsewhereSheet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const wallet = useWallet();
  const [address, setAddress] = useState('');
  const [isWrong, setWrong] = useState(false);
  const lie = async () => {
    const air = airIn(address);
    if (air === undefined) return setWrong(true);
    await wallet.lieAt(air);
    onClose();
  };
  return (
    <Sheet label={t('account.elsewhere')} closeLabel={t('page.close')} onClose={onClose}>
      <Form onSubmit={() => void lie()} title={t('account.elsewhere')}>
        <Field
          label={t('account.address')}
          value={address}
          onChange={(text) => {
            setAddress(text);
            setWrong(false);
          }}
          hint={t('account.elsewhereText')}
          wrong={isWrong ? t('account.addressWrong') : undefined}
          autoComplete="off"
        />
        <Button type="submit">{t('account.lieThere')}</Button>
      </Form>
    </Sheet>
  );
}

function Form(props: {
  readonly title: string;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}) {
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      <h2 className="title">{props.title}</h2>
      {props.children}
    </form>
  );
}
