/**
 * A payment instance: the quick path, where the answer to GET PROCESSING OPTIONS is the whole payment.
 * @see docs/specs.md, EMV contactless sheet, section 8; profile octavo-1, sections 6 to 8 and 15
 */
import { type Command, SW } from '../apdu/apdu.ts';
import { assert } from '../bytes/assert.ts';
import { concat, fromHex, fromUint, toHex } from '../bytes/bytes.ts';
import { applicationCryptogram, cryptogramInput01 } from '../emv/cryptogram.ts';
import { hasBit, TTQ } from '../emv/fields.ts';
import { encodeIad, iadMac } from '../emv/iad.ts';
import { type CardKeys, unionPaySessionKey } from '../emv/keys.ts';
import { splitDol } from '../tlv/dol.ts';
import { encodeTlv, find, type Tag, template, tlv } from '../tlv/tlv.ts';
import { type Answered, type Asked, accept, readObjects, refuse, tryDecodeTlv } from './answer.ts';
import { armedFor, covers } from './armed.ts';
import { type Card, readCard } from './card.ts';
import { CERTIFICATE_RECORDS, FILE_LOCATOR, signTap, tapRecord } from './certificates.ts';
import { isExpress } from './express.ts';
import type { ArmTarget, ElementState, Instance, Personal, Purchase } from './state.ts';

/** GET PROCESSING OPTIONS. */
export const INS_GET_PROCESSING_OPTIONS = 0xa8;
/** READ RECORD. */
export const INS_READ_RECORD = 0xb2;
/** GET DATA. */
export const INS_GET_DATA = 0xca;

const LAST_COUNTER = 0xffff;

/** On whose word a tap is answered: its holder's, nobody's (a laboratory element), or the express instance's own. */
type OnWordOf = 'holder' | 'nobody' | 'express';
/** What the card says of it inside the MAC, and what it claims to the reader. @see profile octavo-1, sections 7 and 15 */
const VERIFICATION_RESULTS: Readonly<Record<OnWordOf, Uint8Array>> = {
  holder: fromHex('03A40000'),
  nobody: fromHex('03A00000'),
  express: fromHex('03A00001'),
};
const QUALIFIERS: Readonly<Record<OnWordOf, Uint8Array>> = {
  holder: fromHex('0080'),
  nobody: fromHex('0000'),
  express: fromHex('0000'),
};
const NO_AMOUNT = new Uint8Array(5);

/** The answer to SELECT of an instance: its name and, once personalised, its proprietary template. */
export function instanceInformation({ aid, personal }: Instance): Uint8Array {
  const name = encodeTlv([tlv('84', fromHex(aid))]);
  return encodeTlv([tlv('6F', concat(name, personal?.groups['9103'] ?? new Uint8Array(0)))]);
}

/** Answer a command to a selected instance. */
export function processPayment(state: ElementState, asked: Asked, instance: Instance): Answered {
  const { cla, ins } = asked.command;
  const { personal } = instance;
  if (ins !== INS_GET_PROCESSING_OPTIONS && ins !== INS_READ_RECORD && ins !== INS_GET_DATA)
    return refuse(state, SW.unknownInstruction);
  if (cla !== (ins === INS_READ_RECORD ? 0x00 : 0x80)) return refuse(state, SW.unknownClass);
  if (personal === undefined) return refuse(state, SW.conditionsNotSatisfied);
  if (ins === INS_READ_RECORD) return readRecord(state, asked.command, { ...instance, personal });
  if (ins === INS_GET_DATA) return getData(state, asked.command, personal);
  return getProcessingOptions(state, asked, { ...instance, personal });
}

