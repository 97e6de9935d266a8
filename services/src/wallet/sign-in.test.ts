import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import {
  type Bench,
  freshCertificate,
  lastCode,
  MOBILE,
  no,
  openBench,
  openPhone,
  openWalletDatabase,
  sha256Hex,
  signedIn,
  tableText,
  yes,
} from './bench.test.ts';
import * as contract from './contract.ts';

let database: Database;
before(async () => {
  database = await openWalletDatabase();
});
after(() => database.close());
let bench: Bench;
beforeEach(async () => {
  await database.truncate();
  bench = openBench(database.sql);
});

const MINUTE_MS = 60_000;

function otherThan(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

function trySignIn(code: string, requestId = freshId(), mobile = MOBILE) {
  return bench.asAnyone(contract.signIn, { requestId, mobile, code });
}

function ask(requestId = freshId(), mobile = MOBILE) {
  return bench.asAnyone(contract.requestSignIn, { requestId, mobile });
}

describe('signing in', () => {
  test('a code goes to the mobile number, works for ten minutes, and opens a session of thirty days', async () => {
    const nowMs = bench.clock.nowMs();
    deepEqual(await yes(ask()), { expiresAtMs: nowMs + 10 * MINUTE_MS });
    equal(bench.played.texts[0]?.mobile, MOBILE);
    const { session, expiresAtMs } = await yes(trySignIn(lastCode(bench)));
    match(session, /^[0-9A-F]{64}$/);
    equal(expiresAtMs, nowMs + 30 * 24 * 60 * MINUTE_MS);
    deepEqual(await yes(bench.asHolder(session)(contract.devices, {})), { devices: [] });
  });

  test('a session ends after its thirty days', async () => {
    const holder = await signedIn(bench);
    await bench.clock.advance(30 * 24 * 60 * MINUTE_MS - 1);
    await yes(holder(contract.devices, {}));
    await bench.clock.advance(1);
    await no(holder(contract.devices, {}), 'session.unknown');
  });

  test('a key that is no session opens nothing', async () => {
    await no(bench.asHolder('0'.repeat(64))(contract.devices, {}), 'session.unknown');
    await no(bench.asHolder('z'.repeat(17))(contract.devices, {}), 'session.unknown');
    await no(bench.asAnyone(contract.devices, {}), 'request.unsigned');
  });

  test('three wrong tries kill a code, the right one too', async () => {
    await yes(ask());
    const code = lastCode(bench);
    const wrong = otherThan(code);
    const first = await trySignIn(wrong);
    deepEqual(first, { kind: 'refused', code: 'sign_in.code_wrong', detail: { triesLeft: 2 } });
    await no(trySignIn(wrong), 'sign_in.code_wrong');
    await no(trySignIn(wrong), 'sign_in.code_dead');
    await no(trySignIn(code), 'sign_in.code_dead');
  });

  test('a wrong try that is repeated under its id counts once; its id with another code is refused', async () => {
    await yes(ask());
    const code = lastCode(bench);
    const requestId = freshId();
    for (let repeat = 0; repeat < 4; repeat++) {
      await no(trySignIn(otherThan(code), requestId), 'sign_in.code_wrong');
    }
    await no(trySignIn(code, requestId), 'request.key_reused');
    await yes(trySignIn(code));
  });

  test('a code is dead after ten minutes', async () => {
    await yes(ask());
    await bench.clock.advance(10 * MINUTE_MS);
    await no(trySignIn(lastCode(bench)), 'sign_in.code_dead');
  });

  test('a code opens one session; the same request again gets the same one', async () => {
    await yes(ask());
    const code = lastCode(bench);
    const requestId = freshId();
    const answers = await Promise.all([trySignIn(code, requestId), trySignIn(code, requestId)]);
    deepEqual(answers[0], answers[1]);
    deepEqual(await yes(trySignIn(code, requestId)), answers[0]);
    await no(trySignIn(code), 'sign_in.code_dead');
  });

  test('of two requests with the right code at once exactly one opens a session', async () => {
    await yes(ask());
    const code = lastCode(bench);
    const answers = await Promise.all([trySignIn(code), trySignIn(code)]);
    equal(answers.filter((answer) => 'session' in answer).length, 1);
  });

  test('a code is bound to its mobile number: the same digits for two numbers have two hashes', async () => {
    const always = bench.anyoneOf(bench.again({ random: (length) => new Uint8Array(length) }));
    for (const mobile of [MOBILE, '13800000002']) {
      await yes(always(contract.requestSignIn, { requestId: freshId(), mobile }));
      equal(lastCode(bench), '000000');
    }
    const rows = await database.sql('select code_hash from wallet.sign_in order by code_hash');
    equal(new Set(rows.map((row) => row.code_hash)).size, 2);
    await no(trySignIn('000000', freshId(), '13800000003'), 'sign_in.code_dead');
    await yes(trySignIn('000000', freshId(), '13800000002'));
  });

  test('the same request sends once; one whose message did not get through sends a fresh code', async () => {
    const requestId = freshId();
    const answer = await yes(ask(requestId));
    deepEqual(await yes(ask(requestId)), answer);
    equal(bench.played.texts.length, 1);
    bench.faults.push({ path: '/issuer/inbox/deliver', how: 'unavailable' });
    const lost = freshId();
    await no(ask(lost), 'unavailable');
    bench.faults.pop();
    await yes(ask(lost));
    equal(bench.played.texts.length, 2);
    await yes(trySignIn(lastCode(bench)));
  });

  test('a new code takes the place of the old one, at most ten in an hour', async () => {
    await yes(ask());
    const old = lastCode(bench);
    for (let codes = 1; codes < 10; codes++) await yes(ask());
    if (lastCode(bench) !== old) await no(trySignIn(old), 'sign_in.code_wrong');
    await no(ask(), 'request.too_often');
    await yes(ask(freshId(), '13800000002'));
    await bench.clock.advance(60 * MINUTE_MS);
    await yes(ask());
  });

  test('a code that cannot be read as six digits is malformed', async () => {
    await no(trySignIn('12345'), 'request.malformed');
  });

  test('neither code, mobile number nor session key stands in tables or events', async () => {
    await yes(ask());
    const code = lastCode(bench);
    const { session } = await yes(trySignIn(code));
    const held = (await tableText(database.sql)) + JSON.stringify(bench.events);
    for (const secret of [MOBILE, session, toHex(new TextEncoder().encode(MOBILE))]) {
      ok(!held.includes(secret));
    }
    // Six digits may stand in a hash or an instant by chance; as a value of its own they may not.
    ok(!held.includes(`"${code}"`) && !held.includes(` ${code} `));
  });
});

describe('registering a phone', () => {
  function register(holder: Awaited<ReturnType<typeof signedIn>>, bytes: Uint8Array, more = {}) {
    const elementCertificate = toHex(bytes);
    const body = { requestId: freshId(), name: 'Mi 5', elementCertificate, ...more };
    return holder(contract.registerDevice, body);
  }

  test('an element makes a device; its id is the SHA-256 of the certificate', async () => {
    const holder = await signedIn(bench);
    const certificate = freshCertificate();
    const { deviceId, elementId } = await yes(register(holder, certificate));
    equal(elementId, sha256Hex(certificate));
    const { devices } = await yes(holder(contract.devices, {}));
    const device = { deviceId, name: 'Mi 5', elementId, state: 'open', leaves: [], version: 0 };
    deepEqual(devices, [device]);
  });

  test('what is not a certificate is refused, at every length', async () => {
    const holder = await signedIn(bench);
    const certificate = freshCertificate();
    for (const length of [0, 1, 20, certificate.length - 1]) {
      await no(register(holder, certificate.subarray(0, length)), 'device.element_refused');
    }
    const longer = new Uint8Array([...certificate, 0]);
    await no(register(holder, longer), 'device.element_refused');
  });

  test('one element is one device: the same holder gets it again, another is refused', async () => {
    const holder = await signedIn(bench);
    const certificate = freshCertificate();
    const first = await yes(register(holder, certificate));
    deepEqual(await yes(register(holder, certificate, { name: 'Renamed' })), first);
    const other = await signedIn(bench, '13800000002');
    await no(register(other, certificate), 'device.element_taken');
    const { devices } = await yes(holder(contract.devices, {}));
    deepEqual(
      devices.map(({ name }) => name),
      ['Renamed'],
    );
  });

  test('of two holders who register one element at once exactly one gets it', async () => {
    const certificate = freshCertificate();
    const holders = [await signedIn(bench), await signedIn(bench, '13800000002')];
    const answers = await Promise.all(holders.map((holder) => register(holder, certificate)));
    equal(answers.filter((answer) => 'deviceId' in answer).length, 1);
  });

  test('the same request gets the same answer; its id with another body is refused', async () => {
    const holder = await signedIn(bench);
    const requestId = freshId();
    const certificate = freshCertificate();
    const [first, second] = await Promise.all([
      register(holder, certificate, { requestId }),
      register(holder, certificate, { requestId }),
    ]);
    deepEqual(first, second);
    await no(register(holder, freshCertificate(), { requestId }), 'request.key_reused');
  });

  test('a user has several devices, and sees only those', async () => {
    const one = await openPhone(bench);
    const two = await openPhone(bench);
    const other = await openPhone(bench, '13800000002');
    notEqual(one.deviceId, two.deviceId);
    const { devices } = await yes(two.holder(contract.devices, {}));
    deepEqual(devices.map(({ deviceId }) => deviceId).sort(), [one.deviceId, two.deviceId].sort());
    const asked = { deviceId: other.deviceId, afterSequence: 0 };
    await no(one.holder(contract.history, asked), 'device.unknown');
  });
});
