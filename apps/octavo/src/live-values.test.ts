/**
 * The values that change from message to message are alive on every leg: times, days, trace numbers, references,
 * approval codes and MACs. @see docs/specs.md, ISO 8583 sheet, sections 3, 10 and 11
 */
import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { TraceEvent } from '@octavo/domain/ports.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTlv, find } from '@octavo/lib/tlv/tlv.ts';
import * as terminal from '@octavo/services/terminal';
import { addCard } from './actors.ts';
import { isFinancial, isRequest, messagesIn, type Told } from './messages.fixture.ts';
import { expectDone } from './phone.ts';
import {
  clockAt,
  confirmAndPay,
  newHolder,
  openTestWorld,
  printFor,
  type SteppedClock,
  setUpTerminal,
  type TestWorld,
} from './stage.fixture.ts';

/** Past every time limit of a payment: 25, 45 and 60 seconds. */
const PAST_ALL_LIMITS_MS = 61_000;

type Scene = {
  readonly open: TestWorld;
  readonly clock: SteppedClock;
  readonly messages: readonly Told[];
  /** By last four digits: the numbers that are masked on the leg to the issuer. */
  readonly pans: readonly string[];
};

/** A payment that is approved, one that is declined, and one that gets no answer and is taken back. */
async function playScene(isoDate: string, time: string): Promise<Scene> {
  const clock = clockAt(isoDate, time);
  const open = await openTestWorld({ clock });
  const { stage, world } = open;
  await setUpTerminal(stage);
  const { handset, mobile } = await newHolder(stage);
  const good = await printFor(stage, mobile, { behaviour: 'green' });
  const { instanceAid } = await addCard(handset, good);
  equal((await confirmAndPay(stage, handset, instanceAid, 2850)).outcome, 'approved');
  equal((await confirmAndPay(stage, handset, instanceAid, 90_000_000)).outcome, 'declined');
  const silent = await printFor(stage, mobile, { behaviour: 'no_answer' });
  const second = await addCard(handset, silent);
  const paying = confirmAndPay(stage, handset, second.instanceAid, 1200);
  const posted = (event: TraceEvent) => event.type === 'issuer.answer_withheld';
  await until(clock, () => world.events.events(0).some(({ event }) => posted(event)));
  clock.step(PAST_ALL_LIMITS_MS);
  equal((await paying).outcome, 'reversed');
  await until(clock, async () => {
    const { payments } = expectDone(await stage.operator(terminal.journal, {}));
    return payments.every(({ state }) => state !== 'reversing');
  });
  const messages = messagesIn(world.events.events(0).map(({ event }) => event));
  return { open, clock, messages, pans: [good.pan, silent.pan] };
}

async function until(clock: SteppedClock, holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await clock.sleep(5);
}

