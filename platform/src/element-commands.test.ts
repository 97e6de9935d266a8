import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { certified, grown, INSTANCE } from '@octavo/lib/fuzz-newborn.fixture.ts';
import { type ElementHost, memoryElement, openElement } from './element.ts';
import {
  arm,
  type ElementRefused,
  endExpress,
  readExpress,
  setExpress,
} from './element-commands.ts';
import { systemRandom } from './personalised.fixture.ts';

// The passcode of the fixture's element, and the cap of the profile, section 15.
const holder = { kind: 'passcode', digits: '123456' } as const;
const express = { aid: INSTANCE, capMinor: 2_000n };

function open(lasting = certified): Promise<ElementHost> {
  const clock = { nowMs: () => 1_795_000_000_000 };
  return openElement({ storage: memoryElement(lasting), clock, random: systemRandom });
}

test('express is read, ended and set again by its holder', async () => {
  const { wired } = await open();
  assert.deepEqual(await readExpress(wired), express);
  await endExpress(wired);
  assert.equal(await readExpress(wired), undefined);
  await endExpress(wired);
  await setExpress(wired, INSTANCE, holder);
  assert.deepEqual(await readExpress(wired), express);
});

test('express is not set by anybody else, nor for a token without certificates', async () => {
  const { wired } = await open();
  await endExpress(wired);
  const wrong = setExpress(wired, INSTANCE, { kind: 'passcode', digits: '654321' });
  await assert.rejects(wrong, (error: ElementRefused) => error.status === '63C4');
  const stranger = setExpress(wired, INSTANCE, {
    kind: 'passkey',
    assert: () => ({
      authenticatorData: new Uint8Array(37),
      clientDataJSON: new Uint8Array(2),
      signature: new Uint8Array(70),
    }),
  });
  await assert.rejects(stranger, (error: ElementRefused) => error.status === '6982');
  assert.equal(await readExpress(wired), undefined);
  const bare = await open(grown);
  const early = setExpress(bare.wired, INSTANCE, holder);
  await assert.rejects(early, (error: ElementRefused) => error.status === '6985');
});

test('a host passes on what a reader announced, for that reader’s commands alone', async () => {
  const host = await open();
  const select = fromHex('00A4040008A00000033301010100');
  // 5.00 at a gate that checks signatures. @see docs/specs.md, EMV contactless sheet, section 4.1
  const options = fromHex(
    '80A800002383212180008000000000050000000000000001560000000000015626112200' + '1A2B3C4D00',
  );
  const gate = host.airOf('transit');
  await gate(select);
  assert.equal(toHex(await host.air(options)), '6986');
  assert.equal(toHex(await host.airOf(undefined)(options)), '6986');
  assert.equal(toHex((await gate(options)).slice(-2)), '9000');
});

test('being armed for a tap is not express', async () => {
  const host = await open();
  await endExpress(host.wired);
  await arm(host.wired, INSTANCE, 'ready', holder);
  assert.equal(await readExpress(host.wired), undefined);
});
