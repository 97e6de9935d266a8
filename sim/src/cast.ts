/**
 * Who plays: holders with a card on a phone, and terminals that are set up. They are made once for a process, in a world
 * without faults, and every seed begins from a copy, so that a seed costs only what happens in it.
 */
import { testCards } from '@octavo/domain/demo.ts';
import type { Random, Sql, TraceEvent } from '@octavo/domain/ports.ts';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import type { LastingState } from '@octavo/lib/applet/state.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { toHex, toUint } from '@octavo/lib/bytes/bytes.ts';
import { luhnDigit } from '@octavo/lib/emv/pan.ts';
import { elementId } from '@octavo/lib/globalplatform/certificate.ts';
import { type CardEntry, type CodeEntry, sealCardEntry } from '@octavo/platform/card-entry.ts';
import { memoryElement, openElement } from '@octavo/platform/element.ts';
import { envelopeAddress, type Keyring, publicDirectory } from '@octavo/platform/keyring.ts';
import { conceiveElement } from '@octavo/platform/maker.ts';
import { createPasskey, type PasskeyRecord } from '@octavo/platform/passkey.ts';
import { showKey, unsigned } from '@octavo/services/caller';
import { type Client, connectTo } from '@octavo/services/endpoint';
import * as issuer from '@octavo/services/issuer';
import * as network from '@octavo/services/network';
import * as terminal from '@octavo/services/terminal';
import * as wallet from '@octavo/services/wallet';
import { createChance } from './chance.ts';
import { activate, readCertificate, runRound } from './element.ts';
import { createFaults, noFaults } from './faults.ts';
import type { Owner } from './scheduler.ts';
import { signSteadily } from './signature.ts';
import { keyringOf, type Name, openWorld, terminalNames, type World } from './world.ts';

/** A holder whose phone carries one card. */
export type Holder = {
  readonly name: string;
  /** Whether the bank treats the card like any other. */
  readonly isOrdinary: boolean;
  readonly mobile: string;
  readonly session: string;
  readonly deviceId: string;
  readonly tokenReference: string;
  readonly instanceAid: string;
  readonly element: LastingState;
  readonly passkey: PasskeyRecord;
};

/** What may never be seen in an event, a log or a table. */
export type Secret = {
  readonly what: 'card number' | 'security code' | 'one-time code';
  readonly text: string;
};

/** The players as they stand before anything goes wrong. */
export type Cast = {
  readonly keyring: Keyring;
  readonly holders: readonly Holder[];
  readonly secrets: readonly Secret[];
  readonly events: readonly TraceEvent[];
  /** The world's time when all was ready. */
  readonly readyMs: number;
};

/** 2026-03-16, 10:00 in Shanghai. */
const CAST_MS = Date.UTC(2026, 2, 16, 2);

/** Make the cast on an empty database. */
export async function makeCast(sqlFor: (name: Name) => Sql): Promise<Cast> {
  const chance = createChance('cast');
  const faults = createFaults(noFaults, chance.fork('faults'));
  const world = openWorld({ keyring: keyringOf(chance), chance, faults, startMs: CAST_MS, sqlFor });
  const director: Owner = { name: 'director', alive: true };
  const secrets: Secret[] = [];
  let holders: readonly Holder[] | undefined;
  let failure: unknown;
  void stage(world, director, secrets).then(
    (ready) => {
      holders = ready;
    },
    (error: unknown) => {
      failure = error;
    },
  );
  const done = () => holders !== undefined || failure !== undefined;
  await world.scheduler.run({ done, latestMs: CAST_MS + 3_600_000 });
  world.end();
  if (holders === undefined) throw failure;
  return {
    keyring: world.keyring,
    holders,
    secrets,
    events: world.events,
    readyMs: world.scheduler.nowMs(),
  };
}

async function stage(world: World, director: Owner, secrets: Secret[]): Promise<readonly Holder[]> {
  const calls = callsOf(world, director);
  const operatorKey = world.keyring.operator.token;
  await signedOn(world, director, calls.as(showKey('operator', operatorKey), 'network'));
  for (const name of terminalNames) {
    const merchant = { name: `Shop of ${name}`, city: 'Hangzhou', category: '5411' };
    expect(await calls.as(showKey('operator', operatorKey), name)(terminal.setUp, { merchant }));
  }
  const holders: Holder[] = [];
  for (const [index, card] of cards(world).entries()) {
    holders.push(await addHolder(world, director, index, card, secrets));
  }
  return holders;
}

type Card = { readonly pan: string; readonly mobile: string; readonly isNew: boolean };

/** Two ordinary holders, one whose bank never answers, and one who may spend little. */
function cards(world: World): readonly Card[] {
  const chance = world.chance.fork('cards');
  const fresh = (bin: string, length: number, mobile: string): Card => {
    const digits = Array.from({ length: length - bin.length - 1 }, () => chance.below(10)).join('');
    const body = bin + digits;
    return { pan: body + luhnDigit(body), mobile, isNew: true };
  };
  const known = (behaviour: string, length: number): Card => {
    const card = testCards.find((one) => one.behaviour === behaviour && one.pan.length === length);
    assert(card !== undefined, 'a test card of every behaviour');
    return { pan: card.pan, mobile: card.mobile, isNew: false };
  };
  return [
    fresh('999901', 19, '13900000001'),
    fresh('999902', 16, '13900000002'),
    known('no_answer', 19),
    known('low_limit', 16),
  ];
}

