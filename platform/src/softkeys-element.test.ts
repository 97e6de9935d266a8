import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTlv, find } from '@octavo/lib/tlv/tlv.ts';
import { type ElementHost, memoryElement, openElement } from './element.ts';
import { generateKeyring, type Keyring, knownKeyring } from './keyring.ts';
import { bearElement } from './maker.ts';
import { createPasskey } from './passkey.ts';
import {
  type Agreed,
  activate,
  agreeWith,
  batchFor,
  beginSession,
  ok,
  personalise,
  sendBatch,
  systemRandom,
  tap,
  WORKED_PROFILE,
} from './personalised.fixture.ts';
import { type SoftKeys, softKeysFor } from './softkeys.ts';
import { SealBroken } from './softkeys-vault.ts';

type World = { readonly host: ElementHost; readonly keys: SoftKeys['tokens'] };

async function world(keyring: Keyring = generateKeyring(systemRandom)): Promise<World> {
  const storage = memoryElement(bearElement({ keyring, random: systemRandom, serial: 1 }));
  const clock = { nowMs: () => 1_795_000_000_000 };
  const host = await openElement({ storage, clock, random: systemRandom });
  return { host, keys: softKeysFor('tokens', keyring, systemRandom) };
}

const personalisation = { kind: 'personalise', profile: WORKED_PROFILE } as const;

