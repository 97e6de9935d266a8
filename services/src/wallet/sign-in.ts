/** Signing in by mobile number and code. A user is born at the first sign-in. */
import { drawDigits } from '@octavo/domain/draw.ts';
import { derivedId } from '@octavo/domain/leaf.ts';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { askCode, tryCode } from '@octavo/domain/sign-in.ts';
import { concat, fromAscii, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, written } from '../change.ts';
import { deliver } from '../issuer/contract.ts';
import { digestOf } from '../request.ts';
import * as contract from './contract.ts';
import type { WalletPorts } from './ports.ts';
import { readSignIn, saveCode, saveDelivered, saveTry } from './sign-in-store.ts';

/** How the wallet is named in a text message. */
const SENDER = 'Octavo';

/**
 * Send a code. What was sent under this request id is not sent again; what was not, because the message did not get
 * through, is replaced by a fresh code, as the old one is known to nobody.
 */
export async function requestSignIn(
  ports: WalletPorts,
  body: { readonly requestId: string; readonly mobile: string },
): Promise<{ expiresAtMs: number } | Refused> {
  const { requestId, mobile } = body;
  const userId = await userOf(ports, mobile);
  const code = drawDigits(6, ports.random);
  const codeHash = await codeHashOf(ports, mobile, code);
  const asked = await change(async () => {
    const last = await readSignIn(ports.sql, userId);
    const next = askCode(last, { requestId, codeHash, nowMs: ports.clock.nowMs() });
    if (isRefused(next)) return next;
    if (next.kind === 'sent') return written(next);
    return (await saveCode(ports.sql, userId, next.signIn)) ? written(next) : overtaken;
  });
  if (isRefused(asked)) return asked;
  const { expiresAtMs } = asked.signIn;
  if (asked.kind === 'sent') return { expiresAtMs };
  const delivered = await ports.issuer(deliver, {
    requestId: derivedId(['deliver', userId, codeHash]),
    mobile,
    from: SENDER,
    text: `[${SENDER}] ${code} is your sign-in code · 【${SENDER}】登录验证码 ${code}`,
  });
  if (isRefused(delivered)) return delivered;
  await saveDelivered(ports.sql, userId, codeHash);
  return { expiresAtMs };
}

/**
 * Try a code. The right one opens a session, whose key is made from a nonce and this service's lookup key: a repeat
 * gets the same key, and no table holds more than its hash.
 */
export async function signIn(
  ports: WalletPorts,
  body: { readonly requestId: string; readonly mobile: string; readonly code: string },
): Promise<{ session: string; expiresAtMs: number } | Refused> {
  const { requestId, mobile } = body;
  const userId = await userOf(ports, mobile);
  const digest = toHex(await digestOf(ports.keys, contract.signIn.path, body));
  const codeHash = await codeHashOf(ports, mobile, body.code);
  const nonce = toHex(ports.random(32));
  const sessionHash = toHex(await hashOf(ports, 'session', await sessionKey(ports, userId, nonce)));
  const mobileSealed = await ports.keys.vaultSeal(fromAscii(mobile), {
    id: userId,
    column: 'mobile_sealed',
  });
  const opened = await change(async () => {
    const nowMs = ports.clock.nowMs();
    const last = await readSignIn(ports.sql, userId);
    const tried = tryCode(last, { requestId, digest, codeHash, nonce, nowMs });
    const { answer } = tried;
    const session = isRefused(answer) ? undefined : { sessionHash, mobileSealed, atMs: nowMs };
    if (tried.signIn === undefined) return isRefused(answer) ? answer : written(answer);
    const saved = await saveTry(ports.sql, userId, tried.signIn, session);
    if (!saved) return overtaken;
    return isRefused(answer) ? answer : written(answer);
  });
  if (isRefused(opened)) return opened;
  const session = toHex(await sessionKey(ports, userId, opened.nonce));
  return { session, expiresAtMs: opened.expiresAtMs };
}

async function userOf(ports: WalletPorts, mobile: string): Promise<string> {
  return toHex(await hashOf(ports, 'mobile', fromAscii(mobile)));
}

/** A code is bound to its mobile number: the same digits for another number have another hash. */
async function codeHashOf(ports: WalletPorts, mobile: string, code: string): Promise<string> {
  return toHex(await hashOf(ports, 'sign-in code', fromAscii(`${mobile} ${code}`)));
}

async function sessionKey(ports: WalletPorts, userId: string, nonce: string): Promise<Uint8Array> {
  return await hashOf(ports, 'session key', concat(fromHex(userId), fromHex(nonce)));
}

async function hashOf(ports: WalletPorts, purpose: string, value: Uint8Array): Promise<Uint8Array> {
  return await ports.keys.lookupHash(purpose, value);
}