describe('half an hour before midnight', () => {
  let scene: Scene;
  before(async () => {
    scene = await playScene('2026-11-22', '23:30:00');
  });
  after(() => scene.open.world.close());

  const sent = (test: (message: Told) => boolean = () => true) => scene.messages.filter(test);
  const money = () => sent(isFinancial);
  const onSwitch = (message: Told) => message.dialect === 'cups';

  test('purchases, answers and reversals went over all three legs', () => {
    const kinds = new Set(scene.messages.map(({ leg, mti }) => `${leg} ${mti}`));
    for (const leg of ['acquirer-network', 'network-issuer']) {
      for (const mti of ['0200', '0210', '0420', '0430']) ok(kinds.has(`${leg} ${mti}`), leg + mti);
    }
    for (const mti of ['0800', '0810', '0200', '0210', '0400', '0410'])
      ok(kinds.has(`terminal-acquirer ${mti}`), mti);
  });

  test('DE7 is the local China time at which the leg’s request was sent, and its answer repeats it', () => {
    const before = '1122233000';
    const stepped = '1122233101';
    for (const { mti, elements } of sent(onSwitch)) {
      const allowed = mti.startsWith('04')
        ? [stepped]
        : mti.startsWith('02')
          ? [before]
          : [before, stepped];
      ok(allowed.includes(elements[7] ?? ''), `${mti} ${elements[7]}`);
    }
  });

  test('DE12 and DE13 are the purchase’s local time and day on every leg', () => {
    for (const { mti, elements } of money()) {
      deepEqual([elements[12], elements[13]], ['233000', '1122'], mti);
    }
  });

  test('a terminal learns the time when it signs in', () => {
    const [answer] = sent(({ mti }) => mti === '0810');
    deepEqual([answer?.elements[12], answer?.elements[13]], ['233000', '1122']);
  });

  test('DE13 is the month and day that the element sealed in 9A', () => {
    const withChip = money().filter(({ elements, mti }) => mti === '0200' && elements[55]);
    equal(withChip.length > 0, true);
    for (const { elements } of withChip) {
      const day = find(decodeTlv(fromHex(elements[55] ?? '')), '9A')?.value;
      equal(toHex(day ?? new Uint8Array(0)), `26${elements[13]}`);
    }
  });

  test('DE15 is the next day after 23:00, and the network sets it', () => {
    for (const { leg, mti, elements } of money()) {
      const bySender = leg === 'network-issuer' || !isRequest({ mti });
      equal(elements[15], bySender ? '1123' : undefined, `${leg} ${mti}`);
    }
  });

  test('DE37 is month, day, hour and the acquirer’s trace number, and never changes', () => {
    const asked = sent(({ leg, mti }) => leg === 'acquirer-network' && mti === '0200');
    const references = asked.map(({ elements }) => `112223${elements[11]}`);
    deepEqual(
      asked.map(({ elements }) => elements[37]),
      references,
    );
    equal(new Set(references).size, 3);
    for (const { leg, mti, elements } of money()) {
      // A terminal's own requests come before there is a reference.
      if (leg === 'terminal-acquirer' && isRequest({ mti })) equal(elements[37], undefined);
      else ok(references.includes(elements[37] ?? ''), `${leg} ${mti} ${elements[37]}`);
    }
  });

  test('one key goes through the chain: DE7, 11, 32 and 33 of a purchase are those of its acquirer', () => {
    const keyOf = ({ elements }: Told) => [7, 11, 32, 33].map((at) => elements[at]);
    const purchases = (leg: string) =>
      sent((one) => one.leg === leg && one.mti === '0200').map(keyOf);
    deepEqual(purchases('network-issuer'), purchases('acquirer-network'));
  });

  test('DE38 is six characters on approvals and stands nowhere else', () => {
    const approved = money().filter(({ mti, elements }) => mti === '0210' && elements[39] === '00');
    equal(approved.length, 3);
    for (const { elements } of approved) match(elements[38] ?? '', /^[0-9A-Z]{6}$/);
    equal(new Set(approved.map(({ elements }) => elements[38])).size, 1);
    const others = money().filter((message) => !approved.includes(message));
    deepEqual(
      others.filter(({ elements }) => elements[38] !== undefined),
      [],
    );
  });

  test('DE11 is unique for its sender and day; only a message sent onward or taken back keeps it', () => {
    const own = sent((message) => {
      const onward = message.leg === 'network-issuer' && message.mti === '0200';
      return isRequest(message) && !onward && message.mti !== '0400';
    });
    const numbers = own.map(({ sender, elements }) => `${sender} ${elements[11]}`);
    deepEqual(new Set(numbers).size, numbers.length);
    for (const { elements } of own) match(elements[11] ?? '', /^\d{6}$/);
    const [sale] = sent(({ mti, elements }) => mti === '0200' && elements[4] === '000000001200');
    const [reversal] = sent(({ mti }) => mti === '0400');
    equal(reversal?.elements[11], sale?.elements[11]);
  });

  test('DE90 of a reversal names its original, and its own DE7 and DE11 are new', () => {
    const [original] = sent(
      ({ leg, mti, elements }) =>
        leg === 'acquirer-network' && mti === '0200' && elements[4] === '000000001200',
    );
    const reversals = sent(({ mti }) => mti === '0420');
    equal(reversals.length, 2);
    for (const { elements } of reversals) {
      const { 7: transmission, 11: number } = original?.elements ?? {};
      equal(elements[90], `0200${number}${transmission}0009999020100099990201`);
      notEqual(elements[11], number);
    }
  });

  test('every message but a terminal’s sign-in carries a MAC in its last element', () => {
    for (const { dialect, mti, elements } of scene.messages) {
      if (dialect === 'cups') match(elements[128] ?? '', /^[0-9A-F]{16}$/, mti);
      else if (isFinancial({ mti })) match(elements[64] ?? '', /^[0-9A-F]{8}$/, mti);
    }
  });

  test('DE128 is the X9.19 MAC under the key that both ends of the line share', () => {
    const { acquirer, issuer } = scene.open.world.keyring;
    for (const message of sent(onSwitch)) {
      const key =
        message.leg === 'acquirer-network' ? acquirer.links.network : issuer.links.network;
      equal(message.elements[128], x919(key, macText(message, scene.pans)), message.mti);
    }
  });
});

