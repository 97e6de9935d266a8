/** Tells a tap at a gate: the exchange, the chain of certificates, the decision step by step, the record, the barrier. */
import type { TraceEvent } from '@octavo/domain/ports.ts';
import type { RefusalCode } from '@octavo/domain/refusal.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTapRecord, recordHash, type TapRecord } from '@octavo/lib/transit/tap-record.ts';
import type * as gate from '@octavo/services/gate';
import type { z } from 'zod';
import { narrateTap } from './narrate.ts';
import { type Piece, piece } from './paint.ts';
import type { Detail, Show } from './show.ts';
import { lastFour } from './tell.ts';

/** What the gate said of a tap. */
export type TapTold = z.output<(typeof gate)['tap']['answer']>;

/** A tap with what was heard of it. */
export type ToldTap = {
  readonly everyByte: boolean;
  readonly events: readonly TraceEvent[];
  readonly answer: TapTold;
  readonly tookMs: number;
};

/** Tell a tap from the events of element and gate, and the gate's answer. */
export function tellTap(
  show: Show,
  next: () => number,
  { everyByte, events, answer, tookMs }: ToldTap,
): void {
  const exchanges = events.filter(({ type, service }) => type === 'apdu' && service === 'element');
  show.step(
    { number: next(), name: 'tap', subject: [piece('dark phone and gate')], result: [], tookMs },
    narrateTap(exchanges, everyByte),
  );
  const decided = events.find(({ type }) => type === 'gate.decided');
  if (decided === undefined || answer.record === undefined) return;
  tellProof(show, next(), decided);
  tellDecision(show, next(), answer);
  const bytes = fromHex(answer.record);
  tellRecord(show, next(), decodeTapRecord(bytes), bytes);
  tellBarrier(
    show,
    next(),
    answer,
    answer.tokenLastFour === undefined ? [] : [lastFour(answer.tokenLastFour)],
  );
}

/** Tell a tap in one line: what the barrier said, and what was recorded. */
export function tellPassage(
  show: Show,
  next: () => number,
  { answer }: Pick<ToldTap, 'answer'>,
): void {
  const { sequence, recordedAs } = answer;
  const result = sequence === undefined ? 'nothing recorded' : recordWords(recordedAs, sequence);
  tellBarrier(show, next(), answer, [piece(result)]);
}

function recordWords(recordedAs: TapTold['recordedAs'], sequence: number): string {
  return `the same exchange; ${asWords(recordedAs)}, record ${sequence}`;
}

function tellBarrier(
  show: Show,
  number: number,
  { outcome, message }: TapTold,
  result: readonly Piece[],
): void {
  const isOpen = outcome === 'opened';
  show.step(
    {
      number,
      name: 'barrier',
      held: isOpen,
      subject: [
        piece(message.zh, isOpen ? 'ok' : 'refused'),
        piece('   '),
        piece(message.en, 'bold'),
      ],
      result,
    },
    [],
  );
}

/** `an exit`, `a single`. */
function asWords(recordedAs: TapTold['recordedAs'] = 'entry'): string {
  return `${/^[ae]/.test(recordedAs) ? 'an' : 'a'} ${recordedAs}`;
}

/** The chain from the authority's key to the signature over this tap. */
function tellProof(show: Show, number: number, { detail }: TraceEvent): void {
  const isProven = detail.authentication === 'verified';
  const named = (what: string, value: unknown): Detail => ({
    kind: 'check',
    held: true,
    name: what,
    compared: String(value),
  });
  const index = Number(detail.authorityIndex).toString(16).toUpperCase().padStart(2, '0');
  const links = [
    named('issuer’s certificate', `by key A000000333 ${index}, serial ${detail.issuerSerial}`),
    named('card’s certificate', `by the issuer’s key, serial ${detail.cardSerial}`),
    named('signature over this tap', `by the card’s key, counter ${detail.dynamicNumber}`),
  ];
  show.step(
    {
      number,
      name: 'chain',
      held: isProven,
      subject: [
        isProven
          ? piece('the card proved itself', 'ok')
          : piece(`not proven: ${detail.authentication}`, 'refused'),
      ],
      result: [piece(isProven ? 'offline, nobody was asked' : '')],
    },
    isProven ? links : [],
  );
}

/** What a gate asks itself, in order, with the reason of each no. @see docs/specs.md, transit sheet, section 2.3 */
const QUESTIONS: readonly (readonly [RefusalCode, string])[] = [
  ['gate.out_of_service', 'gate in service'],
  ['gate.list_too_old', 'deny list fresh'],
  ['gate.scheme_refused', 'card of a kind it takes'],
  ['gate.card_declined', 'card did not decline'],
  ['gate.not_authenticated', 'card proved itself'],
  ['gate.expired', 'card not expired'],
  ['gate.on_deny_list', 'token and account not listed'],
  ['gate.pass_back', 'not just gone through'],
  ['gate.station_closed', 'station open'],
  ['gate.wrong_direction', 'gate leads this way'],
];

function tellDecision(show: Show, number: number, { code, recordedAs }: TapTold): void {
  const at = QUESTIONS.findIndex(([refusal]) => refusal === code);
  const asked = at === -1 ? QUESTIONS : QUESTIONS.slice(0, at + 1);
  show.step(
    {
      number,
      name: 'decide',
      held: at === -1,
      subject: [
        at === -1
          ? piece(`${asked.length} of ${QUESTIONS.length} questions`, 'ok')
          : piece(`stopped at ${code}`, 'refused'),
      ],
      result: [piece(at === -1 ? asWords(recordedAs) : '')],
    },
    asked.map(([refusal, name], index) => ({
      kind: 'check',
      held: index !== at,
      name,
      compared: refusal,
    })),
  );
}

function tellRecord(show: Show, number: number, record: TapRecord, bytes: Uint8Array): void {
  const field = (name: string, value: Piece, decoded = ''): Detail => ({
    kind: 'field',
    id: '',
    name,
    value,
    decoded,
  });
  const short = (value: Uint8Array): string => `${toHex(value.subarray(0, 6))}…`;
  const { gateId, sequence, credential, accountReference, uncertaintyMs } = record;
  const reference = accountReference ?? 'none';
  show.step(
    {
      number,
      name: 'record',
      subject: [piece(`number ${sequence}, ${bytes.length} bytes, signed`)],
      result: [piece('on the disk before the barrier moves')],
    },
    [
      field('tap', piece(`${gateId} ${sequence}`), 'never used again'),
      field('hidden token', piece(credential ? short(credential.hash) : 'none', 'who')),
      field('account', piece(`${reference.slice(0, 4)}…${reference.slice(-4)}`, 'who')),
      field('clock', piece(`within ${uncertaintyMs} ms`)),
      field('record before', piece(short(record.previous)), 'SHA-256'),
      field('signature', piece(short(record.signature)), 'the gate’s own key, P-256'),
      field('this record', piece(short(recordHash(bytes))), 'SHA-256, for the next one'),
    ],
  );
}
