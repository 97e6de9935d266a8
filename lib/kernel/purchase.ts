/**
 * One tap of Kernel 7, UnionPay's quick path: the card answers GET PROCESSING OPTIONS with its
 * cryptogram, a few records may follow, and the card may leave; everything after the last command is
 * decided without it.
 * @see docs/specs.md, EMV contactless sheet, section 5
 */
import { type Command, SW } from '../apdu/apdu.ts';
import { concat, toHex } from '../bytes/bytes.ts';
import { ADDITIONAL_FUNCTIONS, CTQ, hasBit, TTQ } from '../emv/fields.ts';
import { isNumericTag } from '../emv/tags.ts';
import { type CardRecord, type LocatedRecord, locatedRecords } from '../oda/static.ts';
import { type DolEntry, decodeDol, dolLength, fillDol } from '../tlv/dol.ts';
import { encodeLength, type Tag, TlvError } from '../tlv/tlv.ts';
import {
  type Authentication,
  type AuthenticationCheck,
  authenticate,
  LAST_FILE_READ,
  type NotAuthenticated,
} from './authenticate.ts';
import type { Selected } from './candidates.ts';
import {
  type CardObjects,
  type CryptogramType,
  cryptogramInformation,
  cryptogramType,
  firstMissing,
  gather,
  given,
  readAccount,
} from './card.ts';
import type { Answer } from './drive.ts';
import { verifyHolder } from './holder.ts';
import { approved, onlineRequest, sealed, type TapFacts } from './online.ts';
import {
  declined,
  type EndApplication,
  endApplication,
  fieldLost,
  type KernelOutcome,
  type Outcome,
  seePhone,
  selectNext,
  type TryAgain,
  tryAnotherInterface,
} from './outcome.ts';
import { type Activation, type TapInput, terminalObjects } from './reader.ts';
import { isExpired } from './risk.ts';

/** Pay with a selected application. Returns `select_next` when Entry Point should try another one. */
export function* purchase(
  selected: Selected,
  activation: Activation,
  input: TapInput,
): Generator<Command, KernelOutcome, Answer> {
  const { ttq } = activation;
  const pdol = readPdol(selected.pdol);
  if (pdol === undefined) return selectNext('pdol_missing');
  const terminal = terminalObjects(input, activation);
  const answer = yield getProcessingOptions(pdol, terminal);
  if (answer === 'field_lost') return fieldLost();
  if (answer.status !== SW.success) return optionsRefused(answer.status, ttq);
  const card = readOptions(answer.data, terminal);
  if (card.kind === 'end_application') return card;
  if (card.type === 'reserved') return declined('cryptogram_type_reserved');
  const missing = firstMissing(card.objects, MANDATORY[card.type]);
  if (missing !== undefined) return endApplication('missing_object', missing);
  if (card.type === 'aac') return declined('card_declined');
  const failure = yield* readRecords(card, terminal);
  if (failure !== undefined) return failure;
  // Nothing was reckoned so far: the card may leave now.
  return decide(card, terminal, { ttq, selected }, input);
}

/** A card's answer to GET PROCESSING OPTIONS; `objects` and `signedRecords` grow as its records are read. */
type Card = {
  readonly kind: 'card';
  readonly objects: CardObjects;
  readonly information: number;
  readonly type: CryptogramType;
  readonly records: readonly LocatedRecord[];
  readonly signedRecords: CardRecord[];
};

/** What must be in the answer that carries the cryptogram. */
const MANDATORY: Readonly<Record<Exclude<CryptogramType, 'reserved'>, readonly Tag[]>> = {
  tc: ['82', '94', '9F36', '9F26', '9F10'],
  arqc: ['82', '9F36', '57', '9F10', '9F26'],
  aac: ['82', '9F36', '57', '9F10', '9F26'],
};

