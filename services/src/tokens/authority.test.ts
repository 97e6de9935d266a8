/** The certification authority as readers hear of it, and what nobody hears. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { revealHex } from '@octavo/lib/bytes/secret.ts';
import {
  asHexText,
  closeDatabase,
  keyring,
  newWorld,
  requestId,
  tablesAsText,
  type World,
} from './bench.test.ts';
import * as contract from './contract.ts';
import { newPhone, type Phone, type Round, runCommands, tokenised } from './phone-bench.test.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});
after(closeDatabase);

test('the authority’s key is for operator, gate and back office, and is what the sheet says of it', async () => {
  const answer = await world.asOperator(contract.authorityKeys, {});
  assert(!isRefused(answer));
  const [key] = answer.keys;
  assert.deepEqual(
    [answer.keys.length, key?.rid, key?.index, key?.exponent],
    [1, 'A000000333', 'F0', '03'],
  );
  const { modulus } = keyring.tokens.authority.ca;
  assert.equal(key?.modulus, modulus);
  const hash = await crypto.subtle.digest('SHA-1', Buffer.from(`A000000333F0${modulus}03`, 'hex'));
  assert.equal(key?.checksum, toHex(new Uint8Array(hash)));
  for (const stranger of [world.asWallet, world.asNetwork, world.asIssuer]) {
    const refusal = await stranger(contract.authorityKeys, {});
    assert(isRefused(refusal) && refusal.code === 'caller.not_allowed');
  }
});

test('no private part of a key stands in the tables, in what is told, or on the wire in clear', async () => {
  const phone = await newPhone(world.clock);
  const heard: string[] = [];
  const hear = async (tokenReference: string, purpose?: 'certify') => {
    const ask = async (round?: Round) => {
      const body = { requestId: requestId(), tokenReference, purpose, round };
      const answer = await world.asWallet(contract.provision, body);
      assert(!isRefused(answer));
      heard.push(JSON.stringify(answer));
      return answer;
    };
    let answer = await ask();
    while (answer.step !== 'done') {
      const answers = await runCommands(phone, answer.commands);
      heard.push(answers.join());
      answer = await ask({ step: answer.step, answers });
    }
  };
  const { tokenReference = '' } = await tokenised(world, phone);
  await hear(tokenReference);
  const cards = partsOf(phone);
  await world.database.sql('update tokens.token set certified = false');
  await hear(tokenReference, 'certify');
  cards.push(...partsOf(phone));
  assert.equal(new Set(cards).size, 10);
  heard.push(JSON.stringify(world.events), JSON.stringify(world.wallet.told));
  const { ca, issuer } = keyring.tokens.authority;
  const secrets = [ca.firstPrime, ca.secondPrime, issuer.firstPrime, issuer.secondPrime, ...cards];
  const everywhere = `${await tablesAsText(world.database.sql)}${heard.join()}`.toUpperCase();
  for (const secret of secrets) {
    // A part of it would be enough, and so would its digits as text.
    assert.ok(!everywhere.includes(secret.slice(0, 24)));
    assert.ok(!everywhere.includes(asHexText(secret.slice(0, 24)).toUpperCase()));
  }
});

/** The five parts of the key that a phone's instance signs with. */
function partsOf(phone: Phone): string[] {
  const [instance] = phone.storage.snapshot().instances;
  const parts = Object.values(instance?.personal?.certificates?.key.parts ?? {});
  return parts.map((part) => revealHex(part));
}
