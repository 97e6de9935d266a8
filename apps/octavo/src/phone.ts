/**
 * The phone as the command line plays it: the wallet app, the card-entry frame, the holder's passkey and the
 * element's host. App and frame are kept apart as in a real phone: the app passes envelopes on unread.
 */

import { requestors } from '@octavo/domain/demo.ts';
import type { Clock, Random } from '@octavo/domain/ports.ts';
import { isRefused, type RefusalCode, type Refused } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { elementId } from '@octavo/lib/globalplatform/certificate.ts';
import { type CardEntry, sealCardEntry } from '@octavo/platform/card-entry.ts';
import type { ElementHost } from '@octavo/platform/element.ts';
import { readCertificate, runRound, setActivated } from '@octavo/platform/element-commands.ts';
import type { Passkey } from '@octavo/platform/passkey.ts';
import { showKey, unsigned } from '@octavo/services/caller';
import { type Client, connectTo, type Fetch } from '@octavo/services/endpoint';
import * as issuer from '@octavo/services/issuer';
import * as tokens from '@octavo/services/tokens';
import * as wallet from '@octavo/services/wallet';

/** A step of the journey was refused; the story tells it by its code. */
export class JourneyRefused extends Error {
  override readonly name = 'JourneyRefused';
  readonly refusal: Refused;
  constructor(refusal: Refused) {
    super(refusal.code);
    this.refusal = refusal;
  }
  /** The refusal's code. */
  get code(): RefusalCode {
    return this.refusal.code;
  }
}

/** The answer, or a `JourneyRefused` thrown. */
export function expectDone<T>(answer: T | Refused): T {
  if (isRefused(answer)) throw new JourneyRefused(answer);
  return answer;
}

/** The wallet's page, to which the passkey is bound. */
export const RELYING_PARTY = {
  rpId: 'wallet.octavo.example',
  origin: 'https://wallet.octavo.example',
} as const;

/** What a phone is made of. */
export type PhoneParts = {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly mobile: string;
  readonly element: ElementHost;
  readonly passkey: Passkey;
  /** Reads the next six-digit code that comes to the mobile number. */
  readonly inbox: () => Promise<string>;
};

/** A card as the holder reads it off the plastic. */
export type PrintedCard = { readonly pan: string; readonly expiry: string; readonly cvn2: string };

/** A signed-in phone. */
export type Phone = {
  readonly deviceId: string;
  readonly parts: PhoneParts;
  /** Calls the wallet as this holder. */
  readonly call: Client;
  /** Type a card into the frame and ask to add it; resolves to where the enrolment stands. */
  enrol(card: PrintedCard, options?: { laboratory?: boolean }): Promise<Enrolment>;
  /** Type the bank's code into the frame. */
  verify(enrolment: Enrolment, code: string): Promise<Enrolment>;
  /** Let the token service personalise the element, round by round. */
  personalise(
    tokenReference: string,
  ): Promise<{ readonly instanceAid: string; readonly commands: number }>;
  /** Erase the instance of a token that was deleted. */
  erase(tokenReference: string): Promise<void>;
  /** The newest six-digit code in the bank's inbox that came after `afterSequence`. */
  readCode(): Promise<string>;
};

/** Where an enrolment stands, as the wallet shows it. */
export type Enrolment = Awaited<ReturnType<typeof askEnrolment>>;

/** Sign in with the code from the inbox and register the element. */
export async function signIn(parts: PhoneParts): Promise<Phone> {
  const { fetch, clock, random, mobile, element, inbox } = parts;
  const anyone = connectTo(fetch, unsigned, clock);
  expectDone(await anyone(wallet.requestSignIn, { requestId: newId(random), mobile }));
  const code = await inbox();
  const session = expectDone(
    await anyone(wallet.signIn, { requestId: newId(random), mobile, code }),
  );
  const call = connectTo(fetch, showKey('holder', session.session), clock);
  const certificate = await readCertificate(element.wired);
  const device = expectDone(
    await call(wallet.registerDevice, {
      requestId: newId(random),
      name: 'Command line',
      elementCertificate: toHex(certificate),
    }),
  );
  const place = { deviceId: device.deviceId, elementCertificateId: toHex(elementId(certificate)) };
  return {
    deviceId: device.deviceId,
    parts,
    call,
    enrol: (card, options = {}) =>
      askEnrolment(parts, call, anyone, place, card, options.laboratory === true),
    verify: (enrolment, typed) => passCode(parts, call, anyone, place.deviceId, enrolment, typed),
    personalise: (reference) => provision(parts, call, place.deviceId, reference),
    erase: async (reference) => {
      await provision(parts, call, place.deviceId, reference);
    },
    readCode: inbox,
  };
}

