/** What the cheats are played with, made of a holder whose card is on a phone. */
import * as issuer from '@octavo/services/issuer';
import { addCard, type Handset, newHandset } from './actors.ts';
import type { Props } from './cheats.ts';
import type { CrookedTerminal } from './crooked-terminal.ts';
import type { Ear } from './ear.ts';
import { judgeBy } from './judge.ts';
import { expectDone, type PrintedCard } from './phone.ts';
import type { Stage } from './stage.ts';

/** A holder, their card, and the phone that it is on. */
export type Victim = {
  readonly handset: Handset;
  readonly card: PrintedCard;
  readonly inbox: () => Promise<string>;
  readonly mobile: string;
  readonly tokenReference: string;
  readonly instanceAid: string;
};

/** Make the props; what the services tell of a cheat is heard by `ear`. */
export function propsOf(
  stage: Stage,
  crook: CrookedTerminal,
  victim: Victim,
  ear: Pick<Ear, 'take'>,
): Props {
  const { card, handset, instanceAid, tokenReference } = victim;
  const spareHandset = () => newHandset(stage, victim.inbox, victim.mobile);
  let laboratory: Promise<Handset> | undefined;
  return {
    stage,
    crook,
    card,
    handset,
    instanceAid,
    tokenReference,
    spareHandset,
    laboratoryHandset: () => {
      laboratory ??= spareHandset().then(async (spare) => {
        await addCard(spare, card, { laboratory: true });
        return spare;
      });
      return laboratory;
    },
    judge: judgeBy(ear, async () => {
      const balance = expectDone(await stage.operator(issuer.account, { pan: card.pan }));
      return balance.entries.length;
    }),
  };
}
