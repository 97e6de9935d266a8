/** What the explainer's names are in Chinese, and what its plain words say there. */
import { CHIP_NAMES } from './names-chip.ts';
import { MESSAGE_NAMES } from './names-message.ts';
import { PATTERNS, PHRASES } from './phrases.ts';

/** A text in the languages of the pages. */
export type Words = { readonly en: string; readonly zh: string };

/** The Chinese name of what the explainer calls `name`; undefined when there is none. */
export function chineseName(name: string): string | undefined {
  const known = MESSAGE_NAMES[name] ?? CHIP_NAMES[name];
  if (known !== undefined) return known;
  for (const [before, after] of ABOUT) {
    const inner = name.startsWith(before) ? chineseName(name.slice(before.length)) : undefined;
    if (inner !== undefined) return after(inner);
  }
  return joined(name, (part) => chineseName(part));
}

/** A name in both languages; where there is no Chinese one, the standard's word stands. */
export function nameWords(name: string): Words {
  return { en: name, zh: chineseName(name) ?? name };
}

/**
 * The Chinese of what the explainer says of a value; undefined when there is none. Numbers, codes and names that stand
 * for themselves are the same in every language.
 */
export function chineseSaying(saying: string): string | undefined {
  if (NEUTRAL.test(saying)) return saying;
  const known = PHRASES[saying] ?? chineseName(saying);
  if (known !== undefined) return known;
  for (const [pattern, made] of PATTERNS) {
    const match = pattern.exec(saying);
    if (match === null) continue;
    const parts = match.slice(1).map((part = '') => chineseSaying(part) ?? part);
    return made(...parts);
  }
  return joined(saying, (part) => chineseSaying(part));
}

/** What the explainer says of a value, in both languages. */
export function sayingWords(saying: string): Words {
  return { en: saying, zh: chineseSaying(saying) ?? saying };
}

/** Digits with signs between them, hexadecimal, short names in capitals such as CNY, ARQC, DE4, BEIJING. */
const NEUTRAL = /^[-\d.,:; ]*$|^[0-9A-F]+$|^[A-Z0-9]{2,}(?: [A-Z0-9]+)*$|^\d[\d,.]* [A-Z]{3}$/;

/** Names about another name. */
const ABOUT: readonly (readonly [before: string, after: (inner: string) => string])[] = [
  ['tag of ', (inner) => `${inner}的标签`],
  ['length of ', (inner) => `${inner}的长度`],
  ['asks for ', (inner) => `索要${inner}`],
  ['first bytes of ', (inner) => `${inner}的前几个字节`],
];

/** Several things in a row, when each of them has its Chinese. */
function joined(text: string, translate: (part: string) => string | undefined): string | undefined {
  // A comma inside brackets belongs to what it stands in.
  const parts = text.split(/, (?![^(]*\))| and |; /);
  if (parts.length < 2) return undefined;
  const made = parts.map((part) => translate(part));
  return made.includes(undefined) ? undefined : made.join('、');
}
