/** The card that is being added: an empty leaf until its first six digits say whose it is. */
import { useTranslation } from 'react-i18next';
import { CardFace } from '../../kit/art/CardFace.tsx';
import { designNames, designsFor } from '../../kit/art/designs.ts';
import { Leaf } from '../../kit/mark/Mark.tsx';
import type { CardFaceView } from '../core/api.ts';
import { useWalletState } from '../use-wallet.tsx';

/** The card, or its place. */
export function NewCard(props: {
  readonly face: CardFaceView | undefined;
  /** The enrolment id: the art is the same once the card is added. */
  readonly seed: string;
  readonly lastFour?: string | undefined;
  readonly tokenLastFour?: string | undefined;
}) {
  const { face, seed, lastFour, tokenLastFour } = props;
  const { t, i18n } = useTranslation();
  const { device } = useWalletState();
  const leaves = device?.leaves ?? [];
  const at = leaves.findIndex((leaf) => leaf.enrolmentId === seed);
  const place = (at < 0 ? leaves.length : at) + 1;
  if (face === undefined) {
    return (
      <div className="add-card add-card-blank">
        <Leaf place={Math.min(8, place)} size={28} />
        <p className="caption third">{t('add.blank')}</p>
      </div>
    );
  }
  const known = leaves.flatMap((leaf) =>
    leaf.face === undefined || leaf.enrolmentId === seed
      ? []
      : [{ enrolmentId: leaf.enrolmentId, art: leaf.face.art }],
  );
  const designs = designsFor([...known, { enrolmentId: seed, art: face.art }]);
  return (
    <div className="add-card">
      <CardFace
        design={designs.get(seed) ?? designNames[0]}
        seed={seed}
        place={Math.min(8, place)}
        issuer={i18n.language === 'zh-CN' ? face.issuerName.zh : face.issuerName.en}
        kind={face.kind === 'debit' ? t('card.debit') : t('card.credit')}
        card={lastFour === undefined ? undefined : { label: t('card.card'), lastFour }}
        token={
          tokenLastFour === undefined
            ? undefined
            : { label: t('card.token'), lastFour: tokenLastFour }
        }
      />
    </div>
  );
}
