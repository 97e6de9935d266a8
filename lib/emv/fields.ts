/**
 * The flags that decide a tap, bit by bit: TTQ, CTQ, AIP, CVR and TVR as tables.
 * Bytes are counted from 1, as the standards print them.
 * @see docs/specs.md, EMV contactless sheet, section 4, and cryptograms sheet, section 5
 */

/** One named bit: which byte (from 1), which bit of it, its name in code and what it says when set. */
export type Bit = {
  readonly byte: number;
  readonly mask: number;
  readonly name: string;
  readonly meaning: string;
};

/** Several bits that are one number: which byte (from 1), which bits, and what each value says. */
export type Subfield = Bit & { readonly values: Readonly<Record<number, string>> };

/** Whether a bit is set; a byte that is not there has no bits. */
export function hasBit(bytes: Uint8Array, bit: Bit): boolean {
  return ((bytes[bit.byte - 1] ?? 0) & bit.mask) !== 0;
}

/** A copy with one bit set, or cleared when `on` is false. */
export function withBit(bytes: Uint8Array, bit: Bit, on = true): Uint8Array {
  return bytes.map((value, index) => {
    if (index !== bit.byte - 1) return value;
    return on ? value | bit.mask : value & ~bit.mask;
  });
}

/** The number that a subfield holds, moved to the right end. */
export function subfieldValue(bytes: Uint8Array, subfield: Subfield): number {
  const lowest = subfield.mask & -subfield.mask;
  return ((bytes[subfield.byte - 1] ?? 0) & subfield.mask) / lowest;
}

/** Every bit of a table whose byte is there, with whether it is set, in the table's order. */
export function describeBits(
  table: Readonly<Record<string, Bit>>,
  bytes: Uint8Array,
): readonly (Bit & { readonly set: boolean })[] {
  return Object.values(table)
    .filter((bit) => bit.byte <= bytes.length)
    .map((bit) => ({ ...bit, set: hasBit(bytes, bit) }));
}

/** Every subfield of a table whose byte is there, with its number and what that number says. */
export function describeSubfields(
  table: Readonly<Record<string, Subfield>>,
  bytes: Uint8Array,
): readonly (Subfield & { readonly value: number; readonly says: string })[] {
  return Object.values(table)
    .filter((subfield) => subfield.byte <= bytes.length)
    .map((subfield) => {
      const value = subfieldValue(bytes, subfield);
      return { ...subfield, value, says: subfield.values[value] ?? String(value) };
    });
}

/** Whether the card says that it verified its holder, and that this did not fail. @see profile octavo-1, section 7 */
export function cvrHolderVerified(cvr: Uint8Array): boolean {
  return hasBit(cvr, CVR.holderVerificationPerformed) && !hasBit(cvr, CVR.holderVerificationFailed);
}

/**
 * The cryptogram information data (9F27) as a reader derives it when the card leaves it out:
 * 80 ARQC, 40 TC, 00 AAC. @see docs/specs.md, EMV contactless sheet, section 5, step 5
 */
export function cryptogramInformation(iad: Uint8Array): number {
  return ((iad[4] ?? 0) & 0x30) << 2;
}

/** Terminal transaction qualifiers, tag 9F66, four bytes: what the reader can do and wants. */
export const TTQ = bits({
  fullContactlessSupported: [1, 0x40, 'full contactless debit and credit flow supported'],
  quickPathSupported: [1, 0x20, 'quick path (qPBOC, qUICS) supported'],
  contactSupported: [1, 0x10, 'contact debit and credit supported'],
  offlineOnly: [1, 0x08, 'reader is offline only'],
  onlinePinSupported: [1, 0x04, 'online PIN supported'],
  signatureSupported: [1, 0x02, 'signature supported'],
  authenticationForOnline: [
    1,
    0x01,
    'offline data authentication for online authorisation supported',
  ],
  onlineCryptogramRequired: [2, 0x80, 'online cryptogram required'],
  cvmRequired: [2, 0x40, 'cardholder verification required'],
  offlinePinSupported: [2, 0x20, 'contact chip offline PIN supported'],
  issuerUpdateSupported: [3, 0x80, 'issuer update processing supported'],
  deviceCvmSupported: [3, 0x40, 'consumer device cardholder verification supported'],
  fddaVersion01Supported: [4, 0x80, 'fDDA version 01 supported'],
});

