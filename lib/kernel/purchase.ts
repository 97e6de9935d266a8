/**
 * One tap of Kernel 7, UnionPay's quick path: the card answers GET PROCESSING OPTIONS with its
 * cryptogram, a few records may follow, and the card may leave; everything after the last command is
 * decided without it.
 * @see docs/specs.md, EMV contactless sheet, section 5
 */
import { type Command, SW } from '../apdu/apdu.ts';
import { concat, toHex } from '../bytes/bytes.ts';
import { CTQ, hasBit, TTQ } from '../emv/fields.ts';
import { isNumericTag } from '../emv/tags.ts';
import { type LocatedRecord, locatedRecords } from '../oda/static.ts';
import { type DolEntry, decodeDol, dolLength, fillDol } from '../tlv/dol.ts';
import { encodeLength, type Tag, TlvError } from '../tlv/tlv.ts';
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
import { onlineRequest } from './online.ts';
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
  return decide(card, terminal, ttq, input);
}

/** A card's answer to GET PROCESSING OPTIONS; `objects` grows as its records are read. */
type Card = {
  readonly kind: 'card';
  readonly objects: CardObjects;
  readonly information: number;
  readonly type: CryptogramType;
  readonly records: readonly LocatedRecord[];
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
  return { kind: 'card', objects, information, type: cryptogramType(information), records };
}

/** Read the listed records into the card's objects; returns only a failure. */
function* readRecords(
  card: Card,
  terminal: ReadonlyMap<Tag, Uint8Array>,
): Generator<Command, EndApplication | TryAgain | undefined, Answer> {
  for (const { sfi, record } of card.records) {
    const answer = yield readRecord(sfi, record);
    if (answer === 'field_lost') return fieldLost();
    if (answer.status !== SW.success) return endApplication('record_unreadable');
    // Files from 11 on are the issuer's own: they may be signed, but hold nothing for the kernel.
    if (sfi > 10) continue;
    const failure = gather(card.objects, answer.data, '70', terminal);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function readRecord(sfi: number, record: number): Command {
  return { cla: 0x00, ins: 0xb2, p1: record, p2: (sfi << 3) | 4, data: new Uint8Array(0), le: 256 };
}

/** Everything after the card may have left: expiry, exception list, holder, and where the cryptogram goes. */
function decide(
  card: Card,
  terminal: ReadonlyMap<Tag, Uint8Array>,
  ttq: Uint8Array,
  input: TapInput,
): Outcome {
  const { objects, type, information } = card;
  const { reader, date } = input;
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
  if (expired) return onlineRequest({ reason: 'application_expired', ...facts });
  if (type === 'arqc') {
    // The card answers online only, and this reader never asks anybody. @see profile octavo-1, section 12
    if (hasBit(ttq, TTQ.offlineOnly)) return declined('reader_offline_only');
    return onlineRequest({ reason: 'online_cryptogram', ...facts });
  }
  // Offline data authentication would come here. Until it is built, a TC counts as not authenticated.
  const reason = 'offline_authentication_impossible';
  if (hasBit(wishes, CTQ.onlineIfAuthenticationFails) && reader.online) {
    return onlineRequest({ reason, ...facts });
  }
  const contact = hasBit(ttq, TTQ.contactSupported);
  if (hasBit(wishes, CTQ.contactIfAuthenticationFails) && contact) {
    return tryAnotherInterface(reason, contact);
  }
  return declined(reason);
}
