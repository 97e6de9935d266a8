/**
 * Signing in by a six-digit code: ten minutes, three tries, one use, ten codes an hour for one mobile number.
 * @see docs/specs.md, tokenisation sheet, section 3 (rules of one-time codes)
 */
import { equalConstantTime, fromHex } from '@octavo/lib/bytes/bytes.ts';
import type { InstantMs } from './ports.ts';
import { type Refused, refused } from './refusal.ts';

/** How long a code works. */
const CODE_MS = 10 * 60_000;
/** How long a session is good. */
const SESSION_MS = 30 * 24 * 60 * 60_000;
/** How many tries a code has. */
const CODE_TRIES = 3;
/** How many codes a mobile number may get in an hour, so that guessing over many codes stays hopeless. */
const CODES_AN_HOUR = 10;
const HOUR_MS = 60 * 60_000;

/** One try of a code, by request id and a keyed digest of what was sent. */
export type CodeTry = { readonly requestId: string; readonly digest: string };

/** The last code of a mobile number. Hashes are keyed; the code itself is nowhere. */
export type SignIn = {
  readonly requestId: string;
  readonly codeHash: string;
  readonly delivered: boolean;
  readonly expiresAtMs: InstantMs;
  readonly tries: readonly CodeTry[];
  /** Set once the code was used: the session's nonce, from which its key is made again for a repeat. */
  readonly session: { readonly nonce: string; readonly expiresAtMs: InstantMs } | null;
  readonly hourBeganMs: InstantMs;
  readonly codesInHour: number;
  readonly version: number;
};

/** A code is asked for: either it was sent under this request id already, or a fresh one is due. */
export function askCode(
  last: SignIn | undefined,
  ask: { readonly requestId: string; readonly codeHash: string; readonly nowMs: InstantMs },
): { readonly kind: 'sent' | 'fresh'; readonly signIn: SignIn } | Refused {
  const { requestId, codeHash, nowMs } = ask;
  if (last?.requestId === requestId && last.delivered) return { kind: 'sent', signIn: last };
  const sameHour = last !== undefined && nowMs < last.hourBeganMs + HOUR_MS;
  if (sameHour && last.codesInHour >= CODES_AN_HOUR) return refused('request.too_often');
  return {
    kind: 'fresh',
    signIn: {
      requestId,
      codeHash,
      delivered: false,
      expiresAtMs: nowMs + CODE_MS,
      tries: [],
      session: null,
      hourBeganMs: sameHour ? last.hourBeganMs : nowMs,
      codesInHour: sameHour ? last.codesInHour + 1 : 1,
      version: last?.version ?? 0,
    },
  };
}

/** A code is tried. `signIn` is what must be written when it is there: wrong tries count too. */
export function tryCode(
  last: SignIn | undefined,
  ask: CodeTry & { readonly codeHash: string; readonly nonce: string; readonly nowMs: InstantMs },
): { readonly signIn?: SignIn; readonly answer: NonNullable<SignIn['session']> | Refused } {
  const { requestId, digest, nonce, nowMs } = ask;
  if (last === undefined) return { answer: refused('sign_in.code_dead') };
  const before = last.tries.findIndex((each) => each.requestId === requestId);
  if (before !== -1) return { answer: sameAnswer(last, before, digest) };
  const dead = last.session !== null || last.tries.length >= CODE_TRIES;
  if (dead || nowMs >= last.expiresAtMs) return { answer: refused('sign_in.code_dead') };
  const tries = [...last.tries, { requestId, digest }];
  if (!equalConstantTime(fromHex(ask.codeHash), fromHex(last.codeHash))) {
    return { signIn: { ...last, tries }, answer: wrongAt(last.tries.length) };
  }
  const session = { nonce, expiresAtMs: nowMs + SESSION_MS };
  return { signIn: { ...last, tries, session }, answer: session };
}

function sameAnswer(
  last: SignIn,
  at: number,
  digest: string,
): NonNullable<SignIn['session']> | Refused {
  if (last.tries[at]?.digest !== digest) return refused('request.key_reused');
  // The try that made the session was the last one that counted.
  const made = last.session !== null && at === last.tries.length - 1;
  return made && last.session !== null ? last.session : wrongAt(at);
}

function wrongAt(index: number): Refused {
  const triesLeft = CODE_TRIES - 1 - index;
  return triesLeft > 0
    ? refused('sign_in.code_wrong', { triesLeft })
    : refused('sign_in.code_dead');
}
