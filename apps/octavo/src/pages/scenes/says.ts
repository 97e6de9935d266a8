/** What the pages say, so that the pictures' people find their way in either language. */
import { words as bankEn } from '@octavo/web/bank/words/en.ts';
import { words as bankZh } from '@octavo/web/bank/words/zh-CN.ts';
import { words as cardEn } from '@octavo/web/card/words/en.ts';
import { words as cardZh } from '@octavo/web/card/words/zh-CN.ts';
import { words as consoleEn } from '@octavo/web/console/words/en.ts';
import { words as consoleZh } from '@octavo/web/console/words/zh-CN.ts';
import { words as elementEn } from '@octavo/web/element/words/en.ts';
import { words as elementZh } from '@octavo/web/element/words/zh-CN.ts';
import { words as gateEn } from '@octavo/web/gate/words/en.ts';
import { words as gateZh } from '@octavo/web/gate/words/zh-CN.ts';
import { words as terminalEn } from '@octavo/web/terminal/words/en.ts';
import { words as terminalZh } from '@octavo/web/terminal/words/zh-CN.ts';
import { words as phoneEn } from '@octavo/web/wallet/words/en.ts';
import { words as phoneZh } from '@octavo/web/wallet/words/zh-CN.ts';

/** A language in the names of pictures. */
export type PictureLanguage = 'en' | 'zh';

const en = {
  /** What a browser of this language says it is. */
  locale: 'en-GB',
  /** The language as a page's address asks for it. */
  lang: 'en',
  phone: phoneEn,
  card: cardEn,
  element: elementEn,
  bank: bankEn,
  terminal: terminalEn,
  gate: gateEn,
  console: consoleEn,
};

const zh = {
  locale: 'zh-CN',
  lang: 'zh-CN',
  phone: phoneZh,
  card: cardZh,
  element: elementZh,
  bank: bankZh,
  terminal: terminalZh,
  gate: gateZh,
  console: consoleZh,
};

/** The words of all pages in one language. */
export type Says = typeof en | typeof zh;

/** By language. */
export const says: Readonly<Record<PictureLanguage, Says>> = { en, zh };

/** The words with their values in place. */
export function filled(words: string, values: Readonly<Record<string, string | number>>): string {
  return words.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** The fixed part of words that take values, up to the first of them: enough to find them by. */
export function beginningOf(words: string): string {
  return words.split('{{')[0]?.trim() ?? '';
}
