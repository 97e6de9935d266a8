/** The issuer's terms for a card on a phone, in six plain sentences. */
import { useTranslation } from 'react-i18next';
import { Button, Sheet } from '../../kit/parts.tsx';
import type { CardFaceView } from '../core/api.ts';

/** The sheet; whoever agrees adds the card. */
export function TermsSheet(props: {
  readonly face: Pick<CardFaceView, 'issuerName' | 'termsVersion'>;
  readonly onAgree: () => void;
  readonly onClose: () => void;
}) {
  const { face, onAgree, onClose } = props;
  const { t, i18n } = useTranslation();
  const issuer = i18n.language === 'zh-CN' ? face.issuerName.zh : face.issuerName.en;
  const title = t('add.terms.title', { issuer });
  const sentences = [
    t('add.terms.first'),
    t('add.terms.second'),
    t('add.terms.third'),
    t('add.terms.fourth'),
    t('add.terms.fifth'),
    t('add.terms.sixth'),
  ];
  return (
    <Sheet label={title} closeLabel={t('page.close')} onClose={onClose}>
      <div className="stack add-terms">
        <h2 className="title">{title}</h2>
        <ol className="add-sentences">
          {sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ol>
        <p className="caption third">{t('add.terms.version', { version: face.termsVersion })}</p>
        <div className="stack-tight">
          <Button onPress={onAgree}>{t('add.terms.agree')}</Button>
          <Button kind="quiet" onPress={onClose}>
            {t('page.cancel')}
          </Button>
        </div>
      </div>
    </Sheet>
  );
}
