/** Words that the explainer gives in both languages, in the language of the page. */
import type { Words } from '@octavo/lib/journey/names.ts';
import { useTranslation } from 'react-i18next';

/** Says words in the page's language. */
export function useSay(): (words: Words) => string {
  const { i18n } = useTranslation();
  const isChinese = i18n.language.startsWith('zh');
  return ({ en, zh }) => (isChinese ? zh : en);
}

/** Says names, which the standards write small, with a capital as they begin a line. */
export function useName(): (words: Words) => string {
  const say = useSay();
  return (words) => {
    const name = say(words);
    return /^[a-z]{2}/.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
  };
}
