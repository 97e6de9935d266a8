/** The page's language: two tables of the same keys for each site, of which only the one in use is loaded. */
import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Words } from './words-table.ts';

/** The languages of the pages, as `lang` has them. */
export const languages = ['en', 'zh-CN'] as const;

/** A language. */
export type Language = (typeof languages)[number];

/** Loads a site's words. */
export type Tables = Readonly<Record<Language, () => Promise<{ readonly words: Words }>>>;

const KEPT = 'octavo.language';

/** The language that was chosen, or else the browser's. */
export function chosenLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(KEPT);
  const named = languages.find((language) => language === asked);
  if (named !== undefined) return named;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** Load the words of this site and make them the page's. */
export async function openWords(
  tables: Tables,
  language: Language = chosenLanguage(),
): Promise<i18n> {
  const { words } = await tables[language]();
  const opened = i18next.createInstance();
  await opened.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: words } },
    interpolation: { escapeValue: false },
    returnNull: false,
    // A key without words is a mistake that a person should see, and a test does.
    parseMissingKeyHandler: (key) => `⟦${key}⟧`,
  });
  document.documentElement.lang = language;
  return opened;
}

/** Choose a language for this site and draw the page anew. */
export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
  const url = new URL(location.href);
  url.searchParams.delete('lang');
  location.replace(url);
}
