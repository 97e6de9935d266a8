/**
 * Entry Point: prepare the reader for an amount, ask the card which applications it has, choose one
 * and hand it to the kernel. Nothing here does I/O: a tap yields commands and is sent the answers.
 * @see docs/specs.md, EMV contactless sheet, section 3
 */
import { type Command, SW, select } from '../apdu/apdu.ts';
import { assert } from '../bytes/assert.ts';
import { fromAscii } from '../bytes/bytes.ts';
import { hasBit, TTQ, withBit } from '../emv/fields.ts';
import { type Candidate, listCandidates, readSelected } from './candidates.ts';
import type { Answer, Tap } from './drive.ts';
import {
  type EndReason,
  endApplication,
  fieldLost,
  type KernelOutcome,
  selectNext,
  tryAnotherInterface,
} from './outcome.ts';
import { purchase } from './purchase.ts';
import { MAX_AMOUNT_MINOR, type ReaderConfiguration, type TapInput } from './reader.ts';

/** Name of the directory of contactless applications. */
const PPSE = fromAscii('2PAY.SYS.DDF01');

/**
 * One contactless payment, from pre-processing to its outcome. Whatever the card answers, the tap ends
 * with a named outcome; it throws only when the caller's own configuration is wrong. It yields each command and
 * is sent the response to it; `driveTap` does so over a channel.
 */
export function* tap(input: TapInput): Tap {
  const { reader, amountMinor, otherAmountMinor = 0n } = input;
  checkConfiguration(input);
  if (!isAmount(amountMinor) || !isAmount(otherAmountMinor)) {
    return endApplication('amount_out_of_range', '9F02');
  }
  const prepared = preProcess(amountMinor, reader);
  if (prepared.contactlessNotAllowed) {
    return tryAnotherInterface('contactless_not_allowed', hasBit(reader.ttq, TTQ.contactSupported));
  }
  const directory = yield select(PPSE);
  if (directory === 'field_lost') return fieldLost();
  const candidates = directory.status === SW.success ? listCandidates(directory.data, reader) : [];
  let reason: EndReason = 'no_application';
  for (const candidate of candidates) {
    const outcome = yield* activate(candidate, prepared.ttq, input);
    if (outcome.kind !== 'select_next') return outcome;
    reason = outcome.reason;
  }
  return endApplication(reason);
}

/** The indicators of pre-processing, and the TTQ that follows from them. */
export type PreProcessed = {
  readonly statusCheckRequested: boolean;
  readonly contactlessNotAllowed: boolean;
  readonly zeroAmount: boolean;
  readonly floorLimitExceeded: boolean;
  readonly cvmLimitExceeded: boolean;
  readonly ttq: Uint8Array;
};

/**
 * Hold an amount against the reader's limits and prepare its qualifiers.
 * @see docs/specs.md, EMV contactless sheet, section 3.1
 */
export function preProcess(
  amountMinor: bigint,
  reader: Omit<ReaderConfiguration, 'aids' | 'kernelId' | 'terminal'>,
): PreProcessed {
  const { limits } = reader;
  const zeroAmount = amountMinor === 0n && reader.zeroAmountAllowed === true;
  const statusCheckRequested = amountMinor === reader.statusCheckAmountMinor;
  const floorLimitExceeded = limits.floor !== undefined && amountMinor > limits.floor;
  const cvmLimitExceeded = limits.cvmRequired !== undefined && amountMinor >= limits.cvmRequired;
  const overTheTop = limits.transaction !== undefined && amountMinor >= limits.transaction;
  // A zero amount is good for an online question only.
  const zeroRefused = amountMinor === 0n && !(zeroAmount && reader.online);
  const onlineRequired =
    floorLimitExceeded || statusCheckRequested || (zeroAmount && reader.online);
  return {
    statusCheckRequested,
    contactlessNotAllowed: overTheTop || zeroRefused,
    zeroAmount,
    floorLimitExceeded,
    cvmLimitExceeded,
    ttq: withBit(
      withBit(reader.ttq, TTQ.onlineCryptogramRequired, onlineRequired),
      TTQ.cvmRequired,
      cvmLimitExceeded,
    ),
  };
}

/** Select one candidate and let the kernel pay with it. */
function* activate(
  candidate: Candidate,
  ttq: Uint8Array,
  input: TapInput,
): Generator<Command, KernelOutcome, Answer> {
  // The reader does not support extended selection, so 9F29 is never appended to the name.
  const answer = yield select(candidate.adfName);
  if (answer === 'field_lost') return fieldLost();
  if (answer.status !== SW.success) return selectNext('select_refused');
  const selected = readSelected(answer.data, candidate.adfName);
  if (selected === undefined) return selectNext('malformed_fci');
  return yield* purchase(selected, { aid: candidate.aid, dfName: selected.dfName, ttq }, input);
}

function isAmount(minor: bigint): boolean {
  return minor >= 0n && minor <= MAX_AMOUNT_MINOR;
}

/** What the caller must have right; wrong here is a bug of the terminal, never the card's doing. */
function checkConfiguration(input: TapInput): void {
  const { ttq, terminal, aids, online } = input.reader;
  assert(ttq.length === 4, '9F66 has four bytes');
  assert(
    input.reader.offlineAuthentication !== undefined || !hasBit(ttq, TTQ.authenticationForOnline),
    'a reader that offers to authenticate holds keys to do so',
  );
  assert(!(online && hasBit(ttq, TTQ.offlineOnly)), 'an offline-only reader is not online');
  assert(
    aids.every((aid) => aid.length >= 5 && aid.length <= 16),
    'an AID has 5 to 16 bytes',
  );
  assert(terminal.capabilities.length === 3, '9F33 has three bytes');
  assert(terminal.type.length === 1, '9F35 has one byte');
  assert(terminal.serialNumber.length === 8, '9F1E has eight bytes');
  assert(terminal.applicationVersion.length === 2, '9F09 has two bytes');
  assert(input.unpredictableNumber.length === 4, '9F37 has four bytes');
  assert(/^\d{3}$/.test(input.currency), 'a currency has three digits');
  assert(/^\d{3}$/.test(input.country), 'a country has three digits');
  assert(/^\d{2}$/.test(input.transactionType), 'a transaction type has two digits');
  assert(/^\d{6}$/.test(input.date), 'a date has six digits');
  assert(/^\d{6}$/.test(input.time), 'a time has six digits');
  assert(/^\d{1,8}$/.test(input.transactionCounter.toString()), '9F41 has at most eight digits');
}
