import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { institutions, testCards } from './demo.ts';
import type { MessageFields } from './message.ts';
import { GIVE_UP_AFTER_MS } from './network.ts';
import {
  type Asked,
  admitManagement,
  admitPurchase,
  admitReversal,
  managementFields,
} from './network-admission.ts';
import { isRefused } from './refusal.ts';

const ACQUIRER = institutions.acquirer.code;
const TOKEN = '9999590100000012';
/** 22 November 2026, 16:30:00 local time. */
const NOW_MS = Date.UTC(2026, 10, 22, 8, 30, 0);

/** In the values of the ISO 8583 sheet, section 14, with a token and an acquirer of the demo world. */
const purchaseFields: MessageFields = {
  2: TOKEN,
  3: '000000',
  4: '000000001250',
  7: '1122163001',
  11: '000123',
  12: '163001',
  13: '1122',
  18: '5411',
  19: '156',
  22: '072',
  25: '00',
  32: ACQUIRER,
  33: ACQUIRER,
  35: `${TOKEN}=301220100000000000`,
  37: '112216000123',
  41: '00000001',
  42: '898110254110001',
  43: 'DEMO SHOP                BEIJING     CHN',
  49: '156',
};

const reversalFields: MessageFields = {
  ...purchaseFields,
  7: '1122163101',
  11: '000124',
  39: '98',
  90: `02000001231122163001000${ACQUIRER}000${ACQUIRER}`,
};

function asked(mti: string, fields: MessageFields, changes: Partial<Asked> = {}): Asked {
  const sender = { source: ACQUIRER, institution: ACQUIRER, signedOn: true };
  return { mti, fields, ...sender, nowMs: NOW_MS, ...changes };
}

function without(fields: MessageFields, number: number): MessageFields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== String(number)));
}

function codeOf(result: { readonly kind: string; readonly code?: string }): string {
  return result.kind === 'refused' ? String(result.code) : 'taken';
}

test('a purchase goes to the issuer whose token range its number is in', () => {
  deepEqual(admitPurchase(asked('0200', purchaseFields)), {
    kind: 'done',
    value: {
      kind: 'purchase',
      messageKey: `02-1122163001-000123-${ACQUIRER}-${ACQUIRER}`,
      issuer: institutions.issuer.code,
    },
  });
});

test('a purchase is refused by the first step it fails', () => {
  // Each row breaks one step and every later one.
  const routeless = { ...purchaseFields, 2: testCards[1]?.pan ?? '', 35: '1234=30' };
  const foreign = { ...routeless, 32: '99990202' };
  const incomplete = without(foreign, 4);
  const rows: readonly (readonly [string, Asked])[] = [
    ['message.not_supported', asked('0200', { ...incomplete, 3: '200000' }, { signedOn: false })],
    ['network.not_signed_on', asked('0200', incomplete, { signedOn: false })],
    ['message.malformed', asked('0200', incomplete)],
    ['caller.not_allowed', asked('0200', foreign)],
    ['network.no_route', asked('0200', routeless)],
    ['message.malformed', asked('0200', { ...routeless, 2: TOKEN })],
    ['taken', asked('0200', purchaseFields)],
  ];
  for (const [code, ask] of rows) equal(codeOf(admitPurchase(ask)), code);
});

test('each element that a purchase must have is asked for by name', () => {
  for (const field of [2, 4, 7, 11, 12, 13, 18, 19, 22, 32, 33, 37, 41, 42, 43, 49]) {
    const answer = admitPurchase(asked('0200', without(purchaseFields, field)));
    deepEqual(answer, {
      kind: 'refused',
      code: 'message.malformed',
      detail: { field: `DE${field}` },
    });
  }
});

test('only a plain purchase is served: voids, completions, refunds and authorisations are not', () => {
  const variants: readonly (readonly [string, MessageFields])[] = [
    ['0200', { ...purchaseFields, 3: '200000' }],
    ['0200', { ...purchaseFields, 25: '06' }],
    ['0220', { ...purchaseFields, 3: '200000' }],
    ['0100', purchaseFields],
    ['0420', { ...reversalFields, 3: '200000' }],
  ];
  for (const [mti, fields] of variants) {
    equal(codeOf(admitPurchase(asked(mti, fields))), 'message.not_supported');
  }
});

describe('a transit advice', () => {
  test('has the elements of a purchase and goes by its type; its repeat is the same message', () => {
    for (const mti of ['0220', '0221']) {
      deepEqual(admitPurchase(asked(mti, purchaseFields)), {
        kind: 'done',
        value: {
          kind: 'advice',
          messageKey: `02-1122163001-000123-${ACQUIRER}-${ACQUIRER}`,
          issuer: institutions.issuer.code,
        },
      });
    }
    equal(codeOf(admitPurchase(asked('0222', purchaseFields))), 'message.not_supported');
    equal(codeOf(admitPurchase(asked('0220', without(purchaseFields, 43)))), 'message.malformed');
    const unsigned = asked('0220', purchaseFields, { signedOn: false });
    equal(codeOf(admitPurchase(unsigned)), 'network.not_signed_on');
  });
  test('may come days late, since it is stored and forwarded, but not for ever', () => {
    const after = (days: number) =>
      codeOf(admitPurchase(asked('0221', purchaseFields, { nowMs: NOW_MS + days * 86_400_000 })));
    equal(after(3.9), 'taken');
    equal(after(4.1), 'message.malformed');
  });
  test('is not reversed', () => {
    for (const type of ['0220', '0221']) {
      const fields = { ...reversalFields, 90: reversalFields[90]?.replace('0200', type) ?? '' };
      equal(codeOf(admitReversal(asked('0420', fields))), 'message.not_supported');
    }
  });
});

