/** One holder: the bank prints a card, the phone signs in, adds the card, and has its element personalised. */
import { requestors } from '@octavo/domain/demo.ts';
import type { Random } from '@octavo/domain/ports.ts';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import type { LastingState } from '@octavo/lib/applet/state.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { toHex, toUint } from '@octavo/lib/bytes/bytes.ts';
import { elementId } from '@octavo/lib/globalplatform/certificate.ts';
import { type CardEntry, type CodeEntry, sealCardEntry } from '@octavo/platform/card-entry.ts';
import { type ElementHost, memoryElement, openElement } from '@octavo/platform/element.ts';
import { envelopeAddress, type Keyring, publicDirectory } from '@octavo/platform/keyring.ts';
import { conceiveElement } from '@octavo/platform/maker.ts';
import { createPasskey, type Passkey, type PasskeyRecord } from '@octavo/platform/passkey.ts';
import { showKey, unsigned } from '@octavo/services/caller';
import { type Client, connectTo } from '@octavo/services/endpoint';
import * as issuer from '@octavo/services/issuer';
import * as wallet from '@octavo/services/wallet';
import { activate, readCertificate, runRound } from './element.ts';
import type { Owner } from './scheduler.ts';
import { signSteadily } from './signature.ts';
import type { Name, World } from './world.ts';

