import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { describe, test } from 'node:test';
import { AssertionError } from '@octavo/lib/bytes/assert.ts';
import { fromAscii, fromHex, toAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import fc from 'fast-check';
import { generateKeyring, knownKeyring } from './keyring.ts';
import { systemRandom } from './personalised.fixture.ts';
import { type KeyParty, softKeysFor } from './softkeys.ts';
import { generateP256, pointOf, verifySignature } from './softkeys-p256.ts';
import { SealBroken } from './softkeys-vault.ts';

const keyring = generateKeyring(systemRandom);

/** The tap of the worked example. docs/specs.md, cryptograms sheet, section 9 */
const WORKED_TAP = {
  keyIndex: '01',
  token: '6258249900000018',
  sequenceNumber: '01',
  values: {
    '9F02': '000000001250',
    '9F03': '000000000000',
    '9F1A': '0156',
    '95': '0000000000',
    '5F2A': '0156',
    '9A': '261122',
    '9C': '00',
    '9F37': '1A2B3C4D',
    '82': '7000',
    '9F36': '0001',
    '9F10': '07010103A40000010A0100000000003A65702A',
    '9F26': 'AEBC72404A3A05AF',
  },
} as const;

describe('the ports of each party', () => {
  test('are a closed list of acts', () => {
    const service = ['sign', 'vaultSeal', 'vaultOpen', 'lookupHash'];
    const domain = ['agreeDomain', 'cardKeysFor', 'checkAnswers'];
    const expected: Record<KeyParty, readonly string[]> = {
      tokens: [
        ...service,
        'openEnvelope',
        'verifyCryptogram',
        'makeArpc',
        'authorityKeys',
        ...domain,
      ],
      issuer: [...service, 'verificationValueIs', 'printVerificationValue', 'messageMac'],
      network: [...service, 'messageMac'],
      wallet: service,
      acquirer: [...service, 'messageMac', 'issueTerminalKey', 'issueMacKey', 'terminalMac'],
      terminal: ['publicKey', 'acceptTerminalKey', 'acceptMacKey', 'terminalMac'],
      transit: [...service, 'denyEntry', 'denyEpoch', 'openCredential', 'verifyRecord'],
      gate: ['sign', 'denyEntry', 'denyEpoch', 'signRecord', 'publicKey', 'sealCredential'],
    };
    for (const party of Object.keys(expected) as KeyParty[]) {
      const ports = softKeysFor(party, keyring, systemRandom);
      assert.deepEqual(Object.keys(ports).sort(), [...expected[party]].sort(), party);
      assert.ok(Object.values(ports).every((port) => typeof port === 'function'));
    }
  });

  test('show no key, not even in text or JSON', () => {
    for (const party of ['tokens', 'issuer', 'terminal'] as const) {
      const ports = softKeysFor(party, keyring, systemRandom);
      assert.equal(JSON.stringify(ports), '{}');
    }
  });
});

describe('signatures', () => {
  test('stand for their message and key alone', async () => {
    const { sign } = softKeysFor('wallet', keyring, systemRandom);
    const message = fromAscii('a call');
    const signature = await sign(message);
    const key = pointOf(keyring.wallet.signing);
    assert.equal(signature.length, 64);
    assert.equal(verifySignature(key, message, signature), true);
    assert.equal(verifySignature(key, fromAscii('A call'), signature), false);
    assert.equal(verifySignature(pointOf(keyring.issuer.signing), message, signature), false);
    assert.equal(verifySignature(key, message, signature.with(0, (signature[0] ?? 0) ^ 1)), false);
  });

  test('of any bytes under any key are judged without an error', () =>
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), fc.uint8Array(), (key, message, signature) => {
        assert.equal(verifySignature(key, message, signature), false);
        const point = pointOf(keyring.wallet.signing);
        assert.equal(verifySignature(point, message, signature), false);
        const sized = new Uint8Array(64);
        sized.set(signature.subarray(0, 64));
        assert.equal(verifySignature(point, message, sized), false);
      }),
    ));
});

