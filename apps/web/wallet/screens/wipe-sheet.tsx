/** Wiping a phone, confirmed by a typed word: it cannot be taken back. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, Field, Sheet } from '../../kit/parts.tsx';
import type { DeviceView } from '../core/api.ts';
import { useAct } from '../use-act.ts';
import { useWallet } from '../use-wallet.tsx';

/** The sheet. */
export function WipeSheet(props: { readonly phone: DeviceView; readonly onClose: () => void }) {
  const { phone, onClose } = props;
  const { t } = useTranslation();
  const wallet = useWallet();
  const { isBusy, failure, run } = useAct();
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const word = t('phones.wipeWord');
  const wipe = async () => {
    if (typed.trim().toLowerCase() !== word) return setWrong(true);
    if (await run(() => wallet.changeDevice(phone.deviceId, 'wipe'))) onClose();
  };
  return (
    <Sheet
      label={t('phones.wipeTitle', { name: phone.name })}
      closeLabel={t('page.close')}
      onClose={onClose}
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void wipe();
        }}
      >
        <div className="stack-tight">
          <h2 className="title">{t('phones.wipeTitle', { name: phone.name })}</h2>
          <p className="second">{t('phones.wipeText')}</p>
        </div>
        <Field
          label={t('phones.wipeType', { word })}
          value={typed}
          onChange={(text) => {
            setTyped(text);
            setWrong(false);
          }}
          wrong={isWrong ? t('phones.wipeWrong') : undefined}
          autoComplete="off"
        />
        {failure !== undefined && (
          <p className="field-wrong" role="alert">
            {failure.kind === 'offline' ? t('phones.offline') : t('phones.refused')}
          </p>
        )}
        <div className="stack-tight">
          <Button kind="danger" type="submit" busy={isBusy}>
            {t('phones.wipeDo')}
          </Button>
          <Button kind="quiet" onPress={onClose}>
            {t('page.cancel')}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
