/** People: holders who tap, cashiers who ask again, and holders who lock a card for a while. All by seeded whim. */
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { FieldLost } from '@octavo/lib/apdu/channel.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { type ElementHost, memoryElement, openElement } from '@octavo/platform/element.ts';
import { openPasskey, type Passkey } from '@octavo/platform/passkey.ts';
import { showKey } from '@octavo/services/caller';
import type { Client } from '@octavo/services/endpoint';
import * as terminal from '@octavo/services/terminal';
import * as wallet from '@octavo/services/wallet';
import type { Chance } from './chance.ts';
import { arm } from './element.ts';
import type { Gates } from './gates.ts';
import { callsOf, type Holder } from './holder.ts';
import { ride, rideOnce } from './riding.ts';
import type { Owner } from './scheduler.ts';
import { signInAgain } from './sign-in-again.ts';
import { terminalNames, type World } from './world.ts';

/** What a terminal says to its cashier. */
export type PayAnswer = Extract<
  Awaited<ReturnType<typeof askTerminal>>,
  { readonly outcome: string }
>;

/** One purchase as the cashier remembers it. */
export type Purchase = {
  readonly requestId: string;
  readonly terminal: (typeof terminalNames)[number];
  readonly holder: Holder;
  readonly amountMinor: number;
  /** Every answer that came; all of them must be the same. */
  readonly answers: PayAnswer[];
  /** Refusals where an answer was due, such as a used key. */
  readonly oddities: string[];
};

/** A holder at large. */
export type Shopper = {
  readonly holder: Holder;
  readonly purchases: readonly Purchase[];
  /** Shop until all is bought. */
  shop(payments: number): Promise<void>;
  /** Ask once more after every purchase, with no phone in the field. */
  askAgain(): Promise<void>;
  /** Have the wallet suspend the card. */
  lock(): Promise<void>;
  /** Undo what was locked. */
  unlock(): Promise<void>;
  /** One small purchase by the book, when nothing goes wrong any more. */
  buyOnce(): Promise<Purchase>;
  /** One ride by the book, where there are gates. */
  rideOnce(): Promise<void>;
};

/** Put a holder into a world; where there are gates, an ordinary one rides as well. */
export async function createShopper(world: World, holder: Holder, gates?: Gates): Promise<Shopper> {
  const self: Owner = { name: holder.name, alive: true };
  const chance = world.chance.fork(`whims of ${holder.name}`);
  const clock = world.scheduler.clockOf(self);
  const storage = memoryElement(holder.element);
  const element = await openElement({ storage, clock, random: chance.fork('element').bytes });
  const hand: Hand = {
    world,
    holder,
    self,
    chance,
    element,
    passkey: openPasskey(holder.passkey),
    purchases: [],
    session: holder.session,
  };
  const rider = gates && { ...hand, gates, instanceAid: holder.instanceAid };
  return {
    holder,
    purchases: hand.purchases,
    shop: async (payments) => {
      for (let bought = 0; bought < payments; bought++) {
        await clock.sleep(chance.below(chance.pick([2_000, 30_000, 120_000])));
        if (chance.happens(0.1)) await lockForAWhile(hand);
        const rides = rider !== undefined && holder.isOrdinary && chance.happens(RIDES);
        if (rides) await ride(rider);
        else await buy(hand);
      }
    },
    askAgain: async () => {
      world.setAir(holder.name, undefined);
      for (const purchase of hand.purchases) await askUntilAnswered(hand, purchase);
    },
    lock: () => changeCard(hand, 'off'),
    unlock: async () => {
      await changePhone(hand, 'on');
      await changeCard(hand, 'on');
    },
    rideOnce: async () => {
      if (rider !== undefined) await rideOnce(rider);
    },
    buyOnce: async () => {
      const purchase = begin(hand, 100);
      await armCard(hand);
      world.setAir(holder.name, element.air);
      await askUntilAnswered(hand, purchase);
      return purchase;
    },
  };
}

/** How often somebody rides where they might have bought something. */
const RIDES = 0.6;

type Hand = {
  readonly world: World;
  readonly holder: Holder;
  readonly self: Owner;
  readonly chance: Chance;
  readonly element: ElementHost;
  readonly passkey: Passkey;
  readonly purchases: Purchase[];
  /** The key of the last sign-in. */
  session: string;
};

