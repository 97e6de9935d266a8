/** For tests: the worked phone tap as events, and messages of terminals that do not exist. */
import { toHex } from '../bytes/bytes.ts';
import file from '../explain/explain.vectors.json' with { type: 'json' };
import { pos } from '../iso8583/unionpay.ts';
import type { JourneyEvent } from './event.ts';

/** Exchanges of the worked phone tap: EMV contactless sheet, section 9.2. */
export const WORKED_TAP: readonly (readonly [command: string, response: string])[] = [
  [
    '00A404000E325041592E5359532E444446303100',
    '6F38840E325041592E5359532E4444463031A526BF0C2361214F08A000000333010101500E556E696F6E5061792044656269748701019F2A01079000',
  ],
  [
    '00A4040008A00000033301010100',
    '6F608408A000000333010101A554500E556E696F6E5061792044656269748701019F38189F66049F02069F03069F1A0295055F2A029A039C019F37045F2D047A68656E9F1101019F120C4D4920504159204445424954BF0C099F4D020B0ADF6101409000',
  ],
  [
    '80A8000023832136800080000000001250000000000000015600000000000156261122001A2B3C4D00',
    '775A820270009F3602000157126258249900000018D301220100000000000F9F101307010103A40000010A0100000000003A65702A9F2608AEBC72404A3A05AF5F3401019F6C0200809F6310000000000000000000000000000000009000',
  ],
];

/** The worked request to the network: ISO 8583 sheet, section 14. */
export const WORKED_0200 = file.message.bytes;

/** Its retrieval reference, DE37. */
const WORKED_REFERENCE = '112216000123';

/** The instant of the worked tap, 22 November 2026, 16:30:01 in China. */
const WORKED_AT_MS = Date.UTC(2026, 10, 22, 8, 30, 1);

/** An event of a service, without its place in the order. */
export type Told = Omit<JourneyEvent, 'sequence'>;

/** An event. */
export function told(
  type: string,
  service: string,
  detail: JourneyEvent['detail'],
  afterMs = 0,
): Told {
  return { type, service, atMs: WORKED_AT_MS + afterMs, detail };
}

/** Events in the order given. */
export function inSequence(events: readonly Told[]): readonly JourneyEvent[] {
  return events.map((event, index) => ({ ...event, sequence: index + 1 }));
}

/** Exchanges as events on an air of that name. */
export function exchanges(all: typeof WORKED_TAP, air: string): readonly Told[] {
  return all.map(([command, response]) =>
    told('apdu', 'element', { via: 'air', air, command, response }),
  );
}

/** The worked tap, from the first selection to the receipt, as far as the sheets have it. */
export function workedEvents(): readonly Told[] {
  const reference = { retrievalReference: WORKED_REFERENCE };
  return [
    ...exchanges(WORKED_TAP, 'one'),
    told('iso8583', 'acquirer', {
      leg: 'acquirer-network',
      dialect: 'cups',
      mti: '0200',
      message: WORKED_0200,
    }),
    told('tap.verdict', 'tokens', {
      ...reference,
      tokenLastFour: '0018',
      checks: [{ name: 'cryptogram', outcome: 'held', compared: '' }],
    }),
    told('issuer.decision', 'issuer', { ...reference, responseCode: '00' }, 5),
    told(
      'ledger.posted',
      'issuer',
      {
        ...reference,
        kind: 'purchase',
        entries: [
          { account: 'holder', amountMinor: '-1250' },
          { account: 'settlement', amountMinor: '1250' },
        ],
        sumMinor: '0',
      },
      9,
    ),
    told('terminal.outcome', 'terminal', { ...reference, outcome: 'approved' }, 20),
    told('receipt', 'terminal', { ...reference, merchant: 'DEMO SHOP', responseCode: '00' }, 20),
  ];
}

/** What a message of a terminal says beside its type. */
export type Said = {
  readonly terminal: string;
  readonly traceNumber: string;
  readonly cryptogram?: string;
  readonly reference?: string;
  readonly responseCode?: string;
};

/** A message of the POS dialect as an event. */
export function posMessage(mti: string, said: Said): Told {
  const { terminal, traceNumber, cryptogram, reference, responseCode } = said;
  const fields: Record<number, string> = {
    2: '6258249900000018',
    3: '000000',
    4: '000000001250',
    11: traceNumber,
    12: '163001',
    13: '1122',
    41: terminal,
    42: '898110254110001',
    49: '156',
    60: '22000001000',
  };
  if (cryptogram !== undefined) fields[55] = `9F2608${cryptogram}`;
  if (reference !== undefined) fields[37] = reference;
  if (responseCode !== undefined) fields[39] = responseCode;
  const bytes = pos.encode({ tpdu: '6000010000', header: '600100000000', mti, fields });
  const service = mti[2] === '0' ? 'terminal' : 'acquirer';
  return told('iso8583', service, {
    leg: 'terminal-acquirer',
    dialect: 'pos',
    mti,
    message: toHex(bytes),
  });
}

/** A tap whose phone gave another cryptogram at another counter than the worked one. */
export function tapWith(cryptogram: string): typeof WORKED_TAP {
  return WORKED_TAP.map(([command, response]) => [
    command,
    response.replace('AEBC72404A3A05AF', cryptogram),
  ]);
}