describe('half a minute before a year ends', () => {
  let scene: Scene;
  before(async () => {
    scene = await playScene('2026-12-31', '23:59:30');
  });
  after(() => scene.open.world.close());

  test('messages bear the last day of the year and are settled on the first of the next', () => {
    for (const { leg, mti, elements } of scene.messages.filter(isFinancial)) {
      equal(elements[13], '1231', mti);
      if (leg === 'network-issuer' || !isRequest({ mti })) equal(elements[15], '0101', mti);
    }
  });

  test('a reversal after the turn of the year names its original by the old year’s day', () => {
    const reversals = scene.messages.filter(({ mti }) => mti === '0420');
    equal(reversals.length, 2);
    for (const { elements } of reversals) {
      equal(elements[7], '0101000031');
      equal(elements[90]?.slice(10, 20), '1231235930');
      equal(elements[37]?.slice(0, 6), '123123');
    }
  });
});

/** The elements that a switch message's MAC covers. @see docs/specs.md, cryptograms sheet, section 13 */
const COVERED = [2, 3, 4, 7, 11, 18, 25, 28, 32, 33, 38, 39, 41, 42, 90];

function macText({ mti, elements }: Told, pans: readonly string[]): Buffer {
  const values = COVERED.map((number) => {
    const value = elements[number];
    // The card's number is masked in what is told; the line carries it whole.
    return number === 2 ? (pans.find((pan) => isMaskOf(value, pan)) ?? value) : value;
  });
  const text = [mti, ...values.filter((value) => value !== undefined)].join(' ').toUpperCase();
  return Buffer.from(text.replace(/[^A-Z0-9 ,.]/g, '').replace(/ +/g, ' '), 'ascii');
}

function isMaskOf(value: string | undefined, pan: string): boolean {
  return value?.includes('*') === true && value.slice(-4) === pan.slice(-4);
}

/** ANSI X9.19 by Node's own DES: single DES chained over zero-padded blocks, then decrypt and encrypt. */
function x919(keyHex: string, text: Buffer): string {
  const key = Buffer.from(keyHex, 'hex');
  const left = key.subarray(0, 8);
  const right = key.subarray(8);
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8)]);
  const chained = des(left, 'encrypt', padded, 'cbc').subarray(-8);
  const back = des(right, 'decrypt', chained, 'ecb');
  return des(left, 'encrypt', back, 'ecb').toString('hex').toUpperCase();
}

/** Single DES as two-key triple DES with one key. @see docs/specs.md, cryptograms sheet, section 16 */
function des(key: Buffer, way: 'encrypt' | 'decrypt', data: Buffer, mode: 'cbc' | 'ecb'): Buffer {
  const double = Buffer.concat([key, key]);
  const name = mode === 'cbc' ? 'des-ede-cbc' : 'des-ede';
  const vector = mode === 'cbc' ? Buffer.alloc(8) : null;
  const make = way === 'encrypt' ? createCipheriv : createDecipheriv;
  const cipher = make(name, double, vector).setAutoPadding(false);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}
