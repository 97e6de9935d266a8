import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '../apdu/apdu.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import type { Tag } from '../tlv/tlv.ts';
import type { KernelOutcome } from './outcome.ts';
import { answerOptions, IAD, online, pay, payWithPdol, reader, verdict } from './worked-card.ts';

// --- step 1: what the application must ask for ---

test('an application whose PDOL is missing, malformed or without the qualifiers is passed over', () => {
  for (const pdol of [undefined, '', '9F', '9F66', '9F0206', '9F9F9F9F04', '9F6684']) {
    const { outcome, commands } = payWithPdol(pdol);
    deepEqual([pdol, outcome.kind, outcome.reason], [pdol, 'select_next', 'pdol_missing']);
    deepEqual(commands, []);
  }
});

// --- step 2: GET PROCESSING OPTIONS ---

test('unknown objects of the PDOL are zeros, others are cut or filled by their format', () => {
  const { commands } = payWithPdol('9F66049F02049F1A039F7A019F1E0A9F3702');
  const filled = ['36800080', '00001250', '000156', '00', '5445524D303030310000', '1A2B'];
  equal(commands[0], `80A800001A8318${filled.join('')}00`);
});

test('a list of 128 bytes and more has a long length, one that fits no command is passed over', () => {
  const { commands } = payWithPdol('9F6604DF017C');
  equal(commands[0], `80A80000838381803680008000${'00'.repeat(124)}`);
  equal(payWithPdol('9F6604DF017FDF0279').outcome.kind, 'online_request');
  equal(payWithPdol('9F6604DF017FDF027A').outcome.reason, 'pdol_missing');
});

const refusals: readonly (readonly [word: number, ttq: string, kind: string, reason: string])[] = [
  [0x6984, '36000080', 'try_another_interface', 'other_interface_asked'],
  [0x6984, '26000080', 'try_another_interface', 'other_interface_asked'],
  [0x6985, '36000080', 'select_next', 'conditions_not_satisfied'],
  [0x6986, '36000080', 'try_again', 'see_phone'],
  [0x6a81, '36000080', 'try_another_interface', 'gpo_refused'],
  [0x6a81, '26000080', 'end_application', 'gpo_refused'],
  [0x6700, '26000080', 'end_application', 'gpo_refused'],
  [0x6283, '36000080', 'try_another_interface', 'gpo_refused'],
];
for (const [word, ttq, kind, reason] of refusals) {
  test(`status ${word.toString(16)} to GET PROCESSING OPTIONS under TTQ ${ttq}: ${reason}`, () => {
    const { outcome } = answerOptions(status(word), { ttq: fromHex(ttq) });
    deepEqual([outcome.kind, outcome.reason], [kind, reason]);
  });
}

test('see phone: field off for a second, the words held for a second, then a second tap', () => {
  const { outcome } = answerOptions(status(0x6986));
  deepEqual(outcome, {
    kind: 'try_again',
    reason: 'see_phone',
    start: 'B',
    message: '20',
    messageOnRestart: '21',
    fieldOffMs: 1000,
    holdMs: 1000,
  });
});

test('another interface is the contacts where the reader has them, else the words say insert or swipe', () => {
  const contact = answerOptions(status(0x6984), { ttq: fromHex('36000080') }).outcome;
  const none = answerOptions(status(0x6984), { ttq: fromHex('26000080') }).outcome;
  deepEqual(
    [contact, none].map((outcome) =>
      outcome.kind === 'try_another_interface'
        ? [outcome.alternateInterface, outcome.message]
        : outcome.kind,
    ),
    [
      ['contact', '1D'],
      [undefined, '18'],
    ],
  );
});

// --- steps 5 to 7: what the cryptogram says ---

test('the cryptogram information data are derived from the verification results', () => {
  deepEqual(verdict(pay({ '9F10': IAD.arqc }).outcome), ['online_request', 'online_cryptogram']);
  deepEqual(verdict(pay({ '9F10': IAD.aac }).outcome), ['declined', 'card_declined']);
  deepEqual(verdict(pay({ '9F10': IAD.reserved }).outcome), [
    'declined',
    'cryptogram_type_reserved',
  ]);
  ends(pay({ '9F10': IAD.tc }).outcome, 'missing_object', '94');
});

