/** The sheets over the till: settings, the code for another screen, a receipt, and the taking back of a payment. */
import { useTranslation } from 'react-i18next';
import { CloseButton, Sheet } from '../kit/parts.tsx';
import type { PaymentLine, VersionedSettings } from './api.ts';
import { PlacePane } from './Place.tsx';
import { ReceiptSheet } from './ReceiptSheet.tsx';
import { SettingsForm } from './SettingsForm.tsx';
import type { TillParts } from './Till.tsx';
import { VoidForm } from './VoidForm.tsx';

/** What a sheet shows. */
export type Shown =
  | { readonly kind: 'settings' }
  | { readonly kind: 'place' }
  | { readonly kind: 'receipt'; readonly requestId: string }
  | { readonly kind: 'void'; readonly payment: PaymentLine };

/** The sheet. */
export function TillSheet({
  parts,
  shown,
  onSettings,
  onClose,
}: {
  readonly parts: TillParts;
  readonly shown: Shown;
  readonly onSettings: (settings: VersionedSettings) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const label = labelOf();
  return (
    <Sheet label={label} closeLabel={t('close')} onClose={onClose}>
      <div className="row-between sheet-head">
        <h2 className="title">{label}</h2>
        <CloseButton label={t('close')} onPress={onClose} />
      </div>
      {inside()}
    </Sheet>
  );

  function labelOf(): string {
    if (shown.kind === 'settings') return t('settings');
    if (shown.kind === 'place') return t('place.title');
    return shown.kind === 'receipt' ? t('receipt.title') : t('takeBack');
  }

  function inside() {
    switch (shown.kind) {
      case 'settings':
        return <SettingsForm parts={parts} onSettings={onSettings} />;
      case 'place':
        return <PlacePane air={parts.air} state={parts.state} />;
      case 'receipt':
        return <ReceiptSheet parts={parts} requestId={shown.requestId} onClose={onClose} />;
      case 'void':
        return <VoidForm parts={parts} payment={shown.payment} onClose={onClose} />;
    }
  }
}
