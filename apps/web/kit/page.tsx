/** How every page begins: theme, language, then the drawing. */
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { openTheme } from './theme.ts';
import { openWords, type Tables } from './words.ts';
import './tokens.css';
import './base.css';
import './parts.css';

/** Draw a site's page in the chosen language. */
export async function openPage(tables: Tables, draw: () => ReactNode): Promise<void> {
  openTheme();
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no root');
  const words = await openWords(tables);
  createRoot(root).render(<I18nextProvider i18n={words}>{draw()}</I18nextProvider>);
}
