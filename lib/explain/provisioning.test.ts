import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCommand } from '../apdu/apdu.ts';
import { fromHex } from '../bytes/bytes.ts';
import { secret } from '../bytes/secret.ts';
import { personalisationSteps } from '../globalplatform/personalise.ts';
import {
  CANNOT_BE_READ,
  type Explained,
  explainCommand,
  explainResponse,
  explainSession,
  find,
  leaves,
} from './explain.ts';
import file from './explain.vectors.json' with { type: 'json' };

const { exchanges, plain } = file.channel;
const channel = explainSession(
  exchanges.map(([command = '', response = '']) => ({
    command: fromHex(command),
    response: fromHex(response === '' ? '9000' : response),
  })),
);
const words = (explained: Explained): string => `${explained.name}, ${explained.decoded}`;

test('opening a secure channel shows challenges, cryptograms and counter', () => {
  // @see docs/specs.md, provisioning sheet, section 3.2
  const [update, authenticate] = channel;
  same(find(update?.command as Explained, 'data')?.value, '0102030405060708');
  deepEqual(
    update?.response.children.map(({ name, value }) => [name, value]),
    [
      ['diversification data', '00'.repeat(10)],
      ['key version', '30'],
      ['secure channel protocol', '03'],
      ['protocol options', '70'],
      ['card challenge', '1112131415161718'],
      ['card cryptogram', 'D7C86A7D0A2D0DDC'],
      ['sequence counter', '000001'],
      ['status word', '9000'],
    ],
  );
  same(
    words(authenticate?.command as Explained),
    'EXTERNAL AUTHENTICATE, security level 33: commands with a MAC, commands encrypted, answers with a MAC, answers encrypted, in the secure channel',
  );
  same(find(authenticate?.command as Explained, 'data')?.value, '00B11D00F75C456B');
  same(find(authenticate?.command as Explained, 'MAC')?.value, '51DB83815E37A95D');
});

test('inside the channel commands and answers are named, their data encrypted and followed by a MAC', () => {
  const [, , install, store] = channel;
  same(
    words(install?.command as Explained),
    'INSTALL, for install and make selectable, in the secure channel',
  );
  same(find(install?.command as Explained, 'data')?.name, 'encrypted data');
  same(find(install?.command as Explained, 'MAC')?.value, '2FE6EF897EA0AEA7');
  same(words(store?.command as Explained), 'STORE DATA, block 2, the last, in the secure channel');
  deepEqual(
    store?.response.children.map(({ tag, value }) => [tag, value]),
    [
      ['MAC', '48C5C5FE4BB0173D'],
      ['SW', '9000'],
    ],
  );
});

test('an answer inside the channel is encrypted data and a MAC', () => {
  // @see docs/specs.md, provisioning sheet, section 3.1
  const [, store] = explainSession([
    { command: fromHex('84823300108C36F96BCC00724A4E13AD591D7DA3F0'), response: fromHex('9000') },
    {
      command: fromHex('84E2910018267A85DFE4A98FCA6FB0527E0DFECCE4914E40401433C87F00'),
      response: fromHex(
        'F3BA2B1013AA6224F5E1C138D71805C569E5439B47576260B75FC021B25097CB2E68F8A0144975B99000',
      ),
    },
  ]);
  deepEqual(
    store?.response.children.map(({ name, value }) => [name, value]),
    [
      ['encrypted data', 'F3BA2B1013AA6224F5E1C138D71805C569E5439B47576260B75FC021B25097CB'],
      ['MAC of the secure channel', '2E68F8A0144975B9'],
      ['status word', '9000'],
    ],
  );
});

test('a failed opening opens nothing', () => {
  const [, after] = explainSession([
    { command: fromHex('84823300108C36F96BCC00724A4E13AD591D7DA3F0'), response: fromHex('6982') },
    { command: fromHex('84F22002'), response: fromHex('9F360200019000') },
  ]);
  same(find(after?.response as Explained, '9F36')?.decoded, '1');
});

test('INSTALL names package, module and instance', () => {
  const install = explainCommand(fromHex(plain.install));
  deepEqual(
    ['package', 'module', 'instance', 'privileges', 'parameters'].map(
      (path) => find(install, path)?.value,
    ),
    ['A00000033301', 'A0000003330101', 'A000000333010101', '00', 'C900'],
  );
  same(find(install, 'token')?.decoded, 'empty');
  const personalise = explainCommand(fromHex(plain.personalisation));
  same(personalise.decoded, 'for personalisation');
  same(find(personalise, 'instance')?.decoded, 'UnionPay debit');
});

test('STORE DATA opens its data groups, but not those that are encrypted', () => {
  const record = explainCommand(fromHex(plain.record));
  same(find(record, '0101')?.name, 'record 1 of file 1');
  same(find(record, '57')?.value, '6258249900000018D301220100000000000F');
  same(find(record, '5F34')?.value, '01');
  const keys = explainCommand(fromHex(plain.keys));
  same(find(keys, '8000/value')?.name, 'encrypted content');
  const checks = explainCommand(fromHex(plain.checkValues));
  deepEqual(
    find(checks, '9000')
      ?.children.slice(2)
      .map(({ name, value }) => [name, value]),
    [
      ['check value of the AC key', '7FAF52'],
      ['check value of the MAC key', '421F75'],
      ['check value of the ENC key', 'ECAF0C'],
    ],
  );
});

