/**
 * What a terminal brings to a tap: the purchase, the reader's configuration, and the data objects
 * that these become.
 * @see docs/specs.md, EMV contactless sheet, sections 3.1 and 5
 */
import { bcdFromDigits } from '../bytes/bcd.ts';
import { fromHex } from '../bytes/bytes.ts';
import type { AuthorityKey } from '../oda/authority.ts';
import type { Tag } from '../tlv/tlv.ts';

/** Amounts at which the reader's behaviour changes, in minor units; undefined means no such limit. */
export type ReaderLimits = {
  /** From this amount on, no contactless payment at all. */
  readonly transaction?: bigint | undefined;
  /** Above this amount, an online cryptogram. */
  readonly floor?: bigint | undefined;
  /** From this amount on, the holder must be verified. */
  readonly cvmRequired?: bigint | undefined;
};

/** The terminal's own data objects, bytes as the tags hold them. */
export type TerminalData = {
  /** 9F33, three bytes. */
  readonly capabilities: Uint8Array;
  /** 9F35, one byte. */
  readonly type: Uint8Array;
  /** 9F1E, eight bytes of ASCII. */
  readonly serialNumber: Uint8Array;
  /** 9F09, two bytes. */
  readonly applicationVersion: Uint8Array;
};

/** How one reader is set up, for every application that it takes. */
export type ReaderConfiguration = {
  /** The applications taken, 5 to 16 bytes each; a card's longer name matches by its beginning. */
  readonly aids: readonly Uint8Array[];
  readonly kernelId: number;
  readonly limits: ReaderLimits;
  /** 9F66 before pre-processing, four bytes. */
  readonly ttq: Uint8Array;
  /** Whether the terminal can ask its acquirer now. */
  readonly online: boolean;
  /** Whether an amount of zero may be tapped; no when left out. */
  readonly zeroAmountAllowed?: boolean | undefined;
  /** The amount (one unit of the currency) that means "only tell me the card's state"; none when left out. */
  readonly statusCheckAmountMinor?: bigint | undefined;
  readonly terminal: TerminalData;
  /** Whether an account number (digits) with its sequence number (two digits) is on the exception list. */
  readonly isExcepted?: ((pan: string, psn: string | undefined) => boolean) | undefined;
  /** What offline data authentication is held against; a reader without it authenticates nothing. */
  readonly offlineAuthentication?: OfflineAuthentication | undefined;
};

/** Whom a reader trusts, and whose certificates it does not take any more. */
export type OfflineAuthentication = {
  readonly authorityKeys: readonly AuthorityKey[];
  /** Entries of `revocationEntry`. */
  readonly revoked: ReadonlySet<string>;
};

/** One purchase about to be tapped. Time and the unpredictable number are the caller's: the kernel has no clock and no dice. */
export type TapInput = {
  readonly amountMinor: bigint;
  /** Cash back or the like, in minor units; zero when left out. */
  readonly otherAmountMinor?: bigint | undefined;
  /** Numeric currency code, three digits. */
  readonly currency: string;
  /** Numeric country code of the terminal, three digits. */
  readonly country: string;
  /** YYMMDD, local to the terminal. */
  readonly date: string;
  /** hhmmss. */
  readonly time: string;
  /** First two digits of the processing code. */
  readonly transactionType: string;
  /** Four fresh random bytes. */
  readonly unpredictableNumber: Uint8Array;
  /** 9F41: a number that the terminal raises by one for every transaction, at most eight digits. */
  readonly transactionCounter: number;
  readonly reader: ReaderConfiguration;
};

/** The largest amount that twelve digits hold, in minor units. */
export const MAX_AMOUNT_MINOR = 999_999_999_999n;

/** What Entry Point hands to the kernel besides the card's answer to SELECT. */
export type Activation = {
  /** The reader's AID that matched. */
  readonly aid: Uint8Array;
  /** 84 of the card's answer. */
  readonly dfName: Uint8Array;
  /** 9F66 as pre-processing left it. */
  readonly ttq: Uint8Array;
};

/**
 * The terminal's data objects by tag: what a data object list is filled from, and what a card may
 * not say in the terminal's place.
 */
export function terminalObjects(
  input: TapInput,
  { aid, dfName, ttq }: Activation,
): ReadonlyMap<Tag, Uint8Array> {
  const { terminal } = input.reader;
  return new Map([
    ['84', dfName],
    ['95', new Uint8Array(5)], // no result of the quick path is written into the TVR
    ['9A', bcdFromDigits(input.date, 3)],
    ['9C', bcdFromDigits(input.transactionType, 1)],
    ['5F2A', bcdFromDigits(input.currency, 2)],
    ['9F02', bcdFromDigits(input.amountMinor.toString(), 6)],
    ['9F03', bcdFromDigits((input.otherAmountMinor ?? 0n).toString(), 6)],
    ['9F06', aid],
    ['9F09', terminal.applicationVersion],
    ['9F1A', bcdFromDigits(input.country, 2)],
    ['9F1E', terminal.serialNumber],
    ['9F21', bcdFromDigits(input.time, 3)],
    ['9F33', terminal.capabilities],
    // The ISO 8583 sheet, section 7, gives three zero bytes for the quick path.
    ['9F34', fromHex('000000')],
    ['9F35', terminal.type],
    ['9F37', input.unpredictableNumber],
    ['9F41', bcdFromDigits(input.transactionCounter.toString(), 4)],
    ['9F66', ttq],
  ]);
}
