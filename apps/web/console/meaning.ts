/** What a refusal's code says to people, in the page's language. */
import { refusals } from '@octavo/domain/refusal.ts';
import { useTranslation } from 'react-i18next';

/** Gives the words of a code; undefined for one that is not of the closed table. */
export function useMeaning(): (code: string | undefined) => string | undefined {
  const { i18n } = useTranslation();
  return (code) => {
    const known = Object.entries(refusals).find(([name]) => name === code)?.[1];
    return i18n.language === 'zh-CN' ? known?.zh : known?.en;
  };
}