test('cryptogram information data that the card does give are taken', () => {
  deepEqual(verdict(pay({ '9F27': '00' }).outcome), ['declined', 'card_declined']);
  deepEqual(verdict(pay({ '9F27': 'C0' }).outcome), ['declined', 'cryptogram_type_reserved']);
  const outcome = online(pay({ '9F27': '80' }).outcome);
  equal(toHex(outcome.data.get('9F27') ?? fromHex('')), '80');
});

const mandatory: readonly (readonly [type: string, iad: string, tags: readonly Tag[]])[] = [
  ['ARQC', IAD.arqc, ['82', '9F36', '57', '9F10', '9F26']],
  ['AAC', IAD.aac, ['82', '9F36', '57', '9F10', '9F26']],
  ['TC', IAD.tc, ['82', '94', '9F36', '9F26', '9F10']],
];
for (const [type, iad, tags] of mandatory) {
  for (const tag of tags) {
    test(`${type}: without ${tag}, or with an empty one, the application ends`, () => {
      const whole = { '94': '08010100', '9F10': iad };
      ends(pay({ ...whole, [tag]: undefined }).outcome, 'missing_object', tag);
      ends(pay({ ...whole, [tag]: '' }).outcome, 'missing_object', tag);
    });
  }
}

test('9F27 does not make up for 9F10', () => {
  ends(pay({ '9F27': '80', '9F10': undefined }).outcome, 'missing_object', '9F10');
});

test('a card that declines is not asked for its records', () => {
  equal(pay({ '9F10': IAD.aac, '94': '08010100' }).commands.length, 1);
});

// --- step 8: records ---

test('records are read in the order of the file locator', () => {
  const { commands, outcome } = pay({ '94': '1001020018030300' }, [
    '7000',
    '70065F2403301231',
    '7000',
  ]);
  deepEqual(commands.slice(1), ['00B2011400', '00B2021400', '00B2031C00']);
  equal(toHex(online(outcome).data.get('5F24') ?? fromHex('')), '301231');
});

test('a record that is refused, malformed or of another template ends the application', () => {
  deepEqual(verdict(pay({ '94': '08010100' }, [0x6a83]).outcome), [
    'end_application',
    'record_unreadable',
  ]);
  deepEqual(verdict(pay({ '94': '08010100' }, ['']).outcome), [
    'end_application',
    'malformed_answer',
  ]);
  deepEqual(verdict(pay({ '94': '50010100' }, ['7700']).outcome), [
    'end_application',
    'wrong_template',
  ]);
});

test('files above ten are the issuer’s own: read, not understood', () => {
  const { commands, outcome } = pay({ '94': '58010100F0010100' }, ['FFFF', '82027000']);
  deepEqual(commands.slice(1), ['00B2015C00', '00B201F400']);
  equal(outcome.kind, 'online_request');
});

// --- steps 9 and 10: expiry and the exception list ---

test('an application is good through its last day', () => {
  equal(pay({ '5F24': '261122' }).outcome.kind, 'online_request');
  deepEqual(verdict(pay({ '5F24': '261121' }).outcome), ['declined', 'application_expired']);
});

test('years from 50 are of the last century', () => {
  equal(pay({ '5F24': '491231' }).outcome.kind, 'online_request');
  equal(pay({ '5F24': '500101' }).outcome.kind, 'declined');
});

test('an expired application goes online when the card says so and the reader is not offline-only', () => {
  const expired = { '5F24': '261121', '9F6C': '0880' };
  deepEqual(verdict(pay(expired).outcome), ['online_request', 'application_expired']);
  const offline = reader({ ttq: fromHex('3E000080'), online: false });
  deepEqual(verdict(pay(expired, [], offline).outcome), ['declined', 'application_expired']);
});

test('going online for expiry skips neither the exception list nor the holder', () => {
  const expired = { '5F24': '261121', '9F6C': '0880' };
  const excepted = reader({ isExcepted: () => true });
  deepEqual(verdict(pay(expired, [], excepted).outcome), ['declined', 'exception_list']);
  const required = reader({ limits: { cvmRequired: 1_250n } });
  const unverified = { ...expired, '9F6C': '0800' };
  deepEqual(verdict(pay(unverified, [], required).outcome), ['declined', 'holder_not_verified']);
});

