/** For tests: an element that a token service has personalised through its key port, command by command. */

import { createHash, randomBytes } from 'node:crypto';
import type {
  CommandBatch,
  ElementKeys,
  InstanceProfile,
  Random,
  Sealed,
} from '@octavo/domain/ports.ts';
import { concat, fromHex } from '@octavo/lib/bytes/bytes.ts';
import { elementId } from '@octavo/lib/globalplatform/certificate.ts';
import type { ElementHost } from './element.ts';

/** Fresh bytes of the operating system. */
export const systemRandom: Random = (length) => new Uint8Array(randomBytes(length));

/** The instance of the worked example: token 6258249900000018, sequence number 01, key index 01. */
export const WORKED_PROFILE: InstanceProfile = {
  token: '6258249900000018',
  expiry: '3012',
  sequenceNumber: '01',
  kind: 'debit',
  label: 'BAFANG DEBIT',
  instanceAid: 'A0000003330101010001',
  keyIndex: '01',
  accountReference: 'Q1Y2HJ4XDUWYA6PQ5NLJFVGU3EM0Z',
  requestorId: '40010030273',
  holder: {
    rpIdHash: new Uint8Array(createHash('sha256').update('pay.example').digest()),
    origin: 'https://pay.example',
  },
  firstCounter: 0,
  answersWithoutHolder: false,
};

/** An element and the keys agreed with it, sealed. */
export type Agreed = { readonly elementId: Uint8Array; readonly domain: Sealed };

/** Read the element's certificate and nonce, agree, and hand it the command. */
export async function agreeWith(
  host: ElementHost,
  keys: ElementKeys,
  keyVersion = 0x30,
): Promise<Agreed> {
  await ok(host, '00A4040008A000000151000000');
  const elementCertificate = await ok(host, '80CA7F2100');
  // DF01 10, then the nonce
  const nonce = (await ok(host, '80CADF0100')).subarray(3);
  const { command, domain } = await keys.agreeDomain({ elementCertificate, nonce, keyVersion });
  await ok(host, command);
  return { elementId: elementId(elementCertificate), domain };
}

/** Select the domain, begin a session, and build the batch for a purpose. */
export async function batchFor(
  host: ElementHost,
  keys: ElementKeys,
  agreed: Agreed,
  purpose: Parameters<ElementKeys['cardKeysFor']>[0]['purpose'],
): Promise<CommandBatch> {
  const { hostChallenge, answer } = await beginSession(host);
  const batch = await keys.cardKeysFor({ ...agreed, hostChallenge, answer, purpose });
  if (batch === undefined) throw new Error('the card cryptogram is wrong');
  return batch;
}

/** Select the domain and send INITIALIZE UPDATE; the whole answer, status word included. */
export async function beginSession(
  host: ElementHost,
): Promise<{ hostChallenge: Uint8Array; answer: Uint8Array }> {
  await ok(host, '00A404000AA000000333005344000100');
  const hostChallenge = systemRandom(8);
  const command = concat(fromHex('8050000008'), hostChallenge, fromHex('00'));
  return { hostChallenge, answer: await host.wired(command) };
}

/** Send every command of a batch, whatever is answered. */
export async function sendBatch(host: ElementHost, batch: CommandBatch): Promise<Uint8Array[]> {
  const answers: Uint8Array[] = [];
  for (const { bytes } of batch.commands) answers.push(await host.wired(bytes));
  return answers;
}

/** The whole of it, and the instance activated. The result is the check of the answers. */
export async function personalise(
  host: ElementHost,
  keys: ElementKeys,
  profile: InstanceProfile,
): ReturnType<ElementKeys['checkAnswers']> {
  const agreed = await agreeWith(host, keys);
  const batch = await batchFor(host, keys, agreed, { kind: 'personalise', profile });
  const answers = await sendBatch(host, batch);
  await activate(host, profile.instanceAid);
  const { instanceAid } = profile;
  const { elementId: id } = agreed;
  return keys.checkAnswers({ elementId: id, instanceAid, receipt: batch.receipt, answers });
}

/** Activate an instance in the contactless registry. */
export async function activate(host: ElementHost, aid: string): Promise<void> {
  await ok(host, '00A4040009A0000001514352530000');
  await ok(host, `80F001010C4F0A${aid}`);
}

/** Tap with the terminal's data of the worked example; the answer to GET PROCESSING OPTIONS with its status word. */
export async function tap(host: ElementHost): Promise<Uint8Array> {
  await host.air(fromHex('00A4040008A00000033301010100'));
  return host.air(fromHex(`80A8000023832136000080${WORKED_TERMINAL_DATA}00`));
}

/** @see docs/specs.md, cryptograms sheet, section 9: 9F02, 9F03, 9F1A, 95, 5F2A, 9A, 9C, 9F37 */
const WORKED_TERMINAL_DATA = '00000000125000000000000001560000000000015626112200' + '1A2B3C4D';

/** Send a wired command that must succeed; the answer's data. */
export async function ok(host: ElementHost, command: Uint8Array | string): Promise<Uint8Array> {
  const bytes = typeof command === 'string' ? fromHex(command) : command;
  const answer = await host.wired(bytes);
  if (answer.at(-2) !== 0x90 || answer.at(-1) !== 0x00) throw new Error('the element refused');
  return answer.subarray(0, -2);
}