function readRecord(state: ElementState, { p1, p2 }: Command, instance: Personalised): Answered {
  if ((p2 & 0x07) !== 0x04) return refuse(state, SW.wrongParameters);
  const name = toHex(Uint8Array.of(p2 >> 3, p1));
  const { groups, certificates } = instance.personal;
  // The other groups are not records, though some of their names look like one.
  if (name === '0101' || name === '0301') return accept(state, groups[name]);
  const record = CERTIFICATE_RECORDS.find((one) => one === name);
  if (record === undefined || certificates === undefined) return refuse(state, SW.recordNotFound);
  const { signed } = state.passing;
  if (record === '0303' && signed?.aid === instance.aid)
    return accept(state, tapRecord(signed.cardAuthenticationData));
  return accept(state, certificates.records[record]);
}

function getData(state: ElementState, { p1, p2 }: Command, personal: Personal): Answered {
  const tag = toHex(Uint8Array.of(p1, p2));
  if (tag === '9F36') {
    const counter = fromUint(personal.applicationTransactionCounter, 2);
    return accept(state, encodeTlv([tlv(tag, counter)]));
  }
  const logFormat = find(tryDecodeTlv(personal.groups['0D01']) ?? [], '9F4F');
  if (tag !== '9F4F' || logFormat === undefined) return refuse(state, SW.referenceNotFound);
  return accept(state, encodeTlv([tlv(tag, logFormat.value)]));
}

type Personalised = Instance & { readonly personal: Personal };

/** A staircase of refusals, each leaving the counter; then one step of the counter and the cryptogram. */
function getProcessingOptions(state: ElementState, asked: Asked, instance: Personalised): Answered {
  const { via, command, nowMs, random } = asked;
  // A cryptogram leaves through the air alone: whoever sits at the wire cannot pay.
  if (via !== 'air') return refuse(state, SW.conditionsNotSatisfied);
  if (command.p1 !== 0x00 || command.p2 !== 0x00) return refuse(state, SW.wrongParameters);
  const card = readCard(instance.personal.groups);
  assert(card !== undefined, 'a personalised instance has a whole card');
  const [data] = readObjects(command.data, ['83']) ?? [];
  const terminal = data && splitDol(card.pdol, data);
  if (terminal === undefined) return refuse(state, SW.wrongData);
  if (!hasBit(fromTerminal(terminal, '9F66'), TTQ.quickPathSupported))
    return refuse(state, SW.conditionsNotSatisfied);
  const counter = instance.personal.applicationTransactionCounter;
  if (counter === LAST_COUNTER) return refuse(state, SW.conditionsNotSatisfied);

  const purchase = {
    amount: fromTerminal(terminal, '9F02').slice(),
    currency: fromTerminal(terminal, '5F2A').slice(),
  };
  const armed = armedFor(state, instance.aid, nowMs);
  const onWordOf = isVerifiedFor(armed, purchase)
    ? 'holder'
    : isExpress(state, asked, instance, terminal)
      ? 'express'
      : 'nobody';
  if (onWordOf === 'nobody' && !instance.personal.answersWithoutHolder)
    return askHolder(state, instance, purchase);

  const personal = { ...instance.personal, applicationTransactionCounter: counter + 1 };
  const signed = signFor(personal, terminal, QUALIFIERS[onWordOf], random);
  const answer = sealTap({ card, personal, terminal, onWordOf, signature: signed?.signature });
  return accept(afterCryptogram(state, { ...instance, personal }, signed), answer);
}

function isVerifiedFor(armed: ArmTarget | undefined, purchase: Purchase): boolean {
  return armed !== undefined && covers(armed, purchase);
}

/** The signature over this tap, where the reader offers to check one and the instance can make it. */
function signFor(
  { certificates, applicationTransactionCounter }: Personal,
  terminal: ReadonlyMap<Tag, Uint8Array>,
  qualifiers: Uint8Array,
  random: Asked['random'],
): ReturnType<typeof signTap> | undefined {
  const isOffered = hasBit(fromTerminal(terminal, '9F66'), TTQ.authenticationForOnline);
  if (!isOffered || certificates === undefined) return undefined;
  return signTap(certificates, {
    unpredictableNumber: fromTerminal(terminal, '9F37'),
    amountAuthorised: fromTerminal(terminal, '9F02'),
    transactionCurrencyCode: fromTerminal(terminal, '5F2A'),
    counter: fromUint(applicationTransactionCounter, 2),
    qualifiers,
    fresh: random(4),
  });
}