describe('cryptograms', () => {
  const keys = softKeysFor('tokens', knownKeyring(systemRandom), systemRandom);
  const withValue = (tag: string, value: string) => ({
    ...WORKED_TAP,
    values: { ...WORKED_TAP.values, [tag]: value },
  });

  test('the worked tap is right, over the worked bytes', async () => {
    const check = await keys.verifyCryptogram(WORKED_TAP);
    assert.equal(check.kind, 'right');
    assert.equal(
      check.kind === 'right' && toHex(check.macInput),
      '00000000125000000000000001560000000000015626112200' + '1A2B3C4D7000000103A40000',
    );
    assert.deepEqual(Object.keys(check).sort(), ['kind', 'macInput']);
  });

  test('a tap with any sealed value changed is wrong', async () => {
    const tags = Object.keys(WORKED_TAP.values).filter((tag) => tag !== '9F10');
    for (const tag of tags) {
      const value = WORKED_TAP.values[tag as keyof typeof WORKED_TAP.values];
      const changed = toHex(fromHex(value).map((byte, at) => (at === 0 ? byte ^ 1 : byte)));
      assert.equal((await keys.verifyCryptogram(withValue(tag, changed))).kind, 'wrong', tag);
    }
    // The verification results stand inside 9F10: no holder, where the card sealed one.
    const bare = withValue('9F10', '07010103A00000010A0100000000003A65702A');
    assert.equal((await keys.verifyCryptogram(bare)).kind, 'wrong');
    const otherIssuerMac = withValue('9F10', '07010103A40000010A0100000000003A65702B');
    assert.equal((await keys.verifyCryptogram(otherIssuerMac)).kind, 'wrong');
  });

  test('another token, sequence number or keyring makes it wrong', async () => {
    const fresh = softKeysFor('tokens', keyring, systemRandom);
    assert.equal((await fresh.verifyCryptogram(WORKED_TAP)).kind, 'wrong');
    for (const other of [{ token: '6258249900000026' }, { sequenceNumber: '02' }])
      assert.equal((await keys.verifyCryptogram({ ...WORKED_TAP, ...other })).kind, 'wrong');
  });

  test('an unknown key index and missing data are refused, in this order', async () => {
    const refused = (reason: string) => ({ kind: 'refused', reason });
    const unknown = { ...WORKED_TAP, keyIndex: '02', values: {} };
    assert.deepEqual(await keys.verifyCryptogram(unknown), refused('unknown_key_index'));
    for (const tag of Object.keys(WORKED_TAP.values)) {
      const values = { ...WORKED_TAP.values, [tag]: undefined };
      delete values[tag as keyof typeof values];
      const check = await keys.verifyCryptogram({ ...WORKED_TAP, values });
      assert.deepEqual(check, refused('missing_data'), tag);
      const odd = await keys.verifyCryptogram(withValue(tag, 'zz'));
      assert.deepEqual(odd, refused('missing_data'), tag);
    }
  });

  test('the answer to the worked tap is the worked tag 91', async () => {
    const answer = await keys.makeArpc({ ...WORKED_TAP, responseCode: '00' });
    assert.equal(toHex(answer), '422C7965036655553030');
  });

  test('an answer to a tap that cannot have been checked is a bug', async () => {
    const unknown = { ...WORKED_TAP, keyIndex: '02', responseCode: '00' };
    await assert.rejects(keys.makeArpc(unknown), AssertionError);
  });
});

describe('card security codes', () => {
  const keys = softKeysFor('issuer', knownKeyring(systemRandom), systemRandom);

  test('are those of the cryptograms sheet, section 8.2', async () => {
    const card = { pan: '6228489900001234568', expiry: '3012' };
    assert.equal(await keys.printVerificationValue({ ...card, serviceCode: '000' }), '945');
    assert.equal(await keys.printVerificationValue({ ...card, serviceCode: '201' }), '126');
    assert.equal(await keys.printVerificationValue({ ...card, serviceCode: '999' }), '333');
  });

  test('compare with the right three digits alone', async () => {
    const card = { pan: '6228489900001234568', expiry: '3012', serviceCode: '000' };
    assert.equal(await keys.verificationValueIs({ ...card, given: '945' }), true);
    for (const given of ['944', '', '94', '9450', '９４５', '9 5'])
      assert.equal(await keys.verificationValueIs({ ...card, given }), false, given);
  });
});

describe('message MACs', () => {
  const sample = fromHex('30323030000102030405060708090A0B0C0D0E0F10111213');
  const worked = '0123456789ABCDEFFEDCBA9876543210';

  test('are X9.19 under the link key', async () => {
    const network = { ...keyring.network, links: { ...keyring.network.links, issuer: worked } };
    const { messageMac } = softKeysFor('network', { network }, systemRandom);
    // docs/specs.md, cryptograms sheet, section 13
    assert.equal(toHex(await messageMac('issuer', sample)), 'AF428866B1397FB1');
  });

  test('agree at both ends of a link, and differ between links', async () => {
    const network = softKeysFor('network', keyring, systemRandom);
    const issuer = softKeysFor('issuer', keyring, systemRandom);
    const acquirer = softKeysFor('acquirer', keyring, systemRandom);
    const macs = [
      await network.messageMac('issuer', sample),
      await issuer.messageMac('network', sample),
      await network.messageMac('acquirer', sample),
      await acquirer.messageMac('network', sample),
    ].map(toHex);
    assert.equal(macs[0], macs[1]);
    assert.equal(macs[2], macs[3]);
    assert.notEqual(macs[0], macs[2]);
  });

  test('for a peer without a link key are a bug', async () => {
    const { messageMac } = softKeysFor('network', keyring, systemRandom);
    await assert.rejects(messageMac('wallet', sample), AssertionError);
  });
});

