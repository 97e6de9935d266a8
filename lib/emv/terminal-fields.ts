/**
 * What a terminal can do, where a card may be used and what was done, bit by bit: terminal and additional terminal
 * capabilities, terminal type, application usage control and transaction status information.
 * Bytes are counted from 1, as the standards print them.
 * @see docs/specs.md, EMV field codings
 */
import { bits } from './fields.ts';

/**
 * Terminal capabilities, tag 9F33, three bytes: how cards are read, how holders and cards are checked.
 * @example hasBit(fromHex('E0E1C8'), TERMINAL_CAPABILITIES.onlinePin) // true
 * @see docs/specs.md, EMV field codings
 */
export const TERMINAL_CAPABILITIES = bits({
  manualKeyEntry: [1, 0x80, 'manual key entry'],
  magneticStripe: [1, 0x40, 'magnetic stripe'],
  chipWithContacts: [1, 0x20, 'chip with contacts'],
  plaintextPin: [2, 0x80, 'plaintext PIN checked by the card'],
  onlinePin: [2, 0x40, 'enciphered PIN checked online'],
  signature: [2, 0x20, 'signature'],
  encipheredPin: [2, 0x10, 'enciphered PIN checked by the card'],
  noVerification: [2, 0x08, 'no cardholder verification'],
  sda: [3, 0x80, 'static data authentication'],
  dda: [3, 0x40, 'dynamic data authentication'],
  cardCapture: [3, 0x20, 'card capture'],
  cda: [3, 0x08, 'combined data authentication'],
});

/**
 * Additional terminal capabilities, tag 9F40, five bytes: kinds of transaction, keys, what is printed and displayed.
 * @example hasBit(fromHex('6000F0A001'), ADDITIONAL_TERMINAL_CAPABILITIES.goods) // true
 * @see docs/specs.md, EMV field codings
 */
export const ADDITIONAL_TERMINAL_CAPABILITIES = bits({
  cash: [1, 0x80, 'cash'],
  goods: [1, 0x40, 'goods'],
  services: [1, 0x20, 'services'],
  cashback: [1, 0x10, 'cashback'],
  inquiry: [1, 0x08, 'inquiry'],
  transfer: [1, 0x04, 'transfer'],
  payment: [1, 0x02, 'payment'],
  administrative: [1, 0x01, 'administrative'],
  cashDeposit: [2, 0x80, 'cash deposit'],
  numericKeys: [3, 0x80, 'numeric keys'],
  letterKeys: [3, 0x40, 'alphabetic and special character keys'],
  commandKeys: [3, 0x20, 'command keys'],
  functionKeys: [3, 0x10, 'function keys'],
  printsForAttendant: [4, 0x80, 'prints for the attendant'],
  printsForHolder: [4, 0x40, 'prints for the cardholder'],
  displaysToAttendant: [4, 0x20, 'displays to the attendant'],
  displaysToHolder: [4, 0x10, 'displays to the cardholder'],
  codeTable10: [4, 0x02, 'code table 10'],
  codeTable9: [4, 0x01, 'code table 9'],
  codeTable8: [5, 0x80, 'code table 8'],
  codeTable7: [5, 0x40, 'code table 7'],
  codeTable6: [5, 0x20, 'code table 6'],
  codeTable5: [5, 0x10, 'code table 5'],
  codeTable4: [5, 0x08, 'code table 4'],
  codeTable3: [5, 0x04, 'code table 3'],
  codeTable2: [5, 0x02, 'code table 2'],
  codeTable1: [5, 0x01, 'code table 1'],
});

/**
 * Application usage control, tag 9F07, two bytes: where the issuer lets the card be used.
 * @example hasBit(fromHex('FF00'), APPLICATION_USAGE_CONTROL.cashMachines) // true
 * @see docs/specs.md, EMV field codings
 */
export const APPLICATION_USAGE_CONTROL = bits({
  domesticCash: [1, 0x80, 'domestic cash'],
  internationalCash: [1, 0x40, 'international cash'],
  domesticGoods: [1, 0x20, 'domestic goods'],
  internationalGoods: [1, 0x10, 'international goods'],
  domesticServices: [1, 0x08, 'domestic services'],
  internationalServices: [1, 0x04, 'international services'],
  cashMachines: [1, 0x02, 'cash machines'],
  otherTerminals: [1, 0x01, 'terminals other than cash machines'],
  domesticCashback: [2, 0x80, 'domestic cashback'],
  internationalCashback: [2, 0x40, 'international cashback'],
});

/**
 * Transaction status information, tag 9B, two bytes: which steps the terminal performed.
 * @example hasBit(fromHex('E800'), TSI.cardholderVerification) // true
 * @see docs/specs.md, EMV field codings
 */
export const TSI = bits({
  dataAuthentication: [1, 0x80, 'offline data authentication performed'],
  cardholderVerification: [1, 0x40, 'cardholder verification performed'],
  cardRiskManagement: [1, 0x20, 'card risk management performed'],
  issuerAuthentication: [1, 0x10, 'issuer authentication performed'],
  terminalRiskManagement: [1, 0x08, 'terminal risk management performed'],
  scriptProcessing: [1, 0x04, 'issuer script processing performed'],
});

/** First digit of a terminal type: who runs it. */
const OPERATORS: Readonly<Record<string, string>> = {
  '1': "a financial institution's",
  '2': "a merchant's",
  '3': "a cardholder's",
};

/** Second digit: who is there, and how it reaches the issuer. */
const PLACES: Readonly<Record<string, string>> = {
  '1': 'attended, online only',
  '2': 'attended, offline with online capability',
  '3': 'attended, offline only',
  '4': 'unattended, online only',
  '5': 'unattended, offline with online capability',
  '6': 'unattended, offline only',
};

/**
 * A terminal type (tag 9F35), two digits, in words; empty for one that does not exist. A cardholder's own terminal is
 * always unattended.
 * @example terminalTypeWords('22') // "a merchant's, attended, offline with online capability"
 * @see docs/specs.md, EMV field codings
 */
export function terminalTypeWords(type: string): string {
  const [operator = '', place = ''] = type;
  const isPossible = type.length === 2 && (operator !== '3' || place >= '4');
  const words = [OPERATORS[operator], PLACES[place]];
  return isPossible && !words.includes(undefined) ? words.join(', ') : '';
}
