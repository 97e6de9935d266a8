/** How this gate is set up: what it lets through, and what it does with an old list or a card that comes again. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionLost, Refused } from '../kit/ask.ts';
import { Choice, Toggle } from '../kit/controls.tsx';
import { Button, Field, Line } from '../kit/parts.tsx';
import type { GateApi, GateSettings, VersionedSettings } from './api.ts';
import { type Draft, draftOf, type NumberField, numberIn, settingsOf } from './settings-draft.ts';

type Stand = 'typing' | 'sent' | 'saved' | 'lost' | 'changed' | 'refused';

/** The form. */
export function RulesForm({
  api,
  known,
  onChanged,
}: {
  readonly api: GateApi;
  readonly known: VersionedSettings;
  readonly onChanged: (settings: VersionedSettings) => void;
}) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => draftOf(known.settings));
  const [stand, setStand] = useState<Stand>('typing');
  const wanted = settingsOf(draft);
  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setStand('typing');
  };
  const save = async (settings: GateSettings) => {
    setStand('sent');
    try {
      onChanged(await api.change({ version: known.version, settings }));
      setStand('saved');
    } catch (error) {
      if (error instanceof ConnectionLost) return setStand('lost');
      if (!(error instanceof Refused)) throw error;
      if (error.code !== 'gate.settings_changed') return setStand('refused');
      const now = await api.settings();
      onChanged(now);
      setDraft(draftOf(now.settings));
      setStand('changed');
    }
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== undefined && stand !== 'sent') void save(wanted);
      }}
    >
      <h3 className="heading">{t('set.gate')}</h3>
      <Passing draft={draft} change={change} />
      <Ages draft={draft} change={change} />
      <SaveLine stand={stand} />
      <Button type="submit" busy={stand === 'sent'} disabled={wanted === undefined}>
        {t('set.save')}
      </Button>
    </form>
  );
}

type Part = { readonly draft: Draft; readonly change: (part: Partial<Draft>) => void };

/** Whether anybody is let through, and which way. */
function Passing({ draft, change }: Part) {
  const { t } = useTranslation();
  const { isOutOfService, isStationClosed, isOffline, leads } = draft;
  return (
    <>
      <Toggle
        label={t('set.out')}
        told={t('set.outTold')}
        isOn={isOutOfService}
        onChange={(isOn) => change({ isOutOfService: isOn })}
      />
      <Toggle
        label={t('set.offline')}
        told={t('set.offlineTold')}
        isOn={isOffline}
        onChange={(isOn) => change({ isOffline: isOn })}
      />
      {leads === 'none' ? null : (
        <>
          <Toggle
            label={t('set.closed')}
            told={t('set.closedTold')}
            isOn={isStationClosed}
            onChange={(isOn) => change({ isStationClosed: isOn })}
          />
          <Choice
            label={t('set.leads')}
            value={leads}
            options={[
              ['in', t('set.leadsIn')],
              ['out', t('set.leadsOut')],
            ]}
            onChange={(next) => change({ leads: next })}
          />
        </>
      )}
    </>
  );
}

/** Times: how old the list may be, when a card counts as passed back, and how far the clock is off. */
function Ages({ draft, change }: Part) {
  const { t } = useTranslation();
  const number = (field: NumberField, label: string, told: string) => (
    <Field
      label={label}
      hint={told}
      value={draft[field]}
      inputMode={field === 'clockOffSeconds' ? 'text' : 'numeric'}
      wrong={numberIn(draft, field) === undefined ? t('set.wrong') : undefined}
      onChange={(value) => change({ [field]: value })}
    />
  );
  return (
    <>
      {number('passBackSeconds', t('set.passBack'), t('set.passBackTold'))}
      <Choice
        label={t('set.onPassBack')}
        value={draft.onPassBack}
        options={[
          ['refuse', t('set.refuse')],
          ['companion', t('set.companion')],
        ]}
        onChange={(onPassBack) => change({ onPassBack })}
      />
      {number('listAgeHours', t('set.listAge'), t('set.listAgeTold'))}
      <Choice
        label={t('set.whenOlder')}
        value={draft.whenListOlder}
        options={[
          ['closed', t('set.olderClosed')],
          ['open', t('set.olderOpen')],
        ]}
        onChange={(whenListOlder) => change({ whenListOlder })}
      />
      {number('clockOffSeconds', t('set.clockOff'), t('set.clockOffTold'))}
    </>
  );
}

function SaveLine({ stand }: { readonly stand: Stand }) {
  const { t } = useTranslation();
  switch (stand) {
    case 'saved':
      return <Line tone="qing">{t('set.saved')}</Line>;
    case 'lost':
      return <Line tone="amber">{t('set.lost')}</Line>;
    case 'changed':
      return <Line tone="amber">{t('set.changed')}</Line>;
    case 'refused':
      return <Line tone="zhu">{t('set.refused')}</Line>;
    default:
      return null;
  }
}
