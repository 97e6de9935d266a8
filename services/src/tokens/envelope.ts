/** What card-entry frames encrypt to this service: opened, read strictly, and good for one request. */
import { z } from '@hono/zod-openapi';
import { sha256 } from '@noble/hashes/sha2.js';
import { ENVELOPE_AGE_MS, ENVELOPE_AHEAD_MS } from '@octavo/domain/card.ts';
import type { InstantMs } from '@octavo/domain/ports.ts';
import { equal, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { bytes } from '../column.ts';
import { ElementId, EnrolmentId, hexOf, Instant, Mobile, OneTimeCode } from '../shapes.ts';
import type { Tokens } from './ports.ts';

const place = {
  enrolmentId: EnrolmentId,
  requestorId: z.string().regex(/^\d{11}$/),
  atMs: Instant,
};

/** What the holder typed of a card, and what it is for. */
const CardEntry = z.strictObject({
  kind: z.literal('card'),
  pan: z.string().regex(/^\d{12,19}$/),
  expiry: z.string().regex(/^\d{2}(?:0[1-9]|1[0-2])$/),
  cvn2: z
    .string()
    .regex(/^\d{3}$/)
    .optional(),
  mobile: Mobile.optional(),
  elementId: ElementId,
  holderPublicKey: hexOf(65).optional(),
  rpIdHash: hexOf(32),
  origin: z.string().regex(/^[\x21-\x7e]{1,64}$/),
  ...place,
});

/** The one-time code the holder typed. */
export const CodeEntry = z.strictObject({ kind: z.literal('code'), code: OneTimeCode, ...place });

/** A card that its bank has handed on, by its receipt. */
const PushEntry = CardEntry.omit({
  kind: true,
  pan: true,
  expiry: true,
  cvn2: true,
  mobile: true,
}).extend({
  kind: z.literal('push'),
  receipt: hexOf(32),
});

/** A card to be added: typed, or handed on by its bank. */
export const AddEntry = z.discriminatedUnion('kind', [CardEntry, PushEntry]);

/** A card entry, read. */
export type CardEntry = z.output<typeof CardEntry>;

/** A pushed card's entry, read. */
export type PushEntry = z.output<typeof PushEntry>;

/**
 * Open an envelope and read it; undefined when it does not open, is of another kind, is not for this
 * enrolment and requestor, or is too old.
 */
export async function openEntry<Entry extends z.ZodType<Place>>(
  { keys, clock }: Tokens,
  envelope: string,
  form: Entry,
  asked: { readonly enrolmentId: string; readonly requestorId: string },
): Promise<z.output<Entry> | undefined> {
  const plain = await keys.openEnvelope(envelope);
  const entry = form.safeParse(plain && parse(plain));
  if (!entry.success) return undefined;
  const { enrolmentId, requestorId, atMs } = entry.data;
  if (enrolmentId !== asked.enrolmentId || requestorId !== asked.requestorId) return undefined;
  return isFresh(atMs, clock.nowMs()) ? entry.data : undefined;
}

type Place = {
  readonly enrolmentId: string;
  readonly requestorId: string;
  readonly atMs: number;
};

/** Take an envelope for a request; false when another request has it. A repeat of the request has it still. */
export async function claimEnvelope(
  { sql, clock }: Tokens,
  envelope: string,
  requestId: string,
): Promise<boolean> {
  const digest = envelopeDigest(envelope);
  const taken = await sql(
    `insert into tokens.envelope (digest, request_id, at_ms) values ($1, $2, $3)
     on conflict (digest) do nothing returning digest`,
    [digest, fromHex(requestId), clock.nowMs()],
  );
  if (taken.length > 0) return true;
  const [row] = await sql('select request_id from tokens.envelope where digest = $1', [digest]);
  return row !== undefined && equal(bytes(row, 'request_id'), fromHex(requestId));
}

/** Forget envelopes that are too old to be opened again. */
export async function forgetEnvelopes({ sql, clock }: Tokens): Promise<void> {
  const before = clock.nowMs() - 2 * (ENVELOPE_AGE_MS + ENVELOPE_AHEAD_MS);
  await sql('delete from tokens.envelope where at_ms < $1', [before]);
}

function isFresh(atMs: InstantMs, nowMs: InstantMs): boolean {
  return atMs >= nowMs - ENVELOPE_AGE_MS && atMs <= nowMs + ENVELOPE_AHEAD_MS;
}

/** Over the decoded parts: base64url has several spellings of the same bytes. */
function envelopeDigest(envelope: string): Uint8Array {
  const parts = envelope.split('.').map((part) => toHex(Buffer.from(part, 'base64url')));
  return sha256(new TextEncoder().encode(parts.join('.')));
}

function parse(plain: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(plain));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