async function buy(hand: Hand): Promise<void> {
  const { chance, holder, world } = hand;
  const purchase = begin(hand, 100 + chance.below(chance.pick([5_000, 5_000, 30_000])));
  // Some forget their finger, and are told so.
  if (!chance.happens(0.1)) await armCard(hand);
  world.setAir(holder.name, hand.element.air);
  await ask(hand, purchase);
  for (let tries = 0; purchase.answers.length === 0 && tries < 6; tries++) {
    if (chance.happens(0.1)) break;
    await world.scheduler.sleep(hand.self, 1_000 + chance.below(40_000));
    if (chance.happens(0.5)) await armCard(hand);
    await ask(hand, purchase);
  }
  world.setAir(holder.name, undefined);
  if (chance.happens(0.2)) await ask(hand, purchase);
  if (chance.happens(0.1)) await askAnother(hand, purchase);
}

function begin({ chance, holder, purchases }: Hand, amountMinor: number): Purchase {
  const requestId = toHex(chance.bytes(16));
  const terminal = chance.pick(terminalNames);
  const purchase: Purchase = {
    requestId,
    terminal,
    holder,
    amountMinor,
    answers: [],
    oddities: [],
  };
  purchases.push(purchase);
  return purchase;
}

/** One try; an answer is remembered. */
async function ask(hand: Hand, purchase: Purchase): Promise<void> {
  const answer = await askTerminal(hand, purchase, purchase.amountMinor);
  if (!isRefused(answer)) purchase.answers.push(answer);
  else if (!PASSING.includes(answer.code)) purchase.oddities.push(answer.code);
}

/** What a cashier may be told while something is down. */
const PASSING: readonly string[] = [
  'unavailable',
  'busy',
  'terminal.busy',
  'terminal.not_signed_in',
  'request.too_often',
];

/** The same id for another amount: refused once the first is known, and never another payment. */
async function askAnother(hand: Hand, purchase: Purchase): Promise<void> {
  if (purchase.answers.length === 0) return;
  const answer = await askTerminal(hand, purchase, purchase.amountMinor + 1);
  if (!isRefused(answer)) purchase.oddities.push('answered under a used key');
}

async function askUntilAnswered(hand: Hand, purchase: Purchase): Promise<void> {
  const before = purchase.answers.length;
  while (purchase.answers.length === before && purchase.oddities.length === 0) {
    await ask(hand, purchase);
    if (purchase.answers.length === before) await hand.world.scheduler.sleep(hand.self, 5_000);
  }
}

function askTerminal({ world, self, holder }: Hand, purchase: Purchase, amountMinor: number) {
  const key = showKey('operator', world.keyring.operator.token);
  const cashier: Client = callsOf(world, self).as(key, purchase.terminal);
  const { requestId } = purchase;
  return cashier(terminal.pay, { requestId, amountMinor, currency: '156', air: holder.name });
}

async function armCard({ element, holder, passkey }: Hand): Promise<void> {
  try {
    await arm(element.wired, holder.instanceAid, passkey);
  } catch (error) {
    if (!(error instanceof FieldLost)) throw error;
  }
}

async function lockForAWhile(hand: Hand): Promise<void> {
  const { world, self, chance } = hand;
  const change = chance.pick([changeCard, changePhone]);
  await change(hand, 'off');
  // Payments with a locked card must be declined, whoever is faster.
  void world.scheduler.sleep(self, chance.below(60_000)).then(() => change(hand, 'on'));
}

/** Suspend or resume the one card. */
async function changeCard(hand: Hand, to: 'off' | 'on'): Promise<void> {
  const { deviceId, tokenReference } = hand.holder;
  const event = to === 'off' ? 'suspend' : 'resume';
  await askWallet(hand, (call, requestId) =>
    call(wallet.changeCard, { requestId, deviceId, tokenReference, event }),
  );
}

/** Lock or unlock the phone with all that is on it. To unlock it takes a sign-in after the lock. */
async function changePhone(hand: Hand, to: 'off' | 'on'): Promise<void> {
  const { deviceId } = hand.holder;
  const event = to === 'off' ? 'lock' : 'unlock';
  for (;;) {
    const code = await askWallet(hand, (call, requestId) =>
      call(wallet.changeDevice, { requestId, deviceId, event }),
    );
    if (code !== 'session.too_old') return;
    hand.session = await signInAgain(hand);
  }
}

/** Ask the wallet, again under the same id, until it answers for good: its refusal, if it is one. */
async function askWallet(
  hand: Hand,
  ask: (call: Client, requestId: string) => Promise<object | Refused>,
): Promise<string | undefined> {
  const { world, self, session, chance } = hand;
  const call = callsOf(world, self).as(showKey('holder', session), 'wallet');
  const requestId = toHex(chance.bytes(16));
  for (;;) {
    const answer = await ask(call, requestId);
    if (!isRefused(answer)) return undefined;
    if (!PASSING.includes(answer.code)) return answer.code;
    await world.scheduler.sleep(self, 2_000 + chance.below(10_000));
  }
}
