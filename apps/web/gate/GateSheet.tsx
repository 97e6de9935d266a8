/** The sheets over the gate: the code for a phone, the last taps, and how the gate is set up. */
import { useTranslation } from 'react-i18next';
import { CloseButton, Sheet } from '../kit/parts.tsx';
import type { GateParts } from './OpenGate.tsx';
import { PlacePane } from './PlacePane.tsx';
import { SettingsSheet } from './SettingsSheet.tsx';
import { Taps } from './Taps.tsx';

/** What a sheet shows. */
export type SheetKind = 'place' | 'taps' | 'settings';

/** The sheet. */
export function GateSheet({
  parts,
  kind,
  onClose,
}: {
  readonly parts: GateParts;
  readonly kind: SheetKind;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const label = { place: t('place.title'), taps: t('taps.title'), settings: t('settings') }[kind];
  return (
    <Sheet label={label} closeLabel={t('close')} onClose={onClose}>
      <div className="row-between sheet-head">
        <h2 className="title">{label}</h2>
        <CloseButton label={t('close')} onPress={onClose} />
      </div>
      {kind === 'place' ? <PlacePane parts={parts} /> : null}
      {kind === 'taps' ? <Taps parts={parts} /> : null}
      {kind === 'settings' ? <SettingsSheet parts={parts} onClose={onClose} /> : null}
    </Sheet>
  );
}
