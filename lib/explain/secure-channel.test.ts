import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import scp02 from '../globalplatform/scp02.vectors.json' with { type: 'json' };
import { encodeTlv, tlv } from '../tlv/tlv.ts';
import { explainCommand, explainResponse, explainSession, find, leaves } from './explain.ts';
import { explainReading, readingsOf } from './readings.ts';
import { securityLevelWords } from './secure-channel.ts';

const { initializeUpdate, answer, externalAuthenticate, commands } = scp02.channel;

test('an SCP02 card answers with key version, protocol, counter, challenge and cryptogram', () => {
  const command = fromHex(initializeUpdate);
  const tree = explainResponse(fromHex(`${answer}9000`), { command });
  deepEqual(
    tree.children.map(({ name, value, decoded }) => [name, value, decoded]),
    [
      ['diversification data', '00000000000000000000', ''],
      ['key version', '70', '112'],
      ['secure channel protocol', '02', 'SCP02'],
      ['sequence counter', '0001', ''],
      ['card challenge', '6B4524ABEE7C', ''],
      ['card cryptogram', 'F32EA3838BC148F3', ''],
      ['status word', '9000', 'success'],
    ],
  );
});

test('an SCP03 card names its options too', () => {
  const command = fromHex(initializeUpdate);
  const start = '00000000000000000000' + '30' + '03' + '70';
  const tree = explainResponse(fromHex(`${start}${'11'.repeat(16)}0000019000`), { command });
  same(
    find(tree, 'options')?.decoded,
    'challenge out of keys and counter, answers with a MAC possible, answers encrypted possible',
  );
  same(find(tree, 'counter')?.value, '000001');
});

test('the level of a channel is told bit by bit', () => {
  same(securityLevelWords(0x00), 'nothing after this is protected');
  same(securityLevelWords(0x01), 'commands with a MAC');
  same(
    securityLevelWords(0x33),
    'commands with a MAC, commands encrypted, answers with a MAC, answers encrypted',
  );
  const opened = explainCommand(fromHex(externalAuthenticate));
  same(opened.decoded.startsWith('security level 01: commands with a MAC'), true);
});

test('at the level of a MAC alone the data stay readable and the MAC is one span', () => {
  for (const { wrapped } of commands) {
    const tree = explainCommand(fromHex(wrapped), { securityLevel: 0x01 });
    same(find(tree, 'MAC')?.value.length, 16);
    same(find(tree, 'MAC')?.name, 'MAC of the secure channel');
  }
  const wrapped = fromHex(commands[2]?.wrapped ?? '');
  const tree = explainCommand(wrapped, { securityLevel: 0x01 });
  same(find(tree, '4F')?.value, '12345C054F9F70C5'.slice(0, 4));
});

/** Data sent in parts of at most `size` bytes, all but the last with the bit for more. */
function chained(header: string, data: Uint8Array, size: number): readonly Uint8Array[] {
  const [cla = 0, ...rest] = fromHex(header);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += size) {
    const part = data.subarray(at, at + size);
    const isLast = at + size >= data.length;
    parts.push(concat(Uint8Array.of(isLast ? cla : cla | 0x10, ...rest, part.length), part));
  }
  return parts;
}

test('what several commands carry is explained as one after the last of them', () => {
  const data = encodeTlv([
    tlv('80', new Uint8Array(37)),
    tlv('81', Buffer.from('{"type":"webauthn.get"}')),
    tlv('82', new Uint8Array(70)),
  ]);
  const sent = chained('803A0101', data, 50);
  const response = fromHex('9000');
  const session = explainSession(sent.map((command) => ({ command, response })));
  deepEqual(
    session.map(({ joined }) => joined !== undefined),
    [false, false, true],
  );
  const joined = session.at(-1)?.joined;
  same(toHex(joined?.bytes ?? new Uint8Array()), toHex(data));
  deepEqual(
    joined?.tree.children.map(({ name }) => name),
    ['authenticator data', 'client data', 'signature of the passkey'],
  );
  const text = sent.map((command) => `> ${toHex(command)}\n< 9000`).join('\n');
  const [reading] = readingsOf(Buffer.from(text));
  const titles = reading === undefined ? [] : explainReading(reading).map(({ title }) => title);
  deepEqual(titles, ['>', '<', '>', '<', '>', 'all parts together:', '<']);
});

test('parts of another instruction, or in a secure channel, are not joined', () => {
  const response = fromHex('9000');
  const session = (...all: readonly string[]) =>
    explainSession(all.map((command) => ({ command: fromHex(command), response })));
  const isJoined = (...all: readonly string[]): boolean =>
    session(...all).some(({ joined }) => joined !== undefined);
  same(isJoined('903A010101AA', '803A010101BB'), true);
  same(isJoined('903A010101AA', '80E2800001BB'), false);
  same(isJoined('943A010101AA', '843A010101BB'), false);
  same(isJoined('803A010101AA', '803A010101BB'), false);
});

test('joined data are covered without a gap', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 300 }), fc.nat(255), (data, ins) => {
      const header = `80${ins.toString(16).padStart(2, '0')}0101`;
      const sent = chained(header, data, 60);
      const session = explainSession(
        sent.map((command) => ({ command, response: fromHex('9000') })),
      );
      const joined = session.at(-1)?.joined;
      if (joined === undefined) return;
      let end = 0;
      for (const leaf of leaves(joined.tree)) {
        same(leaf.start, end);
        end = leaf.end;
      }
      same(end, data.length);
    }),
    { numRuns: 500 },
  );
});
