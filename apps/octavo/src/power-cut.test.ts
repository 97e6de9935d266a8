/**
 * Personalisation that is cut off anywhere: before and after every command to the element, and before and after every
 * round with the wallet. It goes on to a token that pays, and until then there is none that does.
 */
import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { LinkDown } from '@octavo/domain/ports.ts';
import { type Channel, FieldLost } from '@octavo/lib/apdu/channel.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTlv, find } from '@octavo/lib/tlv/tlv.ts';
import { type ElementHost, memoryElement } from '@octavo/platform/element.ts';
import { setActivated, setPasscode } from '@octavo/platform/element-commands.ts';
import { createPasskey } from '@octavo/platform/passkey.ts';
import * as tokens from '@octavo/services/tokens';
import * as wallet from '@octavo/services/wallet';
import { confirmHolder, type Handset, powerOnElement } from './actors.ts';
import { expectDone, JourneyRefused, openInbox, RELYING_PARTY, signIn } from './phone.ts';
import {
  clockAt,
  freshMobile,
  leavesOf,
  openTestWorld,
  payWith,
  printFor,
  type SteppedClock,
  setUpTerminal,
  type TestWorld,
} from './stage.fixture.ts';
import type { Stage } from './stage.ts';

let clock: SteppedClock;
let open: TestWorld;
let lengths: Lengths;
before(async () => {
  clock = clockAt('2026-11-22', '10:00:00');
  open = await openTestWorld({ clock });
  await setUpTerminal(open.stage);
  // Every personalisation is as long as the last; each test cuts its own.
  lengths = await measured();
});
after(() => open.world.close());

/** Where the cut is: which command or round, counted from 1, and on which side of it. */
type Cut = { readonly at: number; readonly side: 'before' | 'after' };

/** A wire that can be cut once. It counts what goes over it while it is watched. */
function scissors() {
  let count = 0;
  let cut: Cut | undefined;
  return {
    count: () => count,
    set: (next: Cut | undefined) => {
      count = 0;
      cut = next;
    },
    /** Let something over the wire, or cut it there: `lost` is what is thrown. */
    pass: async <T>(send: () => Promise<T>, lost: () => Promise<Error>): Promise<T> => {
      count++;
      if (cut?.at !== count) return send();
      const { side } = cut;
      cut = undefined;
      if (side === 'after') await send();
      throw await lost();
    },
  };
}

/** A phone whose element can lose its power, and whose line to the wallet can drop. */
async function frailPhone() {
  // Sign-ins are counted by the minute.
  clock.step(2_000);
  const { stage } = open;
  const mobile = freshMobile();
  const rounds = scissors();
  const fetch: Stage['fetch'] = (request) =>
    new URL(request.url).pathname === wallet.provision.path
      ? rounds.pass(
          async () => stage.fetch(request),
          async () => new LinkDown('the line dropped'),
        )
      : stage.fetch(request);
  const inbox = await openInbox(fetch, clock, mobile, stage.sims);
  const memory = memoryElement(await stage.bearElement());
  const host = await powerOnElement(stage, memory);
  const power = scissors();
  const wired: Channel = (command) =>
    power.pass(
      () => host.wired(command),
      async () => {
        await host.powerOff();
        return new FieldLost('the power went');
      },
    );
  const element: ElementHost = { ...host, wired };
  const passkey = createPasskey({ ...RELYING_PARTY, random: stage.random });
  const { random } = stage;
  const phone = await signIn({ fetch, clock, random, mobile, element, passkey, inbox });
  const handset: Handset = { phone, memory, host, passkey };
  const card = await printFor(stage, mobile, { behaviour: 'green' });
  const { tokenReference } = await phone.enrol(card);
  ok(tokenReference !== undefined);
  return { handset, phone, tokenReference, power, rounds };
}

type FrailPhone = Awaited<ReturnType<typeof frailPhone>>;

async function tokenOf({ tokenReference }: FrailPhone) {
  return expectDone(await open.stage.operator(tokens.token, { tokenReference }));
}

/** Personalise with a cut, and make sure that it was cut. */
async function cutOff(frail: FrailPhone, wire: 'power' | 'rounds', cut: Cut): Promise<void> {
  frail[wire].set(cut);
  const error = await frail.phone.personalise(frail.tokenReference).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  frail[wire].set(undefined);
  if (wire === 'power') ok(error instanceof FieldLost, String(error));
  else ok(error instanceof JourneyRefused && error.code === 'unavailable', String(error));
}

/** Whatever was cut, nothing pays yet: the instance is not activated, so a reader finds no card. */
async function paysNothingYet(frail: FrailPhone): Promise<void> {
  const { outcome } = await payWith(open.stage, frail.handset, 100);
  notEqual(outcome, 'approved');
  equal((await tokenOf(frail)).highestCounter, 0);
}

/** It goes on where it stood and ends in one active token that pays. Resolves to a way to pay again; both tell the counter. */
async function goesOnAndPays(
  frail: FrailPhone,
): Promise<{ first: number; payAgain: () => Promise<number> }> {
  const { phone, tokenReference, handset } = frail;
  const { instanceAid } = await phone.personalise(tokenReference);
  deepEqual(
    (await leavesOf(phone)).map(({ state, isDefault }) => [state, isDefault]),
    [['active', true]],
  );
  const pay = async () => {
    await confirmHolder(handset, instanceAid);
    equal((await payWith(open.stage, handset, 100)).outcome, 'approved');
    return (await tokenOf(frail)).highestCounter;
  };
  const first = await pay();
  // Each loading begins 256 above the last, so that no counter comes twice. @see profile octavo-1, section 6
  equal(first % 256, 1);
  return { first, payAgain: pay };
}

