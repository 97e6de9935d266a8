/** Where a phone finds this field, and whether one lies here. */
import { useTranslation } from 'react-i18next';
import { PhoneAddress, Presence } from '../kit/phone-address.tsx';
import type { GateParts } from './OpenGate.tsx';

/** The pane with the code and who is in the field. */
export function PlacePane({ parts: { air, passage } }: { readonly parts: GateParts }) {
  const { t } = useTranslation();
  const place = passage.kind === 'elsewhere' ? 'off' : passage.phone;
  const words = {
    off: t('place.off'),
    away: t('place.away'),
    nearby: t('place.nearby'),
    near: t('place.near'),
    unknown: t('place.unknown'),
  };
  return (
    <section className="gate-place">
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
        <Presence place={place}>{words[place]}</Presence>
      </PhoneAddress>
    </section>
  );
}