test('times must be on the clock and the calendar, and DE7 of a purchase near now', () => {
  const wrong: readonly MessageFields[] = [
    { 7: '1322163001' },
    { 7: '1122243001' },
    { 12: '166001' },
    { 13: '1132' },
    { 13: '0022' },
    { 11: '000000' },
    { 37: '11221600 123' },
    { 7: '0230163001' },
    { 7: '1120163001' },
    { 7: '1124163001' },
  ];
  for (const change of wrong) {
    const answer = admitPurchase(asked('0200', { ...purchaseFields, ...change }));
    equal(codeOf(answer), 'message.malformed', JSON.stringify(change));
  }
  const newYear = Date.UTC(2026, 11, 31, 16, 0, 30);
  const before = { ...purchaseFields, 7: '1231235959', 12: '235959', 13: '1231' };
  equal(codeOf(admitPurchase(asked('0200', before, { nowMs: newYear }))), 'taken');
});

test('a device token keyed in is taken: refusing it is for the token service', () => {
  const keyed = without({ ...purchaseFields, 22: '012' }, 35);
  equal(codeOf(admitPurchase(asked('0200', keyed))), 'taken');
});

test('a message speaks for the institution whose link it came over, and for no other', () => {
  const others: readonly MessageFields[] = [{ 32: '99990202' }, { 33: '99990202' }];
  for (const changes of others) {
    const fields = { ...purchaseFields, ...changes };
    equal(codeOf(admitPurchase(asked('0200', fields))), 'caller.not_allowed');
  }
  // Unlike DE32 and DE33 the header is not under the MAC: a wrong one is the message's fault.
  const source = { source: '99990202' };
  equal(codeOf(admitPurchase(asked('0200', purchaseFields, source))), 'message.malformed');
  equal(codeOf(admitReversal(asked('0420', reversalFields, source))), 'message.malformed');
  const stamp = { transmission: '1122163001', traceNumber: '000001' };
  const management = managementFields('001', stamp, ACQUIRER, institutions.network.code);
  equal(codeOf(admitManagement(asked('0820', management, source))), 'caller.not_allowed');
});

test('a reversal names its original by DE90', () => {
  deepEqual(admitReversal(asked('0421', reversalFields)), {
    kind: 'done',
    value: {
      reversalKey: `04-1122163101-000124-${ACQUIRER}-${ACQUIRER}`,
      originalKey: `02-1122163001-000123-${ACQUIRER}-${ACQUIRER}`,
    },
  });
  const none = asked('0420', without(reversalFields, 90));
  equal(codeOf(admitReversal(none)), 'message.malformed');
  const others = { ...reversalFields, 90: `02000001231122163001000${ACQUIRER}00099990202` };
  equal(codeOf(admitReversal(asked('0420', others))), 'caller.not_allowed');
  const reversal = { ...reversalFields, 90: `04200001231122163001000${ACQUIRER}000${ACQUIRER}` };
  equal(codeOf(admitReversal(asked('0420', reversal))), 'message.malformed');
  // A reversal may wait for days in store and forward, so its DE7 need not be near now.
  const late = asked('0420', reversalFields, { nowMs: NOW_MS + GIVE_UP_AFTER_MS });
  equal(codeOf(admitReversal(late)), 'taken');
});

test('signing on, off and echo need no sign-on; other codes are not supported', () => {
  const fields = { 7: '1122163001', 11: '000001', 33: ACQUIRER, 70: '301' };
  const unsigned = { signedOn: false };
  equal(codeOf(admitManagement(asked('0820', fields, unsigned))), 'taken');
  const key = asked('0820', { ...fields, 70: '101' }, unsigned);
  equal(codeOf(admitManagement(key)), 'message.not_supported');
  equal(codeOf(admitManagement(asked('0820', without(fields, 70)))), 'message.malformed');
});

test('any fields at all are taken or refused by name', () => {
  const fields = fc.dictionary(
    fc.integer({ min: 2, max: 128 }).map(String),
    fc.oneof(fc.string({ maxLength: 42 }), fc.constantFrom(...Object.values(reversalFields))),
  );
  fc.assert(
    fc.property(
      fields,
      fc.constantFrom('0200', '0220', '0420', '0820', '0210', ''),
      (change, mti) => {
        const ask = asked(mti, { ...reversalFields, ...change });
        for (const answer of [admitPurchase(ask), admitReversal(ask), admitManagement(ask)]) {
          ok(isRefused(answer) || answer.kind === 'done');
        }
      },
    ),
  );
});