async function addHolder(
  world: World,
  director: Owner,
  index: number,
  card: Card,
  secrets: Secret[],
): Promise<Holder> {
  const { keyring, scheduler } = world;
  const random = world.chance.fork(`holder ${index}`).bytes;
  const newId = () => toHex(random(16));
  const calls = callsOf(world, director);
  const operator = calls.as(showKey('operator', keyring.operator.token), 'issuer');
  const { pan, mobile } = card;
  const printed = expect(await operator(issuer.printCard, { pan, mobile }));
  secrets.push({ what: 'card number', text: pan }, { what: 'security code', text: printed.cvn2 });
  const bank = calls.as(unsigned, 'issuer');
  const { secret } = expect(await bank(issuer.claimInbox, { mobile }));
  const readCode = async (): Promise<string> => {
    for (;;) {
      const { messages } = expect(
        await bank(issuer.readInbox, { mobile, secret, afterSequence: 0 }),
      );
      const code = /\b\d{6}\b/.exec(messages.at(-1)?.text ?? '')?.[0];
      if (code !== undefined && !secrets.some(({ text }) => text === code)) {
        secrets.push({ what: 'one-time code', text: code });
        return code;
      }
      await scheduler.sleep(director, 1_000);
    }
  };
  const anyone = calls.as(unsigned, 'wallet');
  expect(await anyone(wallet.requestSignIn, { requestId: newId(), mobile }));
  const code = await readCode();
  const { session } = expect(await anyone(wallet.signIn, { requestId: newId(), mobile, code }));
  const call = calls.as(showKey('holder', session), 'wallet');
  const storage = memoryElement(bornElement(keyring, random));
  const host = await openElement({ storage, clock: scheduler.clockOf(director), random });
  const certificate = await readCertificate(host.wired);
  const device = expect(
    await call(wallet.registerDevice, {
      requestId: newId(),
      name: `Phone ${index}`,
      elementCertificate: toHex(certificate),
    }),
  );
  const { deviceId } = device;
  const passkey = createPasskey({
    rpId: 'wallet.octavo.example',
    origin: 'https://wallet.octavo.example',
    random,
  });
  const place = { enrolmentId: newId(), requestorId: '99900000001', atMs: scheduler.nowMs() };
  const seal = (entry: CardEntry | CodeEntry) => {
    const { publicJwk, kid } = envelopeAddress(keyring);
    return scheduler.call(director, () => sealCardEntry({ publicJwk, kid, entry }));
  };
  const envelope = await seal({
    ...place,
    kind: 'card',
    pan,
    expiry: printed.expiry,
    ...(printed.kind === 'credit' ? { cvn2: printed.cvn2 } : { mobile }),
    elementId: toHex(elementId(certificate)),
    holderPublicKey: toHex(passkey.publicKey),
    rpIdHash: toHex(passkey.rpIdHash),
    origin: passkey.origin,
  });
  const { enrolmentId } = place;
  let enrolment = expect(
    await call(wallet.addCard, {
      requestId: newId(),
      deviceId,
      enrolmentId,
      envelope,
      termsVersion: '1',
    }),
  );
  if (enrolment.state === 'code_awaited') {
    const typed = await seal({ ...place, kind: 'code', code: await readCode() });
    enrolment = expect(
      await call(wallet.passCode, { requestId: newId(), deviceId, enrolmentId, envelope: typed }),
    );
  }
  const { tokenReference } = enrolment;
  assert(tokenReference !== undefined, `an enrolment in ${enrolment.state} has its token`);
  let next = expect(await call(wallet.provision, { requestId: newId(), deviceId, tokenReference }));
  while (next.step !== 'done') {
    const round = { step: next.step, answers: await runRound(host.wired, next.commands) };
    next = expect(
      await call(wallet.provision, { requestId: newId(), deviceId, tokenReference, round }),
    );
  }
  const { instanceAid } = next;
  await activate(host.wired, instanceAid);
  await host.close();
  const element = storage.snapshot();
  return {
    name: `holder ${index}`,
    isOrdinary: card.isNew,
    mobile,
    session,
    deviceId,
    tokenReference,
    instanceAid,
    element,
    passkey: passkey.record(),
  };
}

/** A new element, its certificate signed so that every process makes the same one. */
function bornElement(keyring: Keyring, random: Random): LastingState {
  const tokenServiceKey = publicDirectory(keyring).tokens;
  const unborn = conceiveElement({ tokenServiceKey, random, serial: toUint(random(4)) });
  return unborn.bear(signSteadily(keyring.maker.signing, unborn.toSign));
}

/** Calls from outside the services. */
export function callsOf(world: World, owner: Owner) {
  const clock = world.scheduler.clockOf(owner);
  return {
    as: (signer: Parameters<typeof connectTo>[1], name: Name): Client =>
      connectTo(world.reach(owner, name), signer, clock),
  };
}

async function signedOn(world: World, director: Owner, operator: Client): Promise<void> {
  for (;;) {
    const status = await operator(network.status, {});
    if (!isRefused(status) && status.institutions.every(({ signedOn }) => signedOn)) return;
    await world.scheduler.sleep(director, 1_000);
  }
}

function expect<T>(answer: T | Refused): T {
  if (isRefused(answer)) throw new Error(`refused before anything went wrong: ${answer.code}`);
  return answer;
}
