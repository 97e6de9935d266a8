/** For tests: worlds to play on, with a clock that moves only when told, and the acts of a purchase one by one. */
import type { Clock, InstantMs } from '@octavo/domain/ports.ts';
import { instantOfLocal } from '@octavo/domain/time.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { toUint } from '@octavo/lib/bytes/bytes.ts';
import { luhnDigit } from '@octavo/lib/emv/pan.ts';
import { settableClock } from '@octavo/platform/clock.ts';
import { readConfig } from '@octavo/platform/config.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import * as issuer from '@octavo/services/issuer';
import * as terminal from '@octavo/services/terminal';
import * as wallet from '@octavo/services/wallet';
import { confirmHolder, type Handset, newHandset } from './actors.ts';
import { expectDone, newId, openInbox, type Phone, type PrintedCard } from './phone.ts';
import type { Stage } from './stage.ts';
import { openWorld, type World } from './world.ts';
import { stageOf } from './world-stage.ts';

/** A clock that tells one time until it is stepped on; those who sleep by it sleep in real time or are stepped past. */
export type SteppedClock = Clock & { step(byMs: number): void };

/** A clock that stands at a local date and time. */
export function clockAt(isoDate: string, time: string): SteppedClock {
  const startMs = instantOfLocal(isoDate, time);
  assert(startMs !== undefined, 'a day of this century');
  const beds = settableClock(startMs);
  let nowMs: InstantMs = startMs;
  return {
    nowMs: () => nowMs,
    sleep: beds.sleep,
    step: (byMs) => {
      nowMs += byMs;
      beds.advance(byMs);
    },
  };
}

/** A world of a test, and a stage on it. */
export type TestWorld = { readonly world: World; readonly stage: Stage };

/** Open a world on a clock; in memory unless it gets a folder. */
export async function openTestWorld(options: {
  readonly clock: Clock;
  readonly folder?: string;
  readonly knownKeys?: boolean;
}): Promise<TestWorld> {
  const { cache } = readConfig({ ...process.env });
  const world = await openWorld({ ...options, random: systemRandom, imageFolder: cache });
  return { world, stage: stageOf(world) };
}

/** A fresh valid number of the demo bank. */
export function freshNumberOf(kind: 'debit' | 'credit'): string {
  const [bin, length] = kind === 'debit' ? ['999901', 19] : ['999902', 16];
  const digits = Array.from(systemRandom(length - bin.length - 1), (byte) => byte % 10);
  const body = bin + digits.join('');
  return body + luhnDigit(body);
}

/** A mobile number that nobody has yet. */
export function freshMobile(): string {
  return `137${String(toUint(systemRandom(4)) % 100_000_000).padStart(8, '0')}`;
}

/** Have the demo bank print a card that behaves as `behaviour` says. */
export async function printFor(
  stage: Stage,
  mobile: string,
  options: { kind?: 'debit' | 'credit'; behaviour?: string } = {},
): Promise<PrintedCard> {
  const { kind = 'credit', behaviour = 'plain' } = options;
  const pan = freshNumberOf(kind);
  const { expiry, cvn2 } = expectDone(
    await stage.operator(issuer.printCard, { pan, mobile, behaviour }),
  );
  return { pan, expiry, cvn2 };
}

/** A new holder with a phone. */
export async function newHolder(stage: Stage): Promise<{ handset: Handset; mobile: string }> {
  const mobile = freshMobile();
  const inbox = await openInbox(stage.fetch, stage.clock, mobile, stage.sims);
  return { handset: await newHandset(stage, inbox, mobile), mobile };
}

/** Set the world's terminal up. */
export async function setUpTerminal(stage: Stage): Promise<void> {
  const merchant = { name: 'Lane Coffee', city: 'BEIJING', category: '5814' };
  expectDone(await stage.operator(terminal.setUp, { merchant }));
}

/** What the terminal answers to a payment. */
export type Paid = Awaited<ReturnType<typeof payWith>>;

/** Hold a phone to the terminal, its holder confirmed or not. */
export async function payWith(
  stage: Stage,
  handset: Pick<Handset, 'host'>,
  amountMinor: number,
  currency = '156',
) {
  const air = newId(stage.random);
  stage.setAir(air, handset.host.air);
  const requestId = newId(stage.random);
  const answer = await stage.operator(terminal.pay, { requestId, amountMinor, currency, air });
  stage.setAir(air, undefined);
  return expectDone(answer);
}

/** The holder confirms and pays. */
export async function confirmAndPay(
  stage: Stage,
  handset: Handset,
  instanceAid: string,
  amountMinor: number,
): Promise<Paid> {
  await confirmHolder(handset, instanceAid);
  return payWith(stage, handset, amountMinor);
}

/** The leaves of a phone, as its holder sees them. */
export async function leavesOf(phone: Pick<Phone, 'call' | 'deviceId'>) {
  const { devices } = expectDone(await phone.call(wallet.devices, {}));
  return devices.find(({ deviceId }) => deviceId === phone.deviceId)?.leaves ?? [];
}
