/** Every named bit against the tables of EMV Books 3 and 4, written down here byte by byte from the highest bit. */
import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '../bytes/bytes.ts';
import { type Bit, describeBits } from './fields.ts';
import {
  ADDITIONAL_TERMINAL_CAPABILITIES,
  APPLICATION_USAGE_CONTROL,
  TERMINAL_CAPABILITIES,
  TSI,
  terminalTypeWords,
} from './terminal-fields.ts';

/** One row for each byte: the names of its bits from b8 to b1, `-` where the bit is reserved. */
function laidOut(table: Readonly<Record<string, Bit>>, bytes: number): readonly string[] {
  return Array.from({ length: bytes }, (_, index) =>
    [0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02, 0x01]
      .map((mask) => {
        const named = Object.values(table).filter(
          (bit) => bit.byte === index + 1 && bit.mask === mask,
        );
        return named.length === 0 ? '-' : named.map(({ name }) => name).join('+');
      })
      .join(' '),
  );
}

function setNames(table: Readonly<Record<string, Bit>>, hex: string): string {
  return describeBits(table, fromHex(hex))
    .filter(({ set }) => set)
    .map(({ name }) => name)
    .join(' ');
}

test('terminal capabilities: how data come in, how holders are checked, how cards are checked', () => {
  deepEqual(laidOut(TERMINAL_CAPABILITIES, 3), [
    'manualKeyEntry magneticStripe chipWithContacts - - - - -',
    'plaintextPin onlinePin signature encipheredPin noVerification - - -',
    'sda dda cardCapture - cda - - -',
  ]);
});

test('additional terminal capabilities: transactions, keys, printing and displaying', () => {
  deepEqual(laidOut(ADDITIONAL_TERMINAL_CAPABILITIES, 5), [
    'cash goods services cashback inquiry transfer payment administrative',
    'cashDeposit - - - - - - -',
    'numericKeys letterKeys commandKeys functionKeys - - - -',
    'printsForAttendant printsForHolder displaysToAttendant displaysToHolder - - codeTable10 codeTable9',
    'codeTable8 codeTable7 codeTable6 codeTable5 codeTable4 codeTable3 codeTable2 codeTable1',
  ]);
});

test('application usage control: what for, at home and abroad, and at which terminals', () => {
  deepEqual(laidOut(APPLICATION_USAGE_CONTROL, 2), [
    'domesticCash internationalCash domesticGoods internationalGoods domesticServices internationalServices cashMachines otherTerminals',
    'domesticCashback internationalCashback - - - - - -',
  ]);
});

test('transaction status information: which steps were performed', () => {
  deepEqual(laidOut(TSI, 2), [
    'dataAuthentication cardholderVerification cardRiskManagement issuerAuthentication terminalRiskManagement scriptProcessing - -',
    '- - - - - - - -',
  ]);
});

test('the terminal of a real purchase reads all three ways and checks PINs online', () => {
  // 9F33 E0E1C8. @see docs/specs.md, real POS purchase
  same(
    setNames(TERMINAL_CAPABILITIES, 'E0E1C8'),
    'manualKeyEntry magneticStripe chipWithContacts plaintextPin onlinePin signature sda dda cda',
  );
});

test('a terminal type says whose, attended or not, and whether online', () => {
  const places = [
    'attended, online only',
    'attended, offline with online capability',
    'attended, offline only',
    'unattended, online only',
    'unattended, offline with online capability',
    'unattended, offline only',
  ];
  for (const [index, place] of places.entries()) {
    same(terminalTypeWords(`1${index + 1}`), `a financial institution's, ${place}`);
    same(terminalTypeWords(`2${index + 1}`), `a merchant's, ${place}`);
    // A cardholder's own terminal has no attendant.
    same(terminalTypeWords(`3${index + 1}`), index < 3 ? '' : `a cardholder's, ${place}`);
  }
  for (const wrong of ['', '2', '20', '27', '02', '42', '222', 'AB']) {
    same(terminalTypeWords(wrong), '', wrong);
  }
});
