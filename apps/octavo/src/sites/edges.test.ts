import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { privateKeyFrom, publicKeyOf } from '@octavo/lib/cipher/p256.ts';
import {
  certificateToSign,
  decodeElementCertificate,
  encodeElementCertificate,
  verifyElementCertificate,
} from '@octavo/lib/globalplatform/certificate.ts';
import { systemClock } from '@octavo/platform/clock.ts';
import { generateKeyring, publicDirectory } from '@octavo/platform/keyring.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { createAir } from './air.ts';
import { airEdge } from './air-edge.ts';
import { birthEdge } from './birth.ts';

const clock = systemClock();
const keyring = generateKeyring(systemRandom);
const birth = birthEdge(keyring, clock, systemRandom);
const HERE = 'ffffffffffffffff0000000000000000';

async function post(
  fetch: (request: Request) => Response | Promise<Response>,
  path: string,
  body: unknown,
): Promise<Response> {
  return await fetch(
    new Request(`http://element.octavo.localhost${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    }),
  );
}

test('the maker signs a key under a life record of its own, and the certificate holds', async () => {
  const conceived = (await (await post(birth.fetch, '/element/conceive', {})).json()) as Record<
    string,
    string
  >;
  const { makerId = '', cplc = '', tokenServiceKey } = conceived;
  equal(tokenServiceKey, toHex(publicDirectory(keyring).tokens));
  const publicKey = publicKeyOf(privateKeyFrom(systemRandom(48)));
  const signed = await post(birth.fetch, '/element/sign', { cplc, publicKey: toHex(publicKey) });
  const { signature } = (await signed.json()) as { signature: string };
  const unsigned = { makerId, cplc: fromHex(cplc), publicKey };
  ok(certificateToSign(unsigned).length > 100);
  const certificate = decodeElementCertificate(
    encodeElementCertificate({ ...unsigned, signature: fromHex(signature) }),
  );
  ok(verifyElementCertificate(certificate, publicDirectory(keyring).maker));
});

test('the maker signs nothing that is not a certificate’s own part', async () => {
  const { cplc } = (await (await post(birth.fetch, '/element/conceive', {})).json()) as {
    cplc: string;
  };
  const publicKey = toHex(publicKeyOf(privateKeyFrom(systemRandom(48))));
  const offCurve = `${publicKey.slice(0, -2)}${publicKey.endsWith('00') ? '01' : '00'}`;
  const foreign = `FFFF${cplc.slice(4)}`;
  const asks = [
    { cplc, publicKey: offCurve },
    { cplc: foreign, publicKey },
    { cplc: cplc.slice(2), publicKey },
    { cplc, publicKey, toSign: '00' },
    { cplc },
  ];
  const answers = await Promise.all(asks.map((ask) => post(birth.fetch, '/element/sign', ask)));
  deepEqual(
    answers.map(({ status }) => status),
    asks.map(() => 400),
  );
});

test('the air is for those who know a place’s whole name', async () => {
  const air = airEdge(createAir({ clock, trace: () => {}, setAir: () => {} }), clock);
  for (const name of ['', 'ffff', HERE.toUpperCase(), `${HERE}0`, 7, undefined]) {
    equal((await post(air.fetch, '/air/phone', { air: name })).status, 400);
    equal((await post(air.fetch, '/air/hold', { air: name, near: true })).status, 400);
  }
  equal((await post(air.fetch, '/air/reader', { air: HERE, more: 1 })).status, 400);
  equal((await post(air.fetch, '/air/hold', { air: HERE, near: true })).status, 409);
  for (const bytes of ['9', '90', 'zz', '', '9000'.repeat(200)]) {
    const refused = await post(air.fetch, '/air/answer', { air: HERE, id: 1, bytes });
    equal(refused.status, 400, bytes);
  }
});

test('a reader may say over its stream that it is a gate, and nothing else; a phone may say nothing', async () => {
  const edge = airEdge(createAir({ clock, trace: () => {}, setAir: () => {} }), clock);
  const ask = (side: string, announces: string) =>
    post(edge.fetch, `/air/${side}`, { air: HERE, announces });
  equal((await ask('reader', 'shop')).status, 400);
  equal((await ask('phone', 'transit')).status, 400);
  const reader = await ask('reader', 'transit');
  const phone = await post(edge.fetch, '/air/phone', { air: HERE });
  const heard = phone.body?.getReader();
  const first = new TextDecoder().decode((await heard?.read())?.value);
  equal(first, '{"kind":"field","on":true,"announces":"transit"}\n');
  await heard?.cancel();
  await reader.body?.cancel();
});

test('the stream of a phone tells what happens there, and its end takes the phone away', async () => {
  const air = createAir({ clock, trace: () => {}, setAir: () => {} });
  const edge = airEdge(air, clock);
  const states: string[] = [];
  air.attachReader(HERE, (event) => event.kind === 'phone' && states.push(event.state));
  const stream = await post(edge.fetch, '/air/phone', { air: HERE });
  equal(stream.headers.get('content-type'), 'application/x-ndjson');
  const reader = stream.body?.getReader();
  const first = await reader?.read();
  equal(new TextDecoder().decode(first?.value), '{"kind":"field","on":true}\n');
  equal((await post(edge.fetch, '/air/hold', { air: HERE, near: true })).status, 200);
  await reader?.cancel();
  deepEqual(states, ['away', 'nearby', 'near', 'away']);
});