/** Card transaction qualifiers, tag 9F6C, two bytes: what the card asks of the reader. Not sealed. */
export const CTQ = bits({
  onlinePinRequired: [1, 0x80, 'online PIN required'],
  signatureRequired: [1, 0x40, 'signature required'],
  onlineIfAuthenticationFails: [1, 0x20, 'go online when offline data authentication fails'],
  contactIfAuthenticationFails: [
    1,
    0x10,
    'use the contacts when offline data authentication fails',
  ],
  onlineIfExpired: [1, 0x08, 'go online when the application has expired'],
  deviceCvmPerformed: [2, 0x80, 'consumer device cardholder verification performed'],
  issuerUpdateSupported: [2, 0x40, 'issuer update processing supported'],
});

/** Card additional function indicator, tag DF61, one byte: what the application can do beside the quick path. */
export const ADDITIONAL_FUNCTIONS = bits({
  authenticationForOnline: [1, 0x40, 'offline data authentication for online authorisation'],
  creditLowValue: [1, 0x10, 'credit-mode low-value payment'],
});

/** Application interchange profile, tag 82, two bytes: what the application can do. */
export const AIP = bits({
  sdaSupported: [1, 0x40, 'static data authentication supported'],
  ddaSupported: [1, 0x20, 'dynamic data authentication supported'],
  cvmSupported: [1, 0x10, 'cardholder verification supported'],
  riskManagementRequired: [1, 0x08, 'terminal risk management to be performed'],
  issuerAuthenticationSupported: [1, 0x04, 'issuer authentication supported'],
  cdaSupported: [1, 0x01, 'combined data authentication supported'],
  magneticStripePath: [2, 0x80, 'magnetic stripe path'],
});

/** Card verification results, four bytes with their length byte, inside tag 9F10 and sealed. */
export const CVR = bits({
  issuerAuthenticationFailed: [2, 0x08, 'issuer authentication performed and failed'],
  holderVerificationPerformed: [2, 0x04, 'holder verification performed (PIN, or on the device)'],
  holderVerificationFailed: [2, 0x02, 'holder verification failed'],
  unableToGoOnline: [2, 0x01, 'unable to go online'],
  lastOnlineNotCompleted: [3, 0x80, 'last online transaction not completed'],
  pinTryLimitExceeded: [3, 0x40, 'PIN try limit exceeded'],
  velocityCountersExceeded: [3, 0x20, 'velocity counters exceeded'],
  newCard: [3, 0x10, 'new card'],
  lastIssuerAuthenticationFailed: [
    3,
    0x08,
    'issuer authentication failed on the last online transaction',
  ],
  issuerAuthenticationNotPerformed: [
    3,
    0x04,
    'issuer authentication not performed after an online authorisation',
  ],
  applicationBlocked: [3, 0x02, 'application blocked because the PIN try limit was exceeded'],
  lastSdaFailed: [3, 0x01, 'static data authentication failed last time, declined offline'],
  lastScriptFailed: [4, 0x08, 'an issuer script command failed last time'],
  lastDdaFailed: [4, 0x04, 'dynamic data authentication failed last time, declined offline'],
  ddaPerformed: [4, 0x02, 'dynamic data authentication performed'],
  express: [4, 0x01, 'express transit: answered without asking for the holder'], // profile octavo-1
});

