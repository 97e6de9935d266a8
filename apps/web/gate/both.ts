/** Words in both languages at once, as the gate's face has them: Chinese first. */
import { words as en } from './words/en.ts';
import { words as zh } from './words/zh-CN.ts';

/** The same in both languages. */
export type Both = { readonly zh: string; readonly en: string };

/** Two lines in both languages. */
export type BothLines = { readonly title: Both; readonly text: Both };

type Face = (typeof en)['face'];

/** What a line of the face says; a count takes its place. */
export function both(of: (face: Face) => string, count?: number): Both {
  const filled = (text: string) => text.replace('{{count}}', String(count ?? ''));
  return { zh: filled(of(zh.face)), en: filled(of(en.face)) };
}

/** What two lines of the face say. */
export function bothLines(of: (face: Face) => { title: string; text: string }): BothLines {
  return { title: both((face) => of(face).title), text: both((face) => of(face).text) };
}

/** The refusals that the face has words for, by the last part of their codes. */
export type RefusalWord = keyof Face['refused'];

/** What the face calls a refusal's code. */
export function refusalWord(code: string | undefined): RefusalWord {
  const name = code?.startsWith('gate.') ? code.slice('gate.'.length) : '';
  return Object.hasOwn(en.face.refused, name) ? (name as RefusalWord) : 'other';
}
