/** The bank is asked: an honest wait, which the holder may leave. */
import { Landmark } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Bar } from '../../kit/parts.tsx';

const LONG_MS = 5_000;

/** The wait. */
export function AskingBank({ onBack }: { readonly onBack: () => void }) {
  const { t } = useTranslation();
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="page" role="status">
      <Bar back={onBack} backLabel={t('page.back')} />
      <div className="add-middle">
        <span className="add-sign add-sign-waits">
          <Landmark size={32} strokeWidth={1.75} aria-hidden />
        </span>
        <h1 className="title">{t('add.asking.title')}</h1>
        <p className="second">{isLong ? t('add.asking.long') : t('add.asking.text')}</p>
      </div>
    </div>
  );
}
