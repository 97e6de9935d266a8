/** The first screen: the amount, typed on the pad or on a keyboard. On a phone the journal is its other half. */
import { Delete, Nfc } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button, Line } from '../kit/parts.tsx';
import { BigAmount } from './BigAmount.tsx';
import { Journal } from './Journal.tsx';
import { LeftLine } from './LeftLine.tsx';
import { currencyName } from './names.ts';
import type { TillParts } from './Till.tsx';
import { TillBar } from './TillBar.tsx';
import { useKeys } from './use-keys.ts';

type Tab = 'sale' | 'journal';

/** The amount screen. `isCovered`: a sheet lies over it, and typing is not for the pad. */
export function AmountScreen({
  parts,
  digits,
  tab,
  setTab,
  isCovered,
}: {
  readonly parts: TillParts;
  readonly digits: string;
  readonly tab: Tab;
  readonly setTab: (tab: Tab) => void;
  readonly isCovered: boolean;
}) {
  const { t, i18n } = useTranslation();
  const { desk, isWide, isOffline } = parts;
  const { currency } = parts.settings.settings;
  const isSale = isWide || tab === 'sale';
  const start = () => desk.send({ kind: 'start', currency });
  useKeys(isSale && !isCovered, (key) => {
    if (/^\d$/.test(key)) desk.send({ kind: 'key', key });
    else if (key === 'Backspace') desk.send({ kind: 'key', key: 'back' });
    else if (key === 'Escape' || key === 'Delete') desk.send({ kind: 'key', key: 'clear' });
    else if (key === 'Enter') start();
  });
  return (
    <div className="screen">
      <TillBar parts={parts} lit={0} />
      {isOffline ? <Line tone="amber">{t('offline')}</Line> : null}
      <LeftLine parts={parts} />
      {isSale ? (
        <>
          <div className="amount-block">
            <h2 className="body second">
              {t('amount', { currency: currencyName(currency, i18n.language) })}
            </h2>
            <BigAmount amountMinor={Number(digits)} currency={currency} />
            {isWide ? null : <Tabs tab={tab} setTab={setTab} />}
          </div>
          <Pad onKey={(key) => desk.send({ kind: 'key', key })} />
          <div className="grow" />
          <Button onPress={start} disabled={digits === ''}>
            <Nfc size={20} strokeWidth={1.75} aria-hidden />
            {t('presentAct')}
          </Button>
        </>
      ) : (
        <>
          <Tabs tab={tab} setTab={setTab} />
          <Journal parts={parts} />
        </>
      )}
    </div>
  );
}

function Tabs({ tab, setTab }: { readonly tab: Tab; readonly setTab: (tab: Tab) => void }) {
  const { t } = useTranslation();
  return (
    <nav className="segments-row" aria-label={t('tabs')}>
      <button type="button" aria-pressed={tab === 'sale'} onClick={() => setTab('sale')}>
        {t('sale')}
      </button>
      <button type="button" aria-pressed={tab === 'journal'} onClick={() => setTab('journal')}>
        {t('journal')}
      </button>
    </nav>
  );
}

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '00', '0'] as const;

function Pad({ onKey }: { readonly onKey: (key: string) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className="pad">
      <legend className="unseen">{t('keypad')}</legend>
      {KEYS.map((key) => (
        <button type="button" key={key} onClick={() => onKey(key)}>
          {key}
        </button>
      ))}
      <button
        type="button"
        aria-label={t('erase')}
        onClick={() => onKey('back')}
        onDoubleClick={() => onKey('clear')}
      >
        <Delete size={24} strokeWidth={1.75} aria-hidden />
      </button>
    </fieldset>
  );
}
