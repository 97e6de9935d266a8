/** For tests: a token service of before there were certificates, and a gate's own look at a phone. */

import { isRefused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { concat, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { recoverIccKey, recoverIssuerKey } from '@octavo/lib/oda/certificates.ts';
import { verifyFdda } from '@octavo/lib/oda/dynamic.ts';
import { decodeTlv, find, type Tlv } from '@octavo/lib/tlv/tlv.ts';
import { systemRandom } from '../../../platform/src/random.ts';
import { masterKeysOf } from '../../../platform/src/softkeys-cryptogram.ts';
import { elementKeys } from '../../../platform/src/softkeys-element.ts';
import { signerOf } from '../../../platform/src/softkeys-p256.ts';
import { openVault } from '../../../platform/src/softkeys-vault.ts';
import { keyring, tokensKeys, type World } from './bench.test.ts';
import * as contract from './contract.ts';
import { armPhone, type LiveToken, type Phone } from './phone-bench.test.ts';

/** The key port as it was: what it personalises has no certificates. */
export const keysOfBefore = {
  ...tokensKeys,
  ...elementKeys({
    masterKeys: masterKeysOf(keyring.tokens.cardMaster),
    vault: openVault(keyring.tokens.vault, systemRandom),
    certifyCard: () => undefined as never,
    sign: signerOf(keyring.tokens.signing),
    random: systemRandom,
  }),
};

/** Mark every token and talk as those were that the migration found. */
export async function asOfBefore({ database }: World): Promise<void> {
  await database.sql('update tokens.token set certified = false');
  await database.sql('update tokens.provisioning set certifies = false');
}

/** The world's authority key, as the token service publishes it. */
export async function authorityOf(world: World) {
  const answer = await world.asOperator(contract.authorityKeys, {});
  if (isRefused(answer) || answer.keys[0] === undefined) throw new Error('no authority');
  const [{ modulus, exponent }] = answer.keys;
  return { modulus: fromHex(modulus), exponent: fromHex(exponent) };
}

/** What a gate sees: a signature that stands, the first check that fails, or a card that offers none. */
export type Seen = 'verified' | 'not_offered' | string;

/**
 * The holder arms the phone and a gate taps it, amount 0: the chain from the authority's key to the signature over this
 * tap, checked object by object as the sheet has it.
 */
export async function gateSees(
  world: World,
  phone: Phone,
  { instanceAid, number }: Pick<LiveToken, 'instanceAid' | 'number'>,
): Promise<Seen> {
  await armPhone(phone, instanceAid);
  const air = async (command: string): Promise<readonly Tlv[]> => {
    const answer = await phone.host.air(fromHex(command));
    if (!toHex(answer).endsWith('9000')) throw new Error(`${command}: ${toHex(answer)}`);
    return decodeTlv(answer.subarray(0, -2))[0]?.children ?? [];
  };
  const selected = await phone.host.air(fromHex(`00A404000A${instanceAid}00`));
  const offers = toHex(selected).includes('DF610140');
  const un = toHex(systemRandom(4));
  const { dateWithYear } = localTime(world.clock.nowMs());
  const values = `${'0'.repeat(12)}${'0'.repeat(12)}0156${'0'.repeat(10)}0156${dateWithYear}00${un}`;
  const answer = await air(`80A8000023832121000080${values}00`);
  const locator = find(answer, '94');
  if ((locator !== undefined) !== offers) throw new Error('DF61 and the answer differ');
  if (locator === undefined) return 'not_offered';
  const records = [];
  for (const place of ['0114', '0214', '021C', '031C']) records.push(await air(`00B2${place}00`));
  const objects = [...answer, ...records.flat()];
  const value = (tag: string): Uint8Array => find(objects, tag)?.value ?? new Uint8Array(0);
  const issuer = recoverIssuerKey(
    await authorityOf(world),
    { certificate: value('90'), remainder: value('92'), exponent: value('9F32') },
    number,
  );
  if (issuer.kind === 'refused') return `issuer: ${issuer.code}`;
  const signed = await phone.host.air(fromHex('00B2021C00'));
  // The record is counted without its template (70 and one byte of length); then the AIP.
  const staticData = concat(signed.subarray(2, -2), value('82'));
  const card = recoverIccKey(
    issuer.key,
    { certificate: value('9F46'), remainder: value('9F48'), exponent: value('9F47') },
    staticData,
    number,
  );
  if (card.kind === 'refused') return `card: ${card.code}`;
  const dynamic = verifyFdda(card.key, value('9F4B'), {
    version: 1,
    unpredictableNumber: fromHex(un),
    amountAuthorised: new Uint8Array(6),
    transactionCurrencyCode: fromHex('0156'),
    cardAuthenticationData: value('9F69'),
  });
  return dynamic.kind;
}