/** The numbers inside the card verification results. */
export const CVR_SUBFIELDS = {
  secondCryptogram: {
    byte: 2,
    mask: 0xc0,
    name: 'secondCryptogram',
    meaning: 'answer to the second GENERATE AC',
    values: { 0: 'AAC, declined', 1: 'TC, approved', 2: 'not requested', 3: 'reserved' },
  },
  firstCryptogram: {
    byte: 2,
    mask: 0x30,
    name: 'firstCryptogram',
    meaning: 'first cryptogram',
    values: {
      0: 'AAC, declined',
      1: 'TC, approved offline',
      2: 'ARQC, asks the issuer',
      3: 'reserved',
    },
  },
  scriptCommands: {
    byte: 4,
    mask: 0xf0,
    name: 'scriptCommands',
    meaning: 'issuer script commands carried out last time',
    values: {},
  },
} as const satisfies Readonly<Record<string, Subfield>>;

/**
 * Terminal verification results, tag 95, five bytes. All zero on the quick path.
 * @see docs/specs.md, openemv/emv-utils, field constants
 */
export const TVR = bits({
  authenticationNotPerformed: [1, 0x80, 'offline data authentication not performed'],
  sdaFailed: [1, 0x40, 'static data authentication failed'],
  cardDataMissing: [1, 0x20, 'card data missing'],
  onExceptionFile: [1, 0x10, 'card is on the exception file'],
  ddaFailed: [1, 0x08, 'dynamic data authentication failed'],
  cdaFailed: [1, 0x04, 'combined data authentication failed'],
  sdaSelected: [1, 0x02, 'static data authentication selected'],
  versionsDiffer: [2, 0x80, 'card and terminal have different application versions'],
  applicationExpired: [2, 0x40, 'application expired'],
  applicationNotYetEffective: [2, 0x20, 'application not yet effective'],
  serviceNotAllowed: [2, 0x10, 'service not allowed for this product'],
  newCard: [2, 0x08, 'new card'],
  holderVerificationFailed: [3, 0x80, 'cardholder verification was not successful'],
  cvmUnknown: [3, 0x40, 'cardholder verification method not recognised'],
  pinTryLimitExceeded: [3, 0x20, 'PIN try limit exceeded'],
  pinPadMissing: [3, 0x10, 'PIN required, PIN pad missing or out of order'],
  pinNotEntered: [3, 0x08, 'PIN required, PIN pad there, PIN not entered'],
  onlinePinEntered: [3, 0x04, 'online PIN entered'],
  floorLimitExceeded: [4, 0x80, 'floor limit exceeded'],
  lowerOfflineLimitExceeded: [4, 0x40, 'lower consecutive offline limit exceeded'],
  upperOfflineLimitExceeded: [4, 0x20, 'upper consecutive offline limit exceeded'],
  randomlySelected: [4, 0x10, 'selected at random to go online'],
  merchantForcedOnline: [4, 0x08, 'merchant forced the transaction online'],
  defaultTdolUsed: [5, 0x80, 'default TDOL used'],
  issuerAuthenticationFailed: [5, 0x40, 'issuer authentication failed'],
  scriptFailedBefore: [5, 0x20, 'a script failed before the final GENERATE AC'],
  scriptFailedAfter: [5, 0x10, 'a script failed after the final GENERATE AC'],
});

/**
 * A table of bits out of rows of byte (from 1), mask and meaning; the key of a row is the bit's name.
 * @example bits({ newCard: [2, 0x08, 'new card'] }).newCard.mask // 8
 * @see docs/specs.md, EMV contactless sheet, section 4
 */
export function bits<
  const Rows extends Readonly<Record<string, readonly [number, number, string]>>,
>(rows: Rows): { readonly [Name in keyof Rows]: Bit } {
  const entries = Object.entries(rows).map(([name, [byte, mask, meaning]]) => [
    name,
    { byte, mask, name, meaning },
  ]);
  return Object.fromEntries(entries) as { readonly [Name in keyof Rows]: Bit };
}
