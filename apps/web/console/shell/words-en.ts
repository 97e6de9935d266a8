/** The words of the console's frame in English. */
import type { Words } from '../../kit/words-table.ts';

/** All of them. */
export const words = {
  live: 'Live',
  explain: 'Explain',
  paste: 'Paste',
  tokens: 'Tokens',
  bank: 'Bank',
  transit: 'Transit',
  cheats: 'Cheats',
  levers: 'Levers',
  pages: 'Pages',
  skip: 'Skip to the page',
  opening: 'Connecting',
  following: 'Connected',
  lost: 'Connection lost',
  lostLine: 'The world does not answer. What you see may be old; this page goes on by itself.',
  notDone: 'The world did not answer, so it may not be done. Try again.',
  settings: 'Settings',
  language: 'Language',
  theme: 'Light or dark',
  themeSystem: 'As the system',
  themeLight: 'Light',
  themeDark: 'Dark',
  again: 'Try again',
  signOut: 'Sign out',
  signIn: 'Sign in',
  signInTitle: 'The console',
  signInLine: 'Every tap of this world, byte by byte, and the levers on it.',
  key: 'Operator key',
  keyHint: 'It stands in the lines that npm start prints. It stays in this tab only.',
  keyMissing: 'Type the operator key first.',
  keyWrong:
    'That is not this world’s operator key. Copy it anew from the lines that npm start prints.',
  keyUntried: 'The world does not answer, so the key could not be tried. Try again.',
} satisfies Words;