/** A holder whose phone carries one card. */
export type Holder = {
  readonly name: string;
  /** Whether the bank treats the card like any other. */
  readonly isOrdinary: boolean;
  readonly mobile: string;
  /** Opens the inbox of the mobile number, as its SIM does. */
  readonly inboxSecret: string;
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

/** The card that a holder gets. */
export type CardToPrint = {
  readonly pan: string;
  readonly mobile: string;
  readonly isOrdinary: boolean;
};

/** Make a holder in a world without faults. What is typed on the way is added to `secrets`. */
export async function addHolder(
  world: World,
  director: Owner,
  name: string,
  card: CardToPrint,
  secrets: Secret[],
): Promise<Holder> {
  const { keyring, scheduler } = world;
  const random = world.chance.fork(name).bytes;
  const desk: Desk = { world, director, random, mobile: card.mobile, secrets };
  const printed = await printCard(desk, card.pan);
  const { secret: inboxSecret, readCode } = await openInbox(desk);
  const session = await signIn(desk, readCode);
  const call = callsOf(world, director).as(showKey('holder', session), 'wallet');
  const storage = memoryElement(bornElement(keyring, random));
  const host = await openElement({ storage, clock: scheduler.clockOf(director), random });
  const certificate = await readCertificate(host.wired);
  const { deviceId } = done(
    await call(wallet.registerDevice, {
      requestId: newId(random),
      name,
      elementCertificate: toHex(certificate),
    }),
  );
  const passkey = createPasskey({ ...PAGE, random });
  const typed = { ...printed, pan: card.pan, elementId: toHex(elementId(certificate)) };
  const tokenReference = await enrol(desk, call, deviceId, typed, passkey, readCode);
  const instanceAid = await personalise(desk, call, deviceId, tokenReference, host);
  await host.close();
  return {
    name,
    isOrdinary: card.isOrdinary,
    mobile: card.mobile,
    inboxSecret,
    session,
    deviceId,
    tokenReference,
    instanceAid,
    element: storage.snapshot(),
    passkey: passkey.record(),
  };
}

/** Calls from outside the services. */
export function callsOf(world: World, owner: Owner) {
  const clock = world.scheduler.clockOf(owner);
  return {
    as: (signer: Parameters<typeof connectTo>[1], name: Name): Client =>
      connectTo(world.reach(owner, name), signer, clock),
  };
}

/** An answer where nothing may be refused: before anything goes wrong. */
export function done<T>(answer: T | Refused): T {
  if (isRefused(answer)) throw new Error(`refused before anything went wrong: ${answer.code}`);
  return answer;
}

const PAGE = { rpId: 'wallet.octavo.example', origin: 'https://wallet.octavo.example' } as const;

type Desk = {
  readonly world: World;
  readonly director: Owner;
  readonly random: Random;
  readonly mobile: string;
  readonly secrets: Secret[];
};

async function printCard({ world, director, mobile, secrets }: Desk, pan: string) {
  const key = showKey('operator', world.keyring.operator.token);
  const operator = callsOf(world, director).as(key, 'issuer');
  const printed = done(await operator(issuer.printCard, { pan, mobile }));
  secrets.push({ what: 'card number', text: pan }, { what: 'security code', text: printed.cvn2 });
  return printed;
}

/** Claim the mobile number's inbox; the reader waits for a code that it has not given yet. */
async function openInbox(
  desk: Desk,
): Promise<{ readonly secret: string; readonly readCode: () => Promise<string> }> {
  const { world, director, mobile, secrets } = desk;
  const bank = callsOf(world, director).as(unsigned, 'issuer');
  const { secret } = done(await bank(issuer.claimInbox, { mobile }));
  let afterSequence = 0;
  const readCode = async () => {
    for (;;) {
      const { messages } = done(await bank(issuer.readInbox, { mobile, secret, afterSequence }));
      const last = messages.at(-1);
      const code = /\b\d{6}\b/.exec(last?.text ?? '')?.[0];
      if (last !== undefined && code !== undefined) {
        afterSequence = last.sequence;
        secrets.push({ what: 'one-time code', text: code });
        return code;
      }
      await world.scheduler.sleep(director, 1_000);
    }
  };
  return { secret, readCode };
}

async function signIn(desk: Desk, readCode: () => Promise<string>): Promise<string> {
  const { world, director, mobile, random } = desk;
  const anyone = callsOf(world, director).as(unsigned, 'wallet');
  done(await anyone(wallet.requestSignIn, { requestId: newId(random), mobile }));
  const code = await readCode();
  return done(await anyone(wallet.signIn, { requestId: newId(random), mobile, code })).session;
}

type TypedCard = {
  readonly pan: string;
  readonly expiry: string;
  readonly cvn2: string;
  readonly kind: 'debit' | 'credit';
  readonly elementId: string;
};

/** Type the card into the frame, and the bank's code where it asks for one. Resolves to the token. */
async function enrol(
  desk: Desk,
  call: Client,
  deviceId: string,
  { kind, cvn2, ...card }: TypedCard,
  passkey: Passkey,
  readCode: () => Promise<string>,
): Promise<string> {
  const { world, mobile, random } = desk;
  const enrolmentId = newId(random);
  const requestorId = requestors.wallet.id;
  const place = { enrolmentId, requestorId, atMs: world.scheduler.nowMs() };
  const envelope = await seal(desk, {
    ...place,
    ...card,
    kind: 'card',
    ...(kind === 'credit' ? { cvn2 } : { mobile }),
    holderPublicKey: toHex(passkey.publicKey),
    rpIdHash: toHex(passkey.rpIdHash),
    origin: passkey.origin,
  });
  const asked = { deviceId, enrolmentId };
  const { termsVersion } = done(await call(wallet.eligibility, { firstSix: card.pan.slice(0, 6) }));
  let enrolment = done(
    await call(wallet.addCard, {
      ...asked,
      requestId: newId(random),
      envelope,
      termsVersion,
    }),
  );
  if (enrolment.state === 'code_awaited') {
    const code = await seal(desk, { ...place, kind: 'code', code: await readCode() });
    enrolment = done(
      await call(wallet.passCode, { ...asked, requestId: newId(random), envelope: code }),
    );
  }
  const { tokenReference } = enrolment;
  assert(tokenReference !== undefined, `an enrolment in ${enrolment.state} has its token`);
  return tokenReference;
}

/** Sealing takes the machine's own time, so the world has to wait for it. */
function seal({ world, director }: Desk, entry: CardEntry | CodeEntry): Promise<string> {
  const { publicJwk, kid } = envelopeAddress(world.keyring);
  return world.scheduler.call(director, () => sealCardEntry({ publicJwk, kid, entry }));
}

async function personalise(
  { random }: Desk,
  call: Client,
  deviceId: string,
  tokenReference: string,
  { wired }: ElementHost,
): Promise<string> {
  const place = { deviceId, tokenReference };
  let next = done(await call(wallet.provision, { ...place, requestId: newId(random) }));
  while (next.step !== 'done') {
    const round = { step: next.step, answers: await runRound(wired, next.commands) };
    next = done(await call(wallet.provision, { ...place, requestId: newId(random), round }));
  }
  await activate(wired, next.instanceAid);
  return next.instanceAid;
}

/** A new element, its certificate signed so that every process makes the same one. */
function bornElement(keyring: Keyring, random: Random): LastingState {
  const tokenServiceKey = publicDirectory(keyring).tokens;
  const unborn = conceiveElement({ tokenServiceKey, random, serial: toUint(random(4)) });
  return unborn.bear(signSteadily(keyring.maker.signing, unborn.toSign));
}

function newId(random: Random): string {
  return toHex(random(16));
}