/** How many commands and rounds a whole personalisation takes, and which commands are the first of their round. */
type Lengths = { commands: number; rounds: number; firsts: readonly number[] };

async function measured(): Promise<Lengths> {
  const frail = await frailPhone();
  const { power, rounds } = frail;
  power.set(undefined);
  rounds.set(undefined);
  const firsts = new Set<number>();
  const { wired } = frail.handset.host;
  let heardRounds = 0;
  await withWired(
    frail,
    (command) => {
      if (rounds.count() > heardRounds) firsts.add(power.count() + 1);
      heardRounds = rounds.count();
      return power.pass(
        () => wired(command),
        async () => new FieldLost('never'),
      );
    },
    () => frail.phone.personalise(frail.tokenReference),
  );
  return { commands: power.count(), rounds: rounds.count(), firsts: [...firsts] };
}

async function powerLostAt(cut: Cut, commands: number): Promise<void> {
  const frail = await frailPhone();
  await cutOff(frail, 'power', cut);
  // The last command is the phone's own, which activates the instance of a token that is active by then.
  if (cut.at < commands) await paysNothingYet(frail);
  await goesOnAndPays(frail);
}

test('power lost after any command of personalisation, its answer unheard', async () => {
  const { commands } = lengths;
  ok(commands >= 15, `${commands} commands`);
  for (let at = 1; at <= commands; at++) await powerLostAt({ at, side: 'after' }, commands);
});

test('power lost between hearing a round and running its first command', async () => {
  const { commands, firsts } = lengths;
  ok(firsts.length >= 5, `${firsts.length} rounds`);
  for (const at of firsts) await powerLostAt({ at, side: 'before' }, commands);
});

for (const side of ['before', 'after'] as const) {
  test(`the line to the wallet lost ${side} any round of personalisation`, async () => {
    const { rounds } = lengths;
    ok(rounds >= 5, `${rounds} rounds`);
    for (let at = 1; at <= rounds; at++) {
      const frail = await frailPhone();
      await cutOff(frail, 'rounds', { at, side });
      await paysNothingYet(frail);
      const { first, payAgain } = await goesOnAndPays(frail);
      // Asked once more, nothing is changed in the element: its counter does not begin anew.
      await frail.phone.personalise(frail.tokenReference);
      equal(await payAgain(), first + 1);
    }
  });
}

test('power lost again and again, at every command in turn, still ends in a token that pays', async () => {
  const { commands } = lengths;
  const frail = await frailPhone();
  for (let at = 1; at < commands - 5; at += 3) {
    frail.power.set({ at, side: 'after' });
    const ended = await frail.phone.personalise(frail.tokenReference).then(
      () => true,
      (error: unknown) => {
        ok(error instanceof FieldLost, String(error));
        return false;
      },
    );
    if (ended) break;
  }
  frail.power.set(undefined);
  await goesOnAndPays(frail);
});

test('a token that its service does not know to be there taps in vain, and no counter comes twice', async () => {
  const { commands } = lengths;
  const frail = await frailPhone();
  const { handset, phone, tokenReference } = frail;
  // The two commands after the last loaded one are the phone's own, which activate the instance.
  await cutOff(frail, 'power', { at: commands - 2, side: 'after' });
  const { instanceAid, state } = await tokenOf(frail);
  equal(state, 'inactive');
  const tapAnyway = async () => {
    await setActivated(handset.host.wired, instanceAid, true);
    await confirmHolder(handset, instanceAid);
    return payWith(open.stage, handset, 100);
  };
  const early = await tapAnyway();
  equal(early.outcome, 'declined');
  await phone.personalise(tokenReference);
  const paid = await tapAnyway();
  equal(paid.outcome, 'approved');
  ok(counterIn(paid) > counterIn(early), `${counterIn(early)}, then ${counterIn(paid)}`);
});

/** The counter that a tap's chip data carry, tag 9F36. */
function counterIn({ chipData = '' }: { chipData?: string | undefined }): number {
  const counter = find(decodeTlv(fromHex(chipData)), '9F36')?.value;
  return Number.parseInt(toHex(counter ?? new Uint8Array(0)), 16);
}

describe('an element that answers wrongly', () => {
  test('is rolled back: the leaf is free, the token deleted, and the element empty', async () => {
    const { commands } = lengths;
    for (const at of [1, 3, commands - 3]) {
      const frail = await frailPhone();
      const { phone, handset, tokenReference } = frail;
      const honest = phone.parts.element.wired;
      let count = 0;
      const lying: Channel = async (command) =>
        ++count === at ? Uint8Array.of(0x6f, 0x00) : await honest(command);
      const refusal = await withWired(frail, lying, () => phone.personalise(tokenReference));
      equal(refusal, 'personalisation.element_failed');
      equal((await tokenOf(frail)).state, 'deleted');
      deepEqual(await leavesOf(phone), []);
      await phone.erase(tokenReference);
      await setPasscode(handset.host.wired, '123456');
    }
  });
});

/** Do something while the phone's wire to its element is another; resolves to the refusal's code. */
async function withWired(
  { phone }: FrailPhone,
  wired: Channel,
  act: () => Promise<unknown>,
): Promise<string> {
  const element = phone.parts.element as { wired: Channel };
  const honest = element.wired;
  element.wired = wired;
  try {
    await act();
    return 'done';
  } catch (error) {
    if (error instanceof JourneyRefused) return error.code;
    throw error;
  } finally {
    element.wired = honest;
  }
}
