/** Words that the explainer gives in both languages, in the language of the page. */
import type { Words } from '@octavo/lib/journey/names.ts';
import { useTranslation } from 'react-i18next';

/** Says words in the page's language. */
export function useSay(): (words: Words) => string {
  const { i18n } = useTranslation();
  const isChinese = i18n.language.startsWith('zh');
  return ({ en, zh }) => (isChinese ? zh : capital(en));
}

/** English names of the standards are written small; where one stands alone it begins with a capital. */
function capital(text: string): string {
  return /^[a-z][a-z]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
