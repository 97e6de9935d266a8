/** What stops a cheat: a refusal of a service, or something that no service answers with and that has words all the same. */
import { type RefusalCode, refusals } from '@octavo/domain/refusal.ts';

/** Ends of cheats that are no refusals, each by the name under which it is shown elsewhere. */
const stops = {
  '6986': {
    en: 'The phone asks for its holder and answers nothing.',
    zh: '手机要求持卡人确认，不作应答。',
  },
  signature_wrong: {
    en: 'The gate did not sign this record. It is kept apart and charged to nobody.',
    zh: '记录不是闸机签的：另存备查，不向任何人收费。',
  },
  chain_broken: {
    en: 'The next record names another one in this place. Nobody is charged for it.',
    zh: '下一条记录指向的不是它：不向任何人收费。',
  },
  missing: {
    en: 'A number is missing in the chain. It is listed until the record comes.',
    zh: '记录链缺了一号：列出来，直到补齐。',
  },
  list_older: {
    en: 'The gate keeps its list: this one is older.',
    zh: '名单比闸机已有的旧，不采用。',
  },
  list_unfit: {
    en: 'The gate keeps its list: these changes do not fit it.',
    zh: '变更与闸机已有的名单对不上，不采用。',
  },
  list_forged: {
    en: 'The gate keeps its list: the back office did not sign this one.',
    zh: '名单不是后台签的，不采用。',
  },
} as const satisfies Readonly<Record<string, { readonly en: string; readonly zh: string }>>;

/** What may stop a cheat. */
export type CheatCode = RefusalCode | keyof typeof stops;

/** What a code says to people. */
export function wordsOf(code: CheatCode): { readonly en: string; readonly zh: string } {
  const { en, zh } =
    code in stops ? stops[code as keyof typeof stops] : refusals[code as RefusalCode];
  return { en, zh };
}
