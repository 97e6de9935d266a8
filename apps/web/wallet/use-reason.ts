/** Why a payment was refused, in few words; a rare code's words come from the table of refusals, fetched when needed. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** The few words for a code. Empty without a code. */
export function useReason(code: string | undefined): string {
  const { t, i18n } = useTranslation();
  const own = code === undefined ? '' : `reason.${code}`;
  const isOurs = code !== undefined && i18n.exists(own);
  const words = useRefusalWords(isOurs ? undefined : code);
  if (code === undefined) return '';
  return isOurs ? t(own) : (words ?? t('reason.other'));
}

/** The whole sentence of a refusal from the table that all parts share; undefined until it is there. */
export function useRefusalWords(code: string | undefined): string | undefined {
  const { i18n } = useTranslation();
  const [words, setWords] = useState<string>();
  const { language } = i18n;
  useEffect(() => {
    if (code === undefined) return;
    let isOn = true;
    void import('@octavo/domain/refusal.ts').then(({ isRefusalCode, refusals }) => {
      if (isOn && isRefusalCode(code)) setWords(refusals[code][language === 'zh-CN' ? 'zh' : 'en']);
    });
    return () => {
      isOn = false;
    };
  }, [code, language]);
  return code === undefined ? undefined : words;
}
