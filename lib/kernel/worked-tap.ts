/**
 * The worked phone tap as a script of commands and responses, and the terminal that made it. For tests.
 * @see docs/specs.md, EMV contactless sheet, section 9.2, and ISO 8583 sheet, section 14
 */
import { fromAscii, fromHex } from '../bytes/bytes.ts';
import type { TapInput } from './reader.ts';

/** The commands of the worked tap, in order. */
export const workedCommands = {
  ppse: fromHex('00A404000E325041592E5359532E444446303100'),
  select: fromHex('00A4040008A00000033301010100'),
  options: fromHex(
    '80A8000023832136800080000000001250000000000000015600000000000156261122001A2B3C4D00',
  ),
} as const;

/** What the phone answered to each. */
export const workedResponses = {
  ppse: fromHex(
    '6F38840E325041592E5359532E4444463031A526BF0C2361214F08A000000333010101500E556E696F6E50617920446562697' +
      '48701019F2A01079000',
  ),
  select: fromHex(
    '6F608408A000000333010101A554500E556E696F6E5061792044656269748701019F38189F66049F02069F03069F1A0295055F2A' +
      '029A039C019F37045F2D047A68656E9F1101019F120C4D4920504159204445424954BF0C099F4D020B0ADF6101409000',
  ),
  options: fromHex(
    '775A820270009F3602000157126258249900000018D301220100000000000F9F101307010103A40000010A0100000000003A65702A' +
      '9F2608AEBC72404A3A05AF5F3401019F6C0200809F6310000000000000000000000000000000009000',
  ),
} as const;

/** An attended shop's terminal in 2026: everything online, no PIN below CNY 1,000.00, paying CNY 12.50. */
export const workedInput: TapInput = {
  amountMinor: 1250n,
  currency: '156',
  country: '156',
  date: '261122',
  time: '163001',
  transactionType: '00',
  unpredictableNumber: fromHex('1A2B3C4D'),
  transactionCounter: 1,
  reader: {
    aids: [fromHex('A000000333010101'), fromHex('A000000333010102')],
    kernelId: 7,
    limits: { floor: 0n, cvmRequired: 100_000n },
    ttq: fromHex('36000080'),
    online: true,
    terminal: {
      capabilities: fromHex('E0E9C8'),
      type: fromHex('22'),
      serialNumber: fromAscii('TERM0001'),
      applicationVersion: fromHex('0030'),
    },
  },
};