/** See the phone first: what is asked is remembered, so that the holder can be shown and confirm it. */
function askHolder(state: ElementState, { aid }: Instance, purchase: Purchase): Answered {
  const toConfirm = { aid, ...purchase };
  const passing = { ...state.passing, toConfirm };
  return refuse({ ...state, passing }, SW.actOnDeviceFirst);
}

/** The raised counter, and a verified holder used up: the two leave the element together or not at all. */
function afterCryptogram(
  { lasting, passing }: ElementState,
  instance: Instance,
  signed: ReturnType<typeof signTap> | undefined,
): ElementState {
  const { aid } = instance;
  const instances = lasting.instances.map((one) => (one.aid === aid ? instance : one));
  const { arming, toConfirm } = passing;
  return {
    lasting: { ...lasting, instances },
    passing: {
      ...passing,
      arming: arming.kind === 'armed' ? { kind: 'idle' } : arming,
      toConfirm: toConfirm?.aid === aid ? undefined : toConfirm,
      signed: signed && { aid, cardAuthenticationData: signed.cardAuthenticationData },
    },
  };
}

type SealedTap = {
  readonly card: Card;
  readonly personal: Personal;
  readonly terminal: ReadonlyMap<Tag, Uint8Array>;
  readonly onWordOf: OnWordOf;
  readonly signature: Uint8Array | undefined;
};

/**
 * The payment itself, sealed for this counter. With a signature it names the records that prove it; account reference
 * and requestor then stand in the signed one, where nobody can change them. @see profile octavo-1, sections 7 and 15
 */
function sealTap({ card, personal, terminal, onWordOf, signature }: SealedTap): Uint8Array {
  const { keys, applicationTransactionCounter } = personal;
  const atc = fromUint(applicationTransactionCounter, 2);
  const issuerData = issuerApplicationData(card, keys, atc, VERIFICATION_RESULTS[onWordOf]);
  const sealed = new Map([...terminal, ['82', card.aip], ['9F36', atc], ['9F10', issuerData]]);
  const sessionKey = unionPaySessionKey(keys.ac, atc);
  const cryptogram = applicationCryptogram(sessionKey, cryptogramInput01(sealed));
  const unsigned = [tlv('9F24', card.paymentAccountReference), tlv('9F19', card.requestorId)];
  return encodeTlv([
    template('77', [
      tlv('82', card.aip),
      ...(signature ? [tlv('94', FILE_LOCATOR)] : []),
      tlv('9F36', atc),
      tlv('57', card.track2),
      tlv('9F10', issuerData),
      tlv('9F26', cryptogram),
      tlv('9F63', new Uint8Array(16)),
      tlv('5F34', card.panSequence),
      ...(signature ? [tlv('9F4B', signature)] : []),
      tlv('9F6C', QUALIFIERS[onWordOf]),
      ...(signature ? [] : unsigned),
    ]),
  ]);
}

function issuerApplicationData(
  card: Card,
  keys: CardKeys,
  atc: Uint8Array,
  cvr: Uint8Array,
): Uint8Array {
  const mac = iadMac(unionPaySessionKey(keys.mac, atc), atc, NO_AMOUNT);
  return encodeIad({
    dki: card.derivationKeyIndex,
    cvn: 0x01,
    cvr,
    algorithm: 0x01,
    discretionary: { dataId: 0x01, amountBcd5: NO_AMOUNT, mac },
  });
}

function fromTerminal(terminal: ReadonlyMap<Tag, Uint8Array>, tag: Tag): Uint8Array {
  const value = terminal.get(tag);
  assert(value !== undefined, 'the only list an instance may have asks for it');
  return value;
}
