/** The bank's messages to a mobile number, in a frame of the bank's own origin. No session opens it. */
import { useTranslation } from 'react-i18next';
import { siteOrigin } from '../kit/here.ts';
import { CloseButton, Sheet } from '../kit/parts.tsx';
import { currentTheme } from '../kit/theme.ts';
import { chosenLanguage } from '../kit/words.ts';

/** The frame alone. The number is in the part of the address that is not sent. */
export function MessagesFrame({ mobile }: { readonly mobile: string | undefined }) {
  const { t } = useTranslation();
  if (mobile === undefined) return <p className="small third">{t('page.noMessages')}</p>;
  const look = new URLSearchParams({ lang: chosenLanguage(), theme: currentTheme() });
  return (
    <iframe
      key={mobile}
      className="messages-frame"
      title={t('page.bankMessages')}
      src={`${siteOrigin('bank')}/messages?${look}#mobile=${mobile}`}
    />
  );
}

/** The messages as a sheet, where there is no room beside the phone. */
export function MessagesSheet({
  mobile,
  onClose,
}: {
  readonly mobile: string | undefined;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Sheet label={t('page.bankMessages')} closeLabel={t('page.close')} onClose={onClose}>
      <div className="row-between">
        <h2 className="heading">{t('page.bankMessages')}</h2>
        <CloseButton label={t('page.close')} onPress={onClose} />
      </div>
      <MessagesFrame mobile={mobile} />
    </Sheet>
  );
}