test('the exception list is asked with number and sequence number', () => {
  const asked: unknown[] = [];
  const excepted = (answer: boolean) =>
    reader({ isExcepted: (pan, psn) => asked.push([pan, psn]) > 0 && answer });
  deepEqual(verdict(pay({}, [], excepted(true)).outcome), ['declined', 'exception_list']);
  equal(pay({ '5F34': undefined }, [], excepted(false)).outcome.kind, 'online_request');
  deepEqual(asked, [
    ['6258249900000018', '01'],
    ['6258249900000018', undefined],
  ]);
});

test('two account numbers that differ end the application, two that agree do not', () => {
  equal(pay({ '5A': '6258249900000018' }).outcome.kind, 'online_request');
  ends(pay({ '5A': '6258249900000019' }).outcome, 'pan_differs', '5A');
});

// --- step 11: the holder ---

test('a holder who is not verified as card and reader demand is declined', () => {
  const required = reader({ limits: { cvmRequired: 1_250n } });
  deepEqual(verdict(pay({ '9F6C': '0000' }, [], required).outcome), [
    'declined',
    'holder_not_verified',
  ]);
  equal(online(pay({ '9F6C': '0080' }, [], required).outcome).cvm, 'consumer_device');
});

test('an online PIN is asked for before the issuer', () => {
  const outcome = online(pay({ '9F6C': '8000' }).outcome);
  deepEqual([outcome.cvm, outcome.message], ['online_pin', '09']);
});

// --- step 12: the issuer decides ---

test('a cryptogram for the issuer is declined at a reader that is offline only', () => {
  const alone = reader({ ttq: fromHex('28000080'), online: false });
  deepEqual(verdict(pay({}, [], alone).outcome), ['declined', 'reader_offline_only']);
  // The holder was looked at before.
  const required = reader({
    ttq: fromHex('28000080'),
    online: false,
    limits: { cvmRequired: 1_250n },
  });
  const unverified = pay({ '9F6C': '0000' }, [], required);
  deepEqual(verdict(unverified.outcome), ['declined', 'holder_not_verified']);
});

// --- step 13: an offline approval at a reader that holds no keys (with keys: authenticate.test.ts) ---

const offline = { '94': '08010100', '9F10': IAD.tc };

test('a TC goes online as it is when the card says so and the reader can', () => {
  const outcome = online(pay({ ...offline, '9F6C': '2000' }, ['7000']).outcome);
  equal(outcome.reason, 'offline_authentication_impossible');
  equal(toHex(outcome.data.get('9F27') ?? fromHex('')), '40');
});

test('a TC is declined when nothing else is left', () => {
  const declined = ['declined', 'offline_authentication_impossible'];
  deepEqual(verdict(pay({ ...offline, '9F6C': '0000' }, ['7000']).outcome), declined);
  const alone = reader({ online: false });
  deepEqual(verdict(pay({ ...offline, '9F6C': '2000' }, ['7000'], alone).outcome), declined);
  const noContact = reader({ online: false, ttq: fromHex('26000080') });
  deepEqual(verdict(pay({ ...offline, '9F6C': '3000' }, ['7000'], noContact).outcome), declined);
});

test('a TC moves to the contacts when the card says so and the reader has them', () => {
  const { outcome } = pay({ ...offline, '9F6C': '1000' }, ['7000']);
  deepEqual(verdict(outcome), ['try_another_interface', 'offline_authentication_impossible']);
});

test('a TC without any account number ends the application', () => {
  ends(pay({ ...offline, '57': undefined }, ['7000']).outcome, 'missing_object', '57');
  const record = '70105A0862582499000000185F2403301231';
  const outcome = online(pay({ ...offline, '57': undefined, '9F6C': '2000' }, [record]).outcome);
  deepEqual([outcome.pan, outcome.expiry], ['6258249900000018', '3012']);
});

function ends(outcome: KernelOutcome, reason: string, tag: Tag): void {
  deepEqual(
    [...verdict(outcome), outcome.kind === 'end_application' ? outcome.tag : undefined],
    ['end_application', reason, tag],
  );
}
