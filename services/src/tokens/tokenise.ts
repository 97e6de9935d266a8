/**
 * Tokenise: draw a number that was never used, and keep it with the sealed card behind it.
 * @see docs/specs.md, tokenisation sheet, section 2
 */
import { accountReference } from '@octavo/domain/card.ts';
import { type CardRange, rangeOfCard } from '@octavo/domain/demo.ts';
import type { Refused } from '@octavo/domain/refusal.ts';
import { FIRST_SEQUENCE_NUMBER, tokenExpiry, tokenNumber } from '@octavo/domain/token.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromAscii, fromUint, toHex } from '@octavo/lib/bytes/bytes.ts';
import { ACCOUNT_REFERENCE_PURPOSE } from '@octavo/lib/emv/par.ts';
import { CREDIT_AID, DEBIT_AID } from '@octavo/lib/globalplatform/aids.ts';
import { change, overtaken, written } from '../change.ts';
import { allotSuffix } from './element-store.ts';
import { type Enrolment, readEnrolment, writeEnrolment } from './enrolment-store.ts';
import { openDigits, sealDigits, sealedAt, type Tokens, tokenIdOf } from './ports.ts';
import { dropToken, insertToken, type Token } from './token-store.ts';

/**
 * Give a verified enrolment its token. The token is kept first and then named by the enrolment; one that
 * loses that race is dropped, its number spent.
 */
export async function tokenise(tokens: Tokens, enrolment: Enrolment): Promise<Enrolment | Refused> {
  const { sql, clock } = tokens;
  return change<Enrolment>(async () => {
    const current = await readEnrolment(sql, enrolment.enrolmentId);
    assert(current !== undefined, 'enrolments are never deleted');
    if (current.state !== 'verified') return written(current);
    const token = await makeToken(tokens, current);
    const line = { atMs: clock.nowMs(), event: 'tokenise', party: 'tokens', reason: 'VERIFIED' };
    if (!(await insertToken(sql, token, line))) return overtaken;
    const progress = {
      state: 'tokenised',
      tokenId: token.tokenId,
      sealedPan: undefined,
      sealedPanExpiry: undefined,
    } as const;
    if (!(await writeEnrolment(sql, current, progress))) {
      await dropToken(sql, token.tokenId);
      return overtaken;
    }
    return written({ ...current, ...progress, version: current.version + 1n });
  });
}

async function makeToken(tokens: Tokens, enrolment: Enrolment): Promise<Token> {
  const { keys, clock } = tokens;
  const { enrolmentId, sealedPan, sealedPanExpiry, assurance } = enrolment;
  const range = rangeOfCard(enrolment.cardBin);
  assert(range !== undefined, 'enrolments are of known ranges');
  assert(
    sealedPan !== undefined && sealedPanExpiry !== undefined,
    'an open enrolment has its card',
  );
  assert(assurance !== undefined, 'a verified card was verified somehow');
  const pan = await openDigits(keys, sealedPan, sealedAt(enrolmentId, 'enrolment.pan'));
  const expiry = await openDigits(
    keys,
    sealedPanExpiry,
    sealedAt(enrolmentId, 'enrolment.pan_expiry'),
  );
  const number = drawNumber(tokens, range);
  const tokenId = await tokenIdOf(keys, range.keyIndex, number);
  return {
    tokenId,
    enrolmentId,
    elementId: enrolment.elementId,
    sealedNumber: await sealDigits(keys, number, sealedAt(tokenId, 'token.number')),
    sealedPan: await sealDigits(keys, pan, sealedAt(tokenId, 'token.pan')),
    sealedPanExpiry: await sealDigits(keys, expiry, sealedAt(tokenId, 'token.pan_expiry')),
    cardBin: enrolment.cardBin,
    cardLastFour: enrolment.cardLastFour,
    lastFour: number.slice(-4),
    expiry: tokenExpiry(clock.nowMs()),
    sequenceNumber: FIRST_SEQUENCE_NUMBER,
    keyIndex: range.keyIndex,
    requestorId: enrolment.requestorId,
    accountReference: accountReference(
      await keys.lookupHash(ACCOUNT_REFERENCE_PURPOSE, fromAscii(pan)),
    ),
    assurance,
    instanceAid: await instanceName(tokens, range, enrolment.elementId),
    holderPublicKey: enrolment.holderPublicKey,
    rpIdHash: enrolment.rpIdHash,
    origin: enrolment.origin,
    state: 'inactive',
    suspendedBy: [],
    certified: false,
    highestCounter: 0n,
    lapsesMs: enrolment.expiresMs,
    version: 1n,
  };
}

function drawNumber({ random }: Tokens, range: CardRange): string {
  for (let tries = 0; tries < MOST_DRAWS; tries++) {
    const number = tokenNumber(range, random(4));
    if (number !== undefined) return number;
  }
  assert(false, 'this randomness never gives a number');
}

const MOST_DRAWS = 64;

/** The instance's name on the element: the AID of its kind and a suffix that the element never had before. */
async function instanceName(
  { sql }: Tokens,
  range: CardRange,
  elementId: Uint8Array,
): Promise<string> {
  const suffix = fromUint(await allotSuffix(sql, elementId), 2);
  return (range.kind === 'debit' ? DEBIT_AID : CREDIT_AID) + toHex(suffix);
}
