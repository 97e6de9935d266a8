/** Terminals: enrolled with their own public key by the operator, signed in by message. */

import type { z } from '@hono/zod-openapi';
import { drawDigits } from '@octavo/domain/draw.ts';
import { admitTerminal } from '@octavo/domain/payment.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { workingKey } from '@octavo/lib/iso8583/subfields.ts';
import { change, overtaken, written } from '../change.ts';
import { answeredBefore, digestOf } from '../request.ts';
import { enrolTerminal } from './contract.ts';
import type { AcquirerPorts } from './ports.ts';
import type { PosRequest } from './pos-message.ts';
import {
  findEnrolment,
  findMerchantId,
  findTerminal,
  insertMerchant,
  insertTerminal,
  type Merchant,
  replaceMacKey,
  type Terminal,
} from './store.ts';

type Enrolment = z.output<typeof enrolTerminal.body>;
type Enrolled = z.output<typeof enrolTerminal.answer>;

/** Enrol a terminal. The same request gets the same ids and the same sealed key again. */
export async function enrol(ports: AcquirerPorts, ask: Enrolment): Promise<Enrolled | Refused> {
  const { sql, random, keys, clock } = ports;
  const { merchant } = ask;
  const digest = await digestOf(keys, enrolTerminal.path, ask);
  const stored = await storedAnswer(ports, ask.requestId, digest);
  if (stored !== undefined) return stored;
  const merchantId = await merchantIdOf(ports, merchant);
  if (typeof merchantId !== 'string') return merchantId;
  return change(async () => {
    const id = drawDigits(8, random);
    const { forTerminal, kept } = await keys.issueTerminalKey(id, fromHex(ask.publicKey));
    const earlier = await storedAnswer(ports, ask.requestId, digest);
    if (earlier !== undefined) return 'kind' in earlier ? earlier : written(earlier);
    const { posAddress } = ports;
    const answer = { terminalId: id, merchantId, posAddress, masterKey: forTerminal };
    const isWritten = await insertTerminal(sql, {
      id,
      merchantId,
      terminalKey: kept,
      atMs: clock.nowMs(),
      requestId: ask.requestId,
      digest,
      answer: JSON.stringify(answer),
    });
    return isWritten ? written(answer) : overtaken;
  });
}

/**
 * Sign a terminal in: a fresh MAC key, under its master key, replaces the one before. Anybody can send this message, so
 * the one before stays good for a while.
 * @see docs/specs.md, ISO 8583 sheet, section 9
 */
export async function signIn(
  ports: AcquirerPorts,
  request: PosRequest,
): Promise<{ readonly kind: 'signed_in'; readonly workingKey: string } | Refused> {
  if (request.networkCode !== SIGN_IN) return refused('message.not_supported');
  const terminal = await findTerminal(ports.sql, request.key.terminalId);
  const refusal = admitTerminal(withSignIn(terminal, true), request.merchantId);
  if (refusal !== undefined || terminal === undefined) {
    return refusal ?? refused('terminal.unknown');
  }
  const { wrapped, checkValue, kept } = await ports.keys.issueMacKey(
    terminal.id,
    terminal.terminalKey,
  );
  return change(async () => {
    const now = await findTerminal(ports.sql, terminal.id);
    if (now === undefined) return refused('terminal.unknown');
    const atMs = ports.clock.nowMs();
    const when = { atMs, graceEndMs: atMs + GRACE_MS };
    if (!(await replaceMacKey(ports.sql, now, kept, when))) return overtaken;
    const key = { encryptedKey: toHex(wrapped), checkValue: toHex(checkValue) };
    return written({ kind: 'signed_in' as const, workingKey: workingKey.build(key) });
  });
}

/** What the staircase looks at. Whoever asks to sign in need not have done so. */
export function withSignIn(
  terminal: Terminal | undefined,
  signedIn = terminal?.macKey !== undefined,
): { readonly merchantId: string; readonly signedIn: boolean } | undefined {
  return terminal === undefined ? undefined : { merchantId: terminal.merchantId, signedIn };
}

/** How long the key before is good. */
const GRACE_MS = 3 * 60_000;

/** DE60.3 of a sign-in that asks for a double-length MAC key. */
const SIGN_IN = '003';

async function storedAnswer(
  ports: AcquirerPorts,
  requestId: string,
  digest: Uint8Array,
): Promise<Enrolled | Refused | undefined> {
  return answeredBefore<Enrolled>(await findEnrolment(ports.sql, requestId), digest);
}

/**
 * The id of a shop, made when it is new: institution, area and category, then a number picked at random.
 * @see docs/specs.md, ISO 8583 sheet, section 3, DE42
 */
export async function merchantIdOf(
  ports: AcquirerPorts,
  merchant: Merchant,
): Promise<string | Refused> {
  const found = await change(async () => {
    const known = await findMerchantId(ports.sql, merchant);
    if (known !== undefined) return written({ id: known });
    const id = `${INSTITUTION}${AREA}${merchant.category}${drawDigits(4, ports.random)}`;
    return (await insertMerchant(ports.sql, id, merchant)) ? written({ id }) : overtaken;
  });
  return 'kind' in found ? found : found.id;
}

/** The first three digits of DE42: the acquiring institution. */
const INSTITUTION = '999';
/** The area code of the demo acquirer's shops. */
const AREA = '1000';