/** The PDOL; undefined when it is malformed, does not ask for the qualifiers or asks for more than a command holds. */
function readPdol(bytes: Uint8Array | undefined): readonly DolEntry[] | undefined {
  if (bytes === undefined) return undefined;
  try {
    const pdol = decodeDol(bytes);
    const fits = dolLength(pdol) <= MAX_PDOL_DATA_BYTES;
    return fits && pdol.some(({ tag }) => tag === '9F66') ? pdol : undefined;
  } catch (error) {
    if (error instanceof TlvError) return undefined;
    throw error;
  }
}

/** 255 bytes of command data, less tag 83 and a two-byte length. */
const MAX_PDOL_DATA_BYTES = 252;

function getProcessingOptions(
  pdol: readonly DolEntry[],
  terminal: ReadonlyMap<Tag, Uint8Array>,
): Command {
  const values = fillDol(pdol, (tag) => terminal.get(tag), isNumericTag);
  const data = concat(Uint8Array.of(0x83), encodeLength(values.length), values);
  return { cla: 0x80, ins: 0xa8, p1: 0x00, p2: 0x00, data, le: 256 };
}

function optionsRefused(status: number, ttq: Uint8Array): KernelOutcome {
  const contact = hasBit(ttq, TTQ.contactSupported);
  if (status === SW.actOnDeviceFirst) return seePhone();
  if (status === SW.conditionsNotSatisfied) return selectNext('conditions_not_satisfied');
  if (status === SW.tryAnotherInterface) {
    return tryAnotherInterface('other_interface_asked', contact);
  }
  return contact ? tryAnotherInterface('gpo_refused', contact) : endApplication('gpo_refused');
}

function readOptions(
  data: Uint8Array,
  terminal: ReadonlyMap<Tag, Uint8Array>,
): Card | EndApplication {
  const objects: CardObjects = new Map();
  // Template 80 belongs to the full contactless path, which this kernel does not walk.
  const failure = gather(objects, data, '77', terminal);
  if (failure !== undefined) return failure;
  if (given(objects, '82') === undefined) return endApplication('missing_object', '82');
  const records = locatedRecords(given(objects, '94') ?? new Uint8Array(0));
  if (records === undefined) return endApplication('malformed_afl', '94');
  const information = cryptogramInformation(objects);
  if (information === undefined) return endApplication('missing_object', '9F10');
  const type = cryptogramType(information);
  return { kind: 'card', objects, information, type, records, signedRecords: [] };
}