describe('terminal keys', () => {
  const sample = fromHex('30323030000102030405060708090A0B0C0D0E0F10111213');
  const terminal = softKeysFor('terminal', keyring, systemRandom);
  const acquirer = softKeysFor('acquirer', keyring, systemRandom);
  const TERMINAL = '10000001';

  test('issued and accepted make the same MAC at both ends', async () => {
    const master = await acquirer.issueTerminalKey(TERMINAL, await terminal.publicKey());
    const own = await terminal.acceptTerminalKey(master.forTerminal);
    assert.ok(own !== undefined);
    const mac = await acquirer.issueMacKey(TERMINAL, master.kept);
    assert.equal(mac.wrapped.length, 16);
    assert.equal(mac.checkValue.length, 4);
    const macKey = await terminal.acceptMacKey(own, mac.wrapped, mac.checkValue);
    assert.ok(macKey !== undefined);
    const expected = toAscii(await acquirer.terminalMac(TERMINAL, mac.kept, sample));
    assert.match(expected, /^[0-9A-F]{8}$/);
    assert.equal(toAscii(await terminal.terminalMac(macKey, sample)), expected);
  });

  test('a MAC key is wrapped with triple DES and checked by the first four bytes of encrypted zeros', async () => {
    const drawn = ['00112233445566778899AABBCCDDEEFF', '0123456789ABCDEFFEDCBA9876543210'];
    const scripted = (length: number): Uint8Array =>
      length === 16 ? fromHex(drawn.shift() ?? '') : systemRandom(length);
    const scriptedAcquirer = softKeysFor('acquirer', keyring, scripted);
    const { kept } = await scriptedAcquirer.issueTerminalKey(TERMINAL, await terminal.publicKey());
    const mac = await scriptedAcquirer.issueMacKey(TERMINAL, kept);
    const [wrapped, zeros] = [
      tripleDes('00112233445566778899AABBCCDDEEFF', fromHex('0123456789ABCDEFFEDCBA9876543210')),
      tripleDes('0123456789ABCDEFFEDCBA9876543210', new Uint8Array(8)),
    ];
    assert.equal(toHex(mac.wrapped), toHex(wrapped));
    assert.equal(toHex(mac.checkValue), toHex(zeros.subarray(0, 4)));
    // docs/specs.md, cryptograms sheet, section 13
    assert.equal(
      toAscii(await scriptedAcquirer.terminalMac(TERMINAL, mac.kept, sample)),
      'B94D4545',
    );
  });

  test('a master key for another terminal, or of another length, is not accepted', async () => {
    const { forTerminal } = await acquirer.issueTerminalKey(
      TERMINAL,
      pointOf(generateP256(systemRandom)),
    );
    assert.equal(await terminal.acceptTerminalKey(forTerminal), undefined);
    assert.equal(await terminal.acceptTerminalKey('not an envelope'), undefined);
    const long = softKeysFor('acquirer', keyring, (length) =>
      systemRandom(length === 16 ? 24 : length),
    );
    const other = await long.issueTerminalKey(TERMINAL, await terminal.publicKey());
    assert.equal(await terminal.acceptTerminalKey(other.forTerminal), undefined);
  });

  test('a MAC key whose check value is wrong is not accepted', async () => {
    const master = await acquirer.issueTerminalKey(TERMINAL, await terminal.publicKey());
    const own = await terminal.acceptTerminalKey(master.forTerminal);
    assert.ok(own !== undefined);
    const { wrapped, checkValue } = await acquirer.issueMacKey(TERMINAL, master.kept);
    const flipped = checkValue.map((byte) => byte ^ 1);
    assert.equal(await terminal.acceptMacKey(own, wrapped, flipped), undefined);
    assert.equal(await terminal.acceptMacKey(own, wrapped, checkValue.subarray(0, 3)), undefined);
    assert.equal(await terminal.acceptMacKey(own, wrapped.subarray(1), checkValue), undefined);
    const turned = wrapped.map((byte) => byte ^ 0xff);
    assert.equal(await terminal.acceptMacKey(own, turned, checkValue), undefined);
  });

  test('a key kept for one use does not serve another', async () => {
    const { kept } = await acquirer.issueTerminalKey(TERMINAL, await terminal.publicKey());
    await assert.rejects(acquirer.terminalMac(TERMINAL, kept, sample), SealBroken);
    const mac = await acquirer.issueMacKey(TERMINAL, kept);
    await assert.rejects(acquirer.issueMacKey(TERMINAL, mac.kept), SealBroken);
  });

  test('a key kept for one terminal does not serve another', async () => {
    const { kept } = await acquirer.issueTerminalKey(TERMINAL, await terminal.publicKey());
    await assert.rejects(acquirer.issueMacKey('10000002', kept), SealBroken);
    const mac = await acquirer.issueMacKey(TERMINAL, kept);
    await assert.rejects(acquirer.terminalMac('10000002', mac.kept, sample), SealBroken);
  });
});

/** Two-key triple DES of node:crypto, block by block. */
function tripleDes(key: string, data: Uint8Array): Uint8Array {
  const cipher = createCipheriv('des-ede', fromHex(key), null).setAutoPadding(false);
  return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]));
}
