/** Where a phone finds this field: its address as a code, a link and a text; and whether one lies here. */
import { useTranslation } from 'react-i18next';
import { PhoneAddress, Presence as Shown } from '../kit/phone-address.tsx';
import type { SaleState } from './sale.ts';

/** The pane with the code and who is in the field. */
export function PlacePane({ air, state }: { readonly air: string; readonly state: SaleState }) {
  const { t } = useTranslation();
  return (
    <section className="place">
      <h2 className="heading">{t('place.title')}</h2>
      <p className="second">{t('place.told')}</p>
      <PhoneAddress
        air={air}
        words={{
          code: t('place.code'),
          open: t('place.open'),
          copy: t('place.copy'),
          copied: t('place.copied'),
        }}
      >
        <p className="small second">{t('place.inField')}</p>
        <Presence state={state} />
      </PhoneAddress>
    </section>
  );
}

/** Whether a phone lies here. */
export function Presence({ state }: { readonly state: SaleState }) {
  const { t } = useTranslation();
  const place = state.kind === 'listening' || state.kind === 'paying' ? state.phone : 'off';
  const words = {
    off: t('place.off'),
    away: t('place.away'),
    nearby: t('place.nearby'),
    near: t('place.near'),
    unknown: t('place.unknown'),
  };
  return <Shown place={place}>{words[place]}</Shown>;
}
