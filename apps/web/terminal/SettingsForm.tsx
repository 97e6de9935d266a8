/** How this till's reader is set up, and how this page looks and sounds. */
import { currencies, parseAmount } from '@octavo/domain/money.ts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionLost, Refused } from '../kit/ask.ts';
import { Select, Toggle } from '../kit/controls.tsx';
import { Button, Field, Line } from '../kit/parts.tsx';
import type { ReaderSettings, VersionedSettings } from './api.ts';
import { countries, countryName, currencyName } from './names.ts';
import { PageSettings } from './PageSettings.tsx';
import { type Draft, draftOf, settingsOf } from './settings-draft.ts';
import type { TillParts } from './Till.tsx';
import { whyOfCode } from './why.ts';

type Stand =
  | { readonly kind: 'typing' | 'sent' | 'saved' | 'lost' | 'changed' }
  | { readonly kind: 'refused'; readonly code: string };

/** The settings sheet's inside. */
export function SettingsForm({
  parts,
  onSettings,
}: {
  readonly parts: TillParts;
  readonly onSettings: (settings: VersionedSettings) => void;
}) {
  const { t } = useTranslation();
  const { api, settings: known } = parts;
  const [draft, setDraft] = useState(() => draftOf(known.settings));
  const [stand, setStand] = useState<Stand>({ kind: 'typing' });
  const wanted = settingsOf(draft, known.settings);
  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setStand({ kind: 'typing' });
  };
  const save = async (settings: ReaderSettings) => {
    setStand({ kind: 'sent' });
    try {
      onSettings(await api.change({ version: known.version, settings }));
      setStand({ kind: 'saved' });
    } catch (error) {
      if (error instanceof ConnectionLost) return setStand({ kind: 'lost' });
      if (!(error instanceof Refused)) throw error;
      if (error.code !== 'terminal.settings_changed') {
        return setStand({ kind: 'refused', code: error.code });
      }
      const now = await api.settings();
      onSettings(now);
      setDraft(draftOf(now.settings));
      setStand({ kind: 'changed' });
    }
  };
  return (
    <div className="stack settings">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== undefined && stand.kind !== 'sent') void save(wanted);
        }}
      >
        <h3 className="heading">{t('set.reader')}</h3>
        <ReaderFields draft={draft} change={change} />
        <SaveLine stand={stand} />
        <Button type="submit" busy={stand.kind === 'sent'} disabled={wanted === undefined}>
          {t('set.save')}
        </Button>
      </form>
      <PageSettings />
    </div>
  );
}

function ReaderFields({
  draft,
  change,
}: {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
}) {
  const { t, i18n } = useTranslation();
  const { currency } = draft;
  const limit = (name: 'cvm' | 'contactless' | 'floor', label: string, told: string) => (
    <LimitField
      label={label}
      told={told}
      value={draft[name]}
      currency={currency}
      mayBeEmpty={name === 'contactless'}
      onChange={(value) => change({ [name]: value })}
    />
  );
  return (
    <>
      {limit('cvm', t('set.cvm'), t('set.cvmTold'))}
      {limit('contactless', t('set.contactless'), t('set.contactlessTold'))}
      {limit('floor', t('set.floor'), t('set.floorTold'))}
      <Toggle
        label={t('set.offline')}
        told={t('set.offlineTold')}
        isOn={draft.offlineOnly}
        onChange={(offlineOnly) => change({ offlineOnly })}
      />
      <Select
        label={t('set.country')}
        told={t('set.countryTold')}
        value={draft.country}
        onChange={(country) => change({ country })}
      >
        {[...new Set([draft.country, ...Object.keys(countries)])].map((code) => (
          <option key={code} value={code}>
            {countryName(code, i18n.language)}
          </option>
        ))}
      </Select>
      <Select
        label={t('set.currency')}
        told={t('set.currencyTold')}
        value={currency}
        onChange={(next) => change({ currency: next as Draft['currency'] })}
      >
        {Object.keys(currencies).map((code) => (
          <option key={code} value={code}>
            {currencyName(code, i18n.language)}
          </option>
        ))}
      </Select>
    </>
  );
}

function LimitField({
  label,
  told,
  value,
  currency,
  mayBeEmpty,
  onChange,
}: {
  readonly label: string;
  readonly told: string;
  readonly value: string;
  readonly currency: string;
  readonly mayBeEmpty: boolean;
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const [wasLeft, setWasLeft] = useState(false);
  const isRight = (mayBeEmpty && value === '') || parseAmount(value, currency) !== undefined;
  const example = parseAmount('28.50', currency) === undefined ? '2850' : '28.50';
  return (
    <Field
      label={label}
      value={value}
      inputMode="decimal"
      hint={told}
      wrong={wasLeft && !isRight ? t('set.wrong', { example }) : undefined}
      onLeave={() => setWasLeft(true)}
      onChange={onChange}
    />
  );
}

function SaveLine({ stand }: { readonly stand: Stand }) {
  const { t, i18n } = useTranslation();
  switch (stand.kind) {
    case 'saved':
      return <Line tone="qing">{t('set.saved')}</Line>;
    case 'lost':
      return <Line tone="amber">{t('set.lost')}</Line>;
    case 'changed':
      return <Line tone="amber">{t('set.changed')}</Line>;
    case 'refused':
      return <Line tone="zhu">{whyOfCode(t, i18n.language, stand.code).what}</Line>;
    default:
      return null;
  }
}
