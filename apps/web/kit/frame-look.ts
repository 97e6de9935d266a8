/** How a frame takes language and theme from the page that holds it: it has no choice of its own. */
import { type Language, languages } from './words.ts';

/** Draw the holding page's theme, on the attributes that our tokens read. */
export function wearTheme(theme: 'light' | 'dark'): void {
  document.documentElement.dataset.theme = theme === 'dark' ? 'dark' : 'light';
}

/** A language of ours by its name; English when there is no such. */
export function languageNamed(name: string): Language {
  return languages.find((language) => language === name) ?? 'en';
}
