/** For tests of the levers: a world with an operator at its edge, a shop, and a holder who pays in it. */
import { equal } from 'node:assert/strict';
import type { Refused } from '@octavo/domain/refusal.ts';
import { settableClock, systemClock } from '@octavo/platform/clock.ts';
import * as acquirer from '@octavo/services/acquirer';
import { showKey } from '@octavo/services/caller';
import { type Client, connectTo } from '@octavo/services/endpoint';
import * as issuer from '@octavo/services/issuer';
import * as network from '@octavo/services/network';
import * as terminal from '@octavo/services/terminal';
import { addCard, type Handset } from './actors.ts';
import * as levers from './lever-contract.ts';
import { readEvents } from './lever-events.ts';
import { operatorEdge } from './operator.ts';
import { expectDone, type PrintedCard } from './phone.ts';
import {
  confirmAndPay,
  newHolder,
  openTestWorld,
  type Paid,
  printFor,
  setUpTerminal,
} from './stage.fixture.ts';
import type { Stage } from './stage.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;

/** The world and what its tests do to it. */
export type LeverBench = {
  readonly world: World;
  readonly stage: Stage;
  /** Calls the operator's edge. */
  readonly ask: Client;
  /** The holder confirms and pays at the shop. */
  pay(amountMinor: number): Promise<Paid>;
  /** What the holder's account has paid in all, by its ledger. */
  paidMinor(): Promise<bigint>;
  /** Wait until an event of this type, and with these details, is told after `afterSequence`. */
  told(
    type: string,
    detail: Readonly<Record<string, unknown>>,
    afterSequence: number,
  ): Promise<void>;
  newestSequence(): number;
  moveClock(byMs: number): Promise<void>;
  /** Let minutes pass until nobody owes anybody an answer; the ledger then sums to zero. */
  settle(): Promise<void>;
};

/** Open the world, set the shop up, and give the holder a phone with a card. */
export async function openLeverBench(): Promise<LeverBench> {
  const { world, stage } = await openTestWorld({ clock: settableClock() });
  const { operator } = world.keyring;
  // The operator's patience goes by another clock than the one that is moved.
  const ask = connectTo(
    operatorEdge(world).fetch,
    showKey('operator', operator.token),
    systemClock(),
  );
  await setUpTerminal(stage);
  const { handset, mobile } = await newHolder(stage);
  const card = await printFor(stage, mobile, { behaviour: 'green' });
  const { instanceAid } = await addCard(handset, card);
  const openingMinor = await balanceOf(stage, card);
  const moveClock = async (byMs: number) => void expectDone(await ask(levers.moveClock, { byMs }));
  return {
    world,
    stage,
    ask,
    pay: (amountMinor) => payAt(stage, handset, instanceAid, amountMinor),
    paidMinor: async () => openingMinor - (await balanceOf(stage, card)),
    told: (type, detail, afterSequence) => told(ask, type, detail, afterSequence),
    newestSequence: () => world.events.events(0).at(-1)?.sequence ?? 0,
    moveClock,
    settle: async () => {
      for (let minutes = 0; !(await isSettled(stage)); minutes++) {
        if (minutes === MOST_MINUTES) throw new Error('it does not come to rest');
        await moveClock(MINUTE_MS);
        // What has come due is done in real time.
        for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
      }
      const { sumMinor } = expectDone(await stage.operator(issuer.trialBalance, {}));
      equal(sumMinor, '0');
    },
  };
}

const MOST_MINUTES = 200;

function payAt(stage: Stage, handset: Handset, instanceAid: string, amountMinor: number) {
  return confirmAndPay(stage, handset, instanceAid, amountMinor);
}

async function balanceOf(stage: Stage, { pan }: PrintedCard): Promise<bigint> {
  return BigInt(expectDone(await stage.operator(issuer.account, { pan })).availableMinor);
}

async function told(
  ask: Client,
  type: string,
  detail: Readonly<Record<string, unknown>>,
  afterSequence: number,
): Promise<void> {
  for (let after = afterSequence; ; ) {
    const news = expectDone(
      await ask(readEvents, { afterSequence: after, types: [type], waitMs: 20_000 }),
    );
    const isIt = news.events.some(({ event }) =>
      Object.entries(detail).every(([name, value]) => event.detail[name] === value),
    );
    if (isIt) return;
    if (news.events.length === 0) throw new Error(`nobody told of ${type}`);
    after = news.lastSequence;
  }
}

/** Whether everybody is there, signed on, and owes nobody an answer. */
async function isSettled(stage: Stage): Promise<boolean> {
  const done = <T>(answer: T | Refused) => expectDone(answer);
  const { institutions, waiting, unanswered } = done(await stage.operator(network.status, {}));
  if (waiting + unanswered > 0 || institutions.some(({ signedOn }) => !signedOn)) return false;
  const kept = done(await stage.operator(acquirer.payments, {})).payments;
  if (kept.some(({ state, reversal }) => state === 'pending' || reversal === 'waiting'))
    return false;
  const { payments } = done(await stage.operator(terminal.journal, {}));
  return payments.every(({ state }) => state !== 'pending' && state !== 'reversing');
}
