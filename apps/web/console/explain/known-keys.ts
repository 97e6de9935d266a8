/**
 * The proof of a journey, with the master key that is published for worked examples where a world was made with it:
 * whether it was, the cryptogram itself tells. In any other world the keys are nobody's to know.
 * @see docs/specs.md, cryptograms sheet, section 9
 */
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import type { Journey } from '@octavo/lib/journey/head.ts';
import { type KnownKeys, type Proof, proofOf } from '@octavo/lib/journey/proof.ts';

const PUBLISHED: KnownKeys = { '01': fromHex('0123456789ABCDEF23456789ABCDEF01') };

/** The proof, and whether the keys are the published ones. */
export function readProof(journey: Journey): {
  readonly proof: Proof | undefined;
  readonly isPublished: boolean;
} {
  const tried = proofOf(journey, PUBLISHED);
  const isPublished = tried?.computed !== undefined && tried.computed === tried.cryptogram;
  return { proof: isPublished ? tried : proofOf(journey), isPublished };
}