/** A fresh id of a command. */
export function newId(random: Random): string {
  return toHex(random(16));
}

/** The secrets that open the inboxes we claimed, as a phone keeps its SIM. */
export type Sims = {
  secretOf(mobile: string): string | undefined;
  keep(mobile: string, secret: string): void;
};

/** Open the demo inbox of a mobile number, claiming it first where it is new. Resolves to a reader of codes. */
export async function openInbox(
  fetch: Fetch,
  clock: Clock,
  mobile: string,
  sims: Sims,
): Promise<() => Promise<string>> {
  const anyone = connectTo(fetch, unsigned, clock);
  const known = sims.secretOf(mobile);
  const secret = known ?? expectDone(await anyone(issuer.claimInbox, { mobile })).secret;
  if (known === undefined) sims.keep(mobile, secret);
  const read = async (afterSequence: number) =>
    expectDone(await anyone(issuer.readInbox, { mobile, secret, afterSequence })).messages;
  let after = (await read(0)).at(-1)?.sequence ?? 0;
  return async () => {
    const last = (await read(after)).at(-1);
    const code = /\b\d{6}\b/.exec(last?.text ?? '')?.[0];
    if (last === undefined || code === undefined) throw new Error('no code has come');
    after = last.sequence;
    return code;
  };
}

async function askEnrolment(
  parts: PhoneParts,
  call: Client,
  anyone: Client,
  place: { deviceId: string; elementCertificateId: string },
  card: PrintedCard,
  laboratory: boolean,
) {
  const { clock, random, mobile, passkey } = parts;
  const enrolmentId = newId(random);
  const requestorId = (laboratory ? requestors.laboratory : requestors.wallet).id;
  const { jwk, kid } = expectDone(await anyone(tokens.envelopeKey, {}));
  const face = expectDone(await call(wallet.eligibility, { firstSix: card.pan.slice(0, 6) }));
  const entry: CardEntry = {
    kind: 'card',
    pan: card.pan,
    expiry: card.expiry,
    ...(face.needs === 'cvn2' ? { cvn2: card.cvn2 } : { mobile }),
    elementId: place.elementCertificateId,
    holderPublicKey: toHex(passkey.publicKey),
    rpIdHash: toHex(passkey.rpIdHash),
    origin: passkey.origin,
    enrolmentId,
    requestorId,
    atMs: clock.nowMs(),
  };
  const view = expectDone(
    await call(wallet.addCard, {
      requestId: newId(random),
      deviceId: place.deviceId,
      enrolmentId,
      envelope: await sealCardEntry({ publicJwk: jwk, kid, entry }),
      termsVersion: face.termsVersion,
      ...(laboratory ? { laboratory } : {}),
    }),
  );
  return { ...view, requestorId };
}

async function passCode(
  parts: PhoneParts,
  call: Client,
  anyone: Client,
  deviceId: string,
  enrolment: Enrolment,
  code: string,
): Promise<Enrolment> {
  const { clock, random } = parts;
  const { enrolmentId, requestorId } = enrolment;
  const { jwk, kid } = expectDone(await anyone(tokens.envelopeKey, {}));
  const entry = { kind: 'code', code, enrolmentId, requestorId, atMs: clock.nowMs() } as const;
  const envelope = await sealCardEntry({ publicJwk: jwk, kid, entry });
  const view = expectDone(
    await call(wallet.passCode, { requestId: newId(random), deviceId, enrolmentId, envelope }),
  );
  return { ...view, requestorId };
}

/** The token service says what to run until it says done; the phone understands none of it. */
async function provision(
  parts: PhoneParts,
  call: Client,
  deviceId: string,
  tokenReference: string,
): Promise<{ instanceAid: string; commands: number }> {
  const { random, element } = parts;
  let commands = 0;
  let next = expectDone(
    await call(wallet.provision, { requestId: newId(random), deviceId, tokenReference }),
  );
  while (next.step !== 'done') {
    const answers = await runRound(element.wired, next.commands);
    commands += answers.length;
    next = expectDone(
      await call(wallet.provision, {
        requestId: newId(random),
        deviceId,
        tokenReference,
        round: { step: next.step, answers: [...answers] },
      }),
    );
  }
  if (next.purpose === 'personalise') await setActivated(element.wired, next.instanceAid, true);
  return { instanceAid: next.instanceAid, commands };
}
