/** Who is calling: services sign every call, in one process too; operators, holders and cashiers show a bearer key. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Clock, Directory, Random, SigningKeys } from '@octavo/domain/ports.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { BytesError, equalConstantTime, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import type { Party } from './endpoint.ts';
import { createNonceMemory, type NonceMemory } from './nonce-memory.ts';

/** A caller that passed the gate. `bearer` is the key a holder or cashier showed; what it opens the service decides. */
export type Caller = { readonly party: Party; readonly bearer?: string };

/** Decides who is calling; refuses who may not. */
export type Gate = (
  request: Request,
  body: string,
  allowed: readonly Party[],
) => Promise<Caller | Refused>;

/** Makes the headers that tell a peer who is calling. */
export type Signer = (path: string, body: string) => Promise<Record<string, string>>;

/** How far apart the caller's and our clock may be. */
const SIGNATURE_WINDOW_MS = 300_000;

/** Sign calls to `audience` as `party`. Time and nonce are signed too, so a call cannot be sent again or elsewhere. */
export function signAs(
  party: Party,
  audience: Party,
  keys: SigningKeys,
  clock: Clock,
  random: Random,
): Signer {
  return async (path, body) => {
    const time = String(clock.nowMs());
    const nonce = toHex(random(16));
    const signature = await keys.sign(callBytes(party, audience, path, time, nonce, body));
    return {
      'octavo-caller': party,
      'octavo-time': time,
      'octavo-nonce': nonce,
      'octavo-signature': toHex(signature),
    };
  };
}

/** Show a bearer key, as operators, holders and cashiers do. */
export function showKey(kind: 'operator' | 'holder' | 'cashier', key: string): Signer {
  return async () => ({ authorization: `Bearer ${kind}:${key}` });
}

/** Call as anyone. */
export const unsigned: Signer = async () => ({});

/** The gate of one service. `operatorKey` is what `octavo start` prints. */
export function createGate(
  audience: Party,
  directory: Directory,
  operatorKey: string,
  clock: Clock,
): Gate {
  // A call may be signed ahead of our clock by one window and comes too late one window behind it.
  const seen = createNonceMemory(clock, 2 * SIGNATURE_WINDOW_MS);
  return async (request, body, allowed) => {
    const authorization = request.headers.get('authorization');
    if (authorization !== null) return bearerCaller(authorization, allowed, operatorKey);
    const party = request.headers.get('octavo-caller');
    if (party === null) {
      return allowed.includes('anyone') ? { party: 'anyone' } : refused('request.unsigned');
    }
    if (!allowed.includes(party as Party)) return refused('caller.not_allowed');
    return signedCaller(request, body, party as Party, audience, directory, clock, seen);
  };
}

async function signedCaller(
  request: Request,
  body: string,
  party: Party,
  audience: Party,
  directory: Directory,
  clock: Clock,
  seen: NonceMemory,
): Promise<Caller | Refused> {
  const time = request.headers.get('octavo-time') ?? '';
  const nonce = request.headers.get('octavo-nonce') ?? '';
  const signature = signatureOf(request.headers.get('octavo-signature') ?? '');
  if (signature === undefined || !/^\d{1,15}$/.test(time) || !/^[0-9A-F]{32}$/.test(nonce)) {
    return refused('request.unsigned');
  }
  const message = callBytes(party, audience, new URL(request.url).pathname, time, nonce, body);
  if (!(await directory.verify(party, message, signature))) return refused('request.unsigned');
  if (Math.abs(clock.nowMs() - Number(time)) > SIGNATURE_WINDOW_MS) return refused('request.stale');
  return seen.wasSeen(`${party} ${nonce}`) ? refused('request.stale') : { party };
}

function bearerCaller(
  authorization: string,
  allowed: readonly Party[],
  operatorKey: string,
): Caller | Refused {
  const match = /^Bearer (operator|holder|cashier):([0-9A-Za-z]{16,128})$/.exec(authorization);
  if (match === null) return refused('request.unsigned');
  const [, kind, key = ''] = match;
  if (!allowed.includes(kind as Party)) return refused('caller.not_allowed');
  if (kind === 'holder' || kind === 'cashier') return { party: kind, bearer: key };
  const right = equalConstantTime(sha256(ascii(key)), sha256(ascii(operatorKey)));
  return right ? { party: 'operator' } : refused('request.unsigned');
}

function signatureOf(text: string): Uint8Array | undefined {
  try {
    const signature = fromHex(text);
    return signature.length === 64 ? signature : undefined;
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

function callBytes(
  party: Party,
  audience: Party,
  path: string,
  time: string,
  nonce: string,
  body: string,
): Uint8Array {
  const digest = toHex(sha256(new TextEncoder().encode(body)));
  return ascii(['octavo-call-1', party, audience, path, time, nonce, digest].join('\n'));
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