test('nothing of a record or of stored data is sealed', () => {
  const stored = explainCommand(fromHex('80E2000009' + '0E0106' + '9F36020000' + '00'));
  same(
    leaves(stored).some(({ sealed }) => sealed),
    false,
  );
});

test('a tag that has another meaning in one place is called by it there', () => {
  const registry = explainResponse(
    fromHex('61154F0AA00000033301010100019F70020F0180020003' + '9000'),
    { command: fromHex('80F24000024F0000') },
  );
  same(find(registry, '9F70')?.decoded, 'personalised, activated');
  same(find(registry, '61/80')?.name, 'update counter');
  const armed = explainResponse(fromHex('DF0300' + '9000'), {
    command: fromHex('80CADF0300'),
  });
  same(find(armed, 'DF03')?.name, 'what is armed');
  const mode = explainResponse(fromHex('DF0309800101' + '81040000EA60' + '9000'), {
    command: fromHex('80CADF0300'),
  });
  same(find(mode, 'DF03/80')?.decoded, 'ready');
  same(find(mode, 'DF03/81')?.decoded, '60000 ms');
  const express = explainResponse(fromHex('DF0408' + '8006000000002000' + '9000'), {
    command: fromHex('80CADF0400'),
  });
  same(find(express, 'DF04')?.name, 'express instance');
  same(find(express, 'DF04/80')?.decoded, '20.00 CNY');
});

test('parts of a chained command are said to be parts, the last as well', () => {
  const [first, last] = explainSession([
    { command: fromHex('903A01010480040102'), response: fromHex('9000') },
    { command: fromHex('803A0101020304'), response: fromHex('9000') },
  ]);
  same(find(first?.command as Explained, 'CLA')?.decoded, 'more parts follow');
  same(find(first?.command as Explained, 'data')?.name, 'part of longer data');
  same(find(last?.command as Explained, 'data')?.name, 'part of longer data');
});

test('an issuer script ends in a MAC of its own length', () => {
  // @see docs/specs.md, cryptograms sheet, section 6.3
  const block = explainCommand(fromHex('841E000004AABBCCDD'));
  same(block.name, 'APPLICATION BLOCK');
  deepEqual(find(block, 'MAC')?.name, 'MAC of the issuer script');
});

test('everything that personalises a token is named, key by key and object by object', () => {
  const key = secret(new Uint8Array(16));
  const steps = personalisationSteps(
    {
      kind: 'debit',
      instanceAid: 'A0000003330101010001',
      token: '6258249900000018',
      expiry: '3012',
      panSequenceNumber: '01',
      serviceCode: '201',
      label: 'Octavo Debit',
      derivationKeyIndex: 1,
      par: 'Q1HJZ28RKA1EBL470G9XYG90R5D3E',
      requestorId: '99900000001',
      cardKeys: { ac: key, mac: key, enc: key },
      holder: {
        publicKey: new Uint8Array(65).fill(4),
        rpIdHash: new Uint8Array(32),
        origin: 'https://wallet.example',
      },
      firstCounter: 0,
      profileFlag: 0,
    },
    (keys) => keys,
  ).map(({ command }) => explainCommand(encodeCommand(command)));
  const nameless = steps
    .flatMap(leaves)
    .filter(({ name }) => name === CANNOT_BE_READ || name.includes('unknown'));
  deepEqual(nameless, []);
  const said = (pathOrTag: string): string | undefined =>
    steps.map((step) => find(step, pathOrTag)?.decoded).find((text) => text !== undefined);
  same(said('A001/81'), 'https://wallet.example');
  same(said('A002/80'), 'only to a verified holder');
  same(said('9F24'), 'Q1HJZ28RKA1EBL470G9XYG90R5D3E');
  same(said('9F19'), '99900000001');
  same(said('4F'), 'UnionPay debit, instance 0001');
});

test('the element certificate, its nonce and the agreement are opened', () => {
  const cplc = 'CC'.repeat(42);
  const body = `4203414243452A${cplc}8641${'04'.repeat(65)}5F3740${'01'.repeat(64)}`;
  const size = (body.length / 2).toString(16).toUpperCase();
  const answer = explainResponse(fromHex(`7F2181${size}${body}9000`), {
    command: fromHex('80CA7F2100'),
  });
  same(find(answer, '7F21/42')?.decoded, 'ABC');
  same(find(answer, '7F21/86')?.name, "element's public key");
  same(find(answer, '7F21/45/IC-serial-number')?.value, 'CCCCCCCC');
  const agree = explainCommand(
    fromHex(
      `802A0000944F0AA0000003330053440001800130864104${'05'.repeat(64)}5F3740${'02'.repeat(64)}`,
    ),
  );
  same(find(agree, '4F')?.decoded, 'security domain of the token service');
  same(find(agree, '80')?.name, 'key version');
  same(find(agree, '86')?.name, 'ephemeral point');
});