describe('the security domain of an element, from the token service', () => {
  test('an element personalised through the port answers a tap with the worked cryptogram', async () => {
    const { host, keys } = await world(knownKeyring(systemRandom));
    await ok(host, '0024018106313233343536');
    assert.deepEqual(await personalise(host, keys, WORKED_PROFILE), { kind: 'accepted' });

    await ok(host, '00A4040008A000000151000000');
    await ok(host, '803A01000C4F0AA0000003330101010001');
    await ok(host, '0020008106313233343536');
    const answer = await tap(host);

    // docs/specs.md, cryptograms sheet, section 9: the same keys, token, data and counter 0001
    const [response] = decodeTlv(answer.subarray(0, -2));
    const value = (tag: string): string =>
      toHex(find(response?.children ?? [], tag)?.value ?? new Uint8Array(0));
    assert.equal(value('9F36'), '0001');
    assert.equal(value('9F10'), '07010103A40000010A0100000000003A65702A');
    assert.equal(value('9F26'), 'AEBC72404A3A05AF');
  });

  test('a passkey made in software arms the instance that was personalised with it', async () => {
    const { host, keys } = await world();
    const passkey = createPasskey({
      rpId: 'pay.example',
      origin: 'https://pay.example',
      random: systemRandom,
    });
    const { publicKey, rpIdHash, origin } = passkey;
    const profile = { ...WORKED_PROFILE, holder: { publicKey, rpIdHash, origin } };
    await personalise(host, keys, profile);
    await ok(host, '00A4040008A000000151000000');
    for (let round = 0; round < 2; round++) {
      // DF02 20, then the challenge
      const challenge = (await ok(host, '803A01000C4F0AA0000003330101010001')).subarray(3);
      const { authenticatorData, clientDataJSON, signature } = passkey.assert(challenge);
      const data = [authenticatorData, clientDataJSON, signature]
        .map(
          (bytes, index) =>
            `8${index}${bytes.length < 128 ? '' : '81'}${hexByte(bytes.length)}${toHex(bytes)}`,
        )
        .join('');
      await ok(host, `903A0101${hexByte(200)}${data.slice(0, 400)}`);
      await ok(host, `803A0101${hexByte(data.length / 2 - 200)}${data.slice(400)}`);
      assert.equal(toHex((await tap(host)).subarray(-2)), '9000');
    }
    assert.equal(toHex((await tap(host)).subarray(-2)), '6986');
  });

  test('every instance gets keys of its own token', async () => {
    const { host, keys } = await world();
    const profile = { ...WORKED_PROFILE, answersWithoutHolder: true };
    await personalise(host, keys, profile);
    const [response] = decodeTlv((await tap(host)).subarray(0, -2));
    const values = {
      ...Object.fromEntries(
        (response?.children ?? []).map(({ tag, value }) => [tag, toHex(value)]),
      ),
      '9F02': '000000001250',
      '9F03': '000000000000',
      '9F1A': '0156',
      '95': '0000000000',
      '5F2A': '0156',
      '9A': '261122',
      '9C': '00',
      '9F37': '1A2B3C4D',
    };
    const ask = { keyIndex: '01', token: profile.token, sequenceNumber: '01', values };
    assert.equal((await keys.verifyCryptogram(ask)).kind, 'right');
    const other = { ...ask, token: '6258249900000026' };
    assert.equal((await keys.verifyCryptogram(other)).kind, 'wrong');
  });

  test('agreeing anew gives other keys, under a higher version only', async () => {
    const { host, keys } = await world();
    const first = await agreeWith(host, keys, 0x30);
    await assert.rejects(agreeWith(host, keys, 0x30));
    await agreeWith(host, keys, 0x31);
    const { hostChallenge, answer } = await beginSession(host);
    const ask = { ...first, hostChallenge, answer, purpose: personalisation };
    assert.equal(await keys.cardKeysFor(ask), undefined);
  });

  test('an answer to INITIALIZE UPDATE that is altered, cut short or refused gives no batch', async () => {
    const { host, keys } = await world();
    const agreed = await agreeWith(host, keys);
    const { hostChallenge, answer } = await beginSession(host);
    const ask = { ...agreed, hostChallenge, answer, purpose: personalisation };
    const batch = (changed: Uint8Array): Promise<unknown> =>
      keys.cardKeysFor({ ...ask, answer: changed });
    assert.notEqual(await batch(answer), undefined);
    // The ten bytes of diversification data are all that nothing vouches for.
    for (let at = 10; at < answer.length; at++) {
      const changed = answer.map((byte, index) => (index === at ? byte ^ 0x01 : byte));
      assert.equal(await batch(changed), undefined, `byte ${at}`);
    }
    for (let length = 0; length < answer.length; length++)
      assert.equal(await batch(answer.subarray(0, length)), undefined, `${length} bytes`);
    const otherChallenge = hostChallenge.map((byte) => byte ^ 0xff);
    assert.equal(await keys.cardKeysFor({ ...ask, hostChallenge: otherChallenge }), undefined);
  });

  test('an answer whose MAC is wrong, or that has none, is found at its place', async () => {
    const { host, keys } = await world();
    const agreed = await agreeWith(host, keys);
    const batch = await batchFor(host, keys, agreed, personalisation);
    const answers = await sendBatch(host, batch);
    const check = (changed: Uint8Array[]): Promise<unknown> =>
      keys.checkAnswers({ ...placeOf(agreed), receipt: batch.receipt, answers: changed });
    assert.deepEqual(await check(answers), { kind: 'accepted' });
    for (let at = 1; at < answers.length; at++) {
      // DELETE of what is not there is answered by a bare 6A88, which no MAC ever covers.
      if (at === 1) continue;
      const flipped = answers.with(at, flip(answers[at], 0));
      assert.deepEqual(await check(flipped), { kind: 'failed', at, status: 'mac_wrong' });
      const bare = answers.with(at, Uint8Array.of(0x90, 0x00));
      assert.deepEqual(await check(bare), { kind: 'failed', at, status: 'mac_wrong' });
    }
    const exchanged = answers.with(3, answers[4] ?? new Uint8Array(0));
    assert.deepEqual(await check(exchanged), { kind: 'failed', at: 3, status: 'mac_wrong' });
  });

  test('a status that the command may not answer is named, and so are answers too few, too many or too short', async () => {
    const { host, keys } = await world();
    const agreed = await agreeWith(host, keys);
    const batch = await batchFor(host, keys, agreed, personalisation);
    const answers = await sendBatch(host, batch);
    const check = (changed: Uint8Array[]): Promise<unknown> =>
      keys.checkAnswers({ ...placeOf(agreed), receipt: batch.receipt, answers: changed });
    const refused = answers.with(2, Uint8Array.of(0x6a, 0x84));
    assert.deepEqual(await check(refused), { kind: 'failed', at: 2, status: '6A84' });
    const short = answers.with(2, Uint8Array.of(0x90));
    assert.deepEqual(await check(short), { kind: 'failed', at: 2, status: 'malformed' });
    const talkative = answers.with(0, Uint8Array.of(0x01, 0x90, 0x00));
    assert.deepEqual(await check(talkative), { kind: 'failed', at: 0, status: 'malformed' });
    const few = answers.slice(0, 5);
    assert.deepEqual(await check(few), { kind: 'failed', at: 5, status: 'missing' });
    const many = [...answers, Uint8Array.of(0x90, 0x00)];
    assert.deepEqual(await check(many), {
      kind: 'failed',
      at: answers.length,
      status: 'unexpected',
    });
  });

  test('a batch says which status words each command may answer', async () => {
    const { host, keys } = await world();
    const agreed = await agreeWith(host, keys);
    const { commands } = await batchFor(host, keys, agreed, personalisation);
    assert.deepEqual(commands[0]?.accept, ['9000']);
    assert.deepEqual(commands[1]?.accept, ['9000', '6A88']);
    assert.ok(commands.slice(2).every(({ accept }) => accept.join() === '9000'));
    // EXTERNAL AUTHENTICATE at level 33; from there on everything is under the channel's protection.
    assert.equal(toHex(commands[0]?.bytes.subarray(0, 3) ?? new Uint8Array(0)), '848233');
    assert.ok(commands.every(({ bytes }) => bytes[0] === 0x84));
  });

  test('personalising again deletes what stood; deleting twice is accepted', async () => {
    const { host, keys } = await world();
    const agreed = await agreeWith(host, keys);
    const purpose = { kind: 'delete', instanceAid: WORKED_PROFILE.instanceAid } as const;
    for (const next of [personalisation, personalisation, purpose, purpose]) {
      const batch = await batchFor(host, keys, agreed, next);
      const answers = await sendBatch(host, batch);
      const check = await keys.checkAnswers({
        ...placeOf(agreed),
        receipt: batch.receipt,
        answers,
      });
      assert.deepEqual(check, { kind: 'accepted' });
    }
    await assert.rejects(activate(host, WORKED_PROFILE.instanceAid));
  });

  test('domain and receipt open in the port that sealed them, each for its own use', async () => {
    const { host, keys } = await world();
    const agreed = await agreeWith(host, keys);
    const { receipt } = await batchFor(host, keys, agreed, personalisation);
    const place = { ...placeOf(agreed), answers: [] };
    const stranger = softKeysFor('tokens', generateKeyring(systemRandom), systemRandom);
    await assert.rejects(stranger.checkAnswers({ ...place, receipt }), SealBroken);
    await assert.rejects(keys.checkAnswers({ ...place, receipt: agreed.domain }), SealBroken);
    const { hostChallenge, answer } = await beginSession(host);
    const ask = { ...agreed, domain: receipt, hostChallenge, answer, purpose: personalisation };
    await assert.rejects(keys.cardKeysFor(ask), SealBroken);
  });

  test('domain keys moved to another element’s row do not open, nor a receipt moved to another instance’s', async () => {
    const { host, keys } = await world();
    const agreed = await agreeWith(host, keys);
    const { receipt } = await batchFor(host, keys, agreed, personalisation);
    const elementId = new Uint8Array(32);
    const { hostChallenge, answer } = await beginSession(host);
    const ask = { ...agreed, elementId, hostChallenge, answer, purpose: personalisation };
    await assert.rejects(keys.cardKeysFor(ask), SealBroken);
    const place = { ...placeOf(agreed), receipt, answers: [] };
    await assert.rejects(keys.checkAnswers({ ...place, elementId }), SealBroken);
    const instanceAid = 'A0000003330101010002';
    await assert.rejects(keys.checkAnswers({ ...place, instanceAid }), SealBroken);
    assert.deepEqual(await keys.checkAnswers(place), { kind: 'failed', at: 0, status: 'missing' });
  });
});

function placeOf({ elementId }: Agreed): { elementId: Uint8Array; instanceAid: string } {
  return { elementId, instanceAid: WORKED_PROFILE.instanceAid };
}

function flip(bytes: Uint8Array | undefined, at: number): Uint8Array {
  return (bytes ?? new Uint8Array(0)).map((byte, index) => (index === at ? byte ^ 0x80 : byte));
}

function hexByte(value: number): string {
  return toHex(Uint8Array.of(value));
}
