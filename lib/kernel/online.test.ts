import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { scriptedChannel } from '../apdu/channel.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import type { Tag } from '../tlv/tlv.ts';
import { driveTap } from './drive.ts';
import { tap } from './entry.ts';
import { chipData } from './online.ts';
import { messages, type OnlineRequest } from './outcome.ts';
import { IAD, online, pay } from './worked-card.ts';
import { workedCommands, workedInput, workedResponses } from './worked-tap.ts';

// --- the worked tap: EMV contactless sheet, section 9.2 ---

async function workedTap(): Promise<OnlineRequest> {
  const outcome = await driveTap(
    tap(workedInput),
    scriptedChannel([
      [workedCommands.ppse, workedResponses.ppse],
      [workedCommands.select, workedResponses.select],
      [workedCommands.options, workedResponses.options],
    ]),
  );
  return online(outcome);
}

test('the worked tap sends these commands and asks the issuer with that cryptogram', async () => {
  const outcome = await workedTap();
  equal(outcome.reason, 'online_cryptogram');
  equal(outcome.cvm, 'consumer_device');
  deepEqual([outcome.pan, outcome.expiry, outcome.psn], ['6258249900000018', '3012', '01']);
  deepEqual(messages[outcome.message].en, 'Authorising, please wait');
});

test('the worked tap brings every object that the issuer needs', async () => {
  const { data } = await workedTap();
  const expected: Readonly<Record<Tag, string>> = {
    '57': '6258249900000018D301220100000000000F',
    '5F2A': '0156',
    '5F34': '01',
    '82': '7000',
    '84': 'A000000333010101',
    '95': '0000000000',
    '9A': '261122',
    '9C': '00',
    '9F02': '000000001250',
    '9F03': '000000000000',
    '9F06': 'A000000333010101',
    '9F09': '0030',
    '9F10': '07010103A40000010A0100000000003A65702A',
    '9F1A': '0156',
    '9F1E': '5445524D30303031',
    '9F21': '163001',
    '9F26': 'AEBC72404A3A05AF',
    '9F27': '80', // not sent by the phone: derived from 9F10
    '9F33': 'E0E9C8',
    '9F34': '000000',
    '9F35': '22',
    '9F36': '0001',
    '9F37': '1A2B3C4D',
    '9F41': '00000001',
    '9F63': '00000000000000000000000000000000',
    '9F66': '36800080',
    '9F6C': '0080',
  };
  const found = [...data].map(([tag, value]) => [tag, toHex(value)] as const);
  deepEqual(Object.fromEntries(found), expected);
});

test('its chip data are those of the worked 0200, with the card qualifiers behind them', async () => {
  // ISO 8583 sheet, section 14: the 164 bytes of DE55.
  const worked =
    '9F2608AEBC72404A3A05AF9F2701809F101307010103A40000010A0100000000003A65702A9F37041A2B3C4D9F3602000195' +
    '0500000000009A032611229C01009F02060000000012505F2A020156820270009F1A0201569F03060000000000009F3303E0' +
    'E9C89F34030000009F3501229F1E085445524D303030318408A0000003330101019F090200309F4104000000019F63100000' +
    '0000000000000000000000000000';
  const outcome = await workedTap();
  equal(toHex(chipData(outcome)), `${worked}9F6C020080`);
});

test('chip data keep within 255 bytes: the account reference and the requestor come last', () => {
  const par = '51'.repeat(29);
  const outcome = online(pay({ '9F24': par, '9F19': '012345678901' }).outcome);
  const chip = toHex(chipData(outcome));
  ok(chip.endsWith(`9F6C0200809F241D${par}9F1906012345678901`));
  equal(chip.length / 2, 164 + 5 + 32 + 9);
  // The longest issuer data that the format allows still leave room for both.
  const long = { '9F24': par, '9F19': '012345678901', '9F10': `${IAD.arqc}${'00'.repeat(24)}` };
  equal(chipData(online(pay(long).outcome)).length, 164 + 13 + 5 + 32 + 9);
});

test('what has no room in the chip data is left out, and what still has room is sent', () => {
  const outcome = online(pay({ '9F19': '012345678901' }).outcome);
  const data = new Map(outcome.data).set('9F24', new Uint8Array(84));
  ok(toHex(chipData({ ...outcome, data })).endsWith('9F6C0200809F1906012345678901'));
  data.set('9F24', new Uint8Array(74)); // 164 + 5 + 77 + 9 are exactly 255
  equal(chipData({ ...outcome, data }).length, 255);
});

test('a card without qualifiers is reported as one that claims nothing', () => {
  const outcome = online(pay({ '9F6C': undefined }).outcome);
  equal(outcome.cvm, 'no_cvm');
  equal(toHex(outcome.data.get('9F6C') ?? fromHex('')), '0000');
  ok(toHex(chipData(outcome)).endsWith('9F6C020000'));
});
