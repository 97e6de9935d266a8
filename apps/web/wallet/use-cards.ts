/** The phone's cards with what is written on them, in the page's language. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { type DesignName, designsFor } from '../kit/art/designs.ts';
import type { DeviceView, Leaf } from './core/api.ts';

/** A card as it is shown. */
export type ShownCard = {
  readonly leaf: Leaf;
  readonly design: DesignName;
  /** Its own leaf, 1 to 8. */
  readonly place: number;
  readonly issuer: string;
  readonly kind: string;
  readonly isSuspended: boolean;
  /** What it is called when it is read aloud. */
  readonly title: string;
};

/** The cards of a phone by enrolment id, also those on their way once their face is known. */
export function useCards(device: DeviceView | undefined): ReadonlyMap<string, ShownCard> {
  const { t, i18n } = useTranslation();
  if (device === undefined) return new Map();
  const faces = device.leaves.flatMap(({ enrolmentId, face }) =>
    face === undefined ? [] : [{ enrolmentId, art: face.art }],
  );
  const designs = designsFor(faces);
  return new Map(
    device.leaves.map((leaf, index) => {
      const { enrolmentId } = leaf;
      const design = designs.get(enrolmentId) ?? 'grain';
      const isSuspended = leaf.state === 'suspended' || device.state !== 'open';
      const shown = { leaf, design, place: index + 1, isSuspended };
      return [enrolmentId, { ...shown, ...wordsOf(t, i18n.language, leaf) }];
    }),
  );
}

function wordsOf(t: TFunction, language: string, leaf: Leaf) {
  const { face, cardLastFour = '' } = leaf;
  if (face === undefined) {
    const issuer = t('pending.newCard');
    return { issuer, kind: '', title: issuer };
  }
  const issuer = language === 'zh-CN' ? face.issuerName.zh : face.issuerName.en;
  const kind = face.kind === 'debit' ? t('card.debit') : t('card.credit');
  return { issuer, kind, title: t('card.ending', { issuer, kind, digits: cardLastFour }) };
}