/** Read the listed records into the card's objects; returns only a failure. */
function* readRecords(
  card: Card,
  terminal: ReadonlyMap<Tag, Uint8Array>,
): Generator<Command, EndApplication | TryAgain | undefined, Answer> {
  for (const { sfi, record, isSigned } of card.records) {
    const answer = yield readRecord(sfi, record);
    if (answer === 'field_lost') return fieldLost();
    if (answer.status !== SW.success) return endApplication('record_unreadable');
    if (isSigned) card.signedRecords.push({ sfi, bytes: answer.data });
    // Files from 11 on are the issuer's own: they may be signed, but hold nothing for the kernel.
    if (sfi > LAST_FILE_READ) continue;
    const failure = gather(card.objects, answer.data, '70', terminal);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function readRecord(sfi: number, record: number): Command {
  return { cla: 0x00, ins: 0xb2, p1: record, p2: (sfi << 3) | 4, data: new Uint8Array(0), le: 256 };
}

/** How the card was reached: the qualifiers it was sent, and what its application said of itself. */
type Reached = { readonly ttq: Uint8Array; readonly selected: Selected };

/** Everything after the card may have left: expiry, exception list, holder, and where the cryptogram goes. */
function decide(
  card: Card,
  terminal: ReadonlyMap<Tag, Uint8Array>,
  reached: Reached,
  input: TapInput,
): Outcome {
  const { objects, type, information } = card;
  const { reader, date } = input;
  const { ttq } = reached;
  const ctq = given(objects, '9F6C');
  const wishes = ctq ?? new Uint8Array(2);
  const account = readAccount(objects);
  if ('kind' in account) return account;

  const expiry = given(objects, '5F24');
  const expired = expiry !== undefined && isExpired(toHex(expiry), date);
  if (expired && (!hasBit(wishes, CTQ.onlineIfExpired) || hasBit(ttq, TTQ.offlineOnly))) {
    return declined('application_expired');
  }
  // An expired application that may go online is still held against the list and its holder.
  if (reader.isExcepted?.(account.pan, account.psn) === true) return declined('exception_list');
  const authenticationData = given(objects, '9F69');
  const cvm = verifyHolder({ ttq, ctq, authenticationData, online: type === 'arqc' });
  if (cvm === undefined) return declined('holder_not_verified');

  const facts = { cvm, account, cryptogramInformation: information, card: objects, terminal };
  if (expired) return onlineRequest('application_expired', facts);
  return type === 'arqc'
    ? askIssuer(card, facts, reached, input)
    : approveOffline(card, facts, ttq, input);
}

/**
 * An ARQC goes to the issuer. Where reader and card both speak of it, the card is authenticated first, and what fails
 * is declined: a gate that opens on the signature must not fall back to one that is asked too late.
 */
function askIssuer(card: Card, facts: TapFacts, reached: Reached, input: TapInput): Outcome {
  const { ttq, selected } = reached;
  // The card answers online only, and this reader never asks anybody. @see profile octavo-1, section 12
  if (hasBit(ttq, TTQ.offlineOnly)) return declined('reader_offline_only');
  const functions = selected.additionalFunctions ?? new Uint8Array(0);
  const isAsked = hasBit(ttq, TTQ.authenticationForOnline);
  if (!isAsked || !hasBit(functions, ADDITIONAL_FUNCTIONS.authenticationForOnline)) {
    return onlineRequest('online_cryptogram', facts);
  }
  const authentication = authenticateTap(card, facts, input);
  if (authentication.kind === 'verified') {
    return onlineRequest('online_cryptogram', facts, authentication);
  }
  const refused = declined('offline_authentication_failed', authentication.code);
  return { ...refused, unproved: sealed(facts) };
}

/** A TC is good when its signature stands; else the card says whether anybody may still be asked. */
function approveOffline(card: Card, facts: TapFacts, ttq: Uint8Array, input: TapInput): Outcome {
  const { reader } = input;
  const authentication = authenticateTap(card, facts, input);
  if (authentication.kind === 'verified') return approved(facts, authentication);
  const [reason, check] = failureOf(reader, authentication);
  const wishes = given(card.objects, '9F6C') ?? new Uint8Array(2);
  if (hasBit(wishes, CTQ.onlineIfAuthenticationFails) && reader.online) {
    return onlineRequest(reason, facts);
  }
  const contact = hasBit(ttq, TTQ.contactSupported);
  if (hasBit(wishes, CTQ.contactIfAuthenticationFails) && contact) {
    return tryAnotherInterface(reason, contact);
  }
  return declined(reason, check);
}

/** A reader that holds no keys can authenticate nobody, which is not the card's failure. */
function failureOf(
  { offlineAuthentication }: TapInput['reader'],
  { code }: NotAuthenticated,
):
  | readonly ['offline_authentication_failed', AuthenticationCheck]
  | readonly ['offline_authentication_impossible', undefined] {
  return offlineAuthentication === undefined
    ? ['offline_authentication_impossible', undefined]
    : ['offline_authentication_failed', code];
}

function authenticateTap(
  { objects, signedRecords }: Card,
  { account, terminal }: TapFacts,
  { reader, date }: TapInput,
): Authentication | NotAuthenticated {
  const trusted = reader.offlineAuthentication ?? { authorityKeys: [], revoked: new Set() };
  return authenticate({ card: objects, signedRecords, terminal, pan: account.pan, date, trusted });
}
