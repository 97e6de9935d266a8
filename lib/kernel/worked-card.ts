/**
 * The worked card, whole or with single objects changed, played against the kernel. For tests.
 * @see docs/specs.md, EMV contactless sheet, section 9.2
 */
import { encodeCommand, type Response, status, success } from '../apdu/apdu.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { encodeTlv, type Tag, template, tlv } from '../tlv/tlv.ts';
import type { Answer } from './drive.ts';
import { preProcess } from './entry.ts';
import type { KernelOutcome, OnlineRequest } from './outcome.ts';
import { purchase } from './purchase.ts';
import type { ReaderConfiguration, TapInput } from './reader.ts';
import { workedInput } from './worked-tap.ts';

/** The objects of the worked answer to GET PROCESSING OPTIONS, in its order. Sheet, section 9.2. */
export const WORKED: readonly (readonly [tag: Tag, value: string])[] = [
  ['82', '7000'],
  ['9F36', '0001'],
  ['57', '6258249900000018D301220100000000000F'],
  ['9F10', '07010103A40000010A0100000000003A65702A'],
  ['9F26', 'AEBC72404A3A05AF'],
  ['5F34', '01'],
  ['9F6C', '0080'],
  ['9F63', '00'.repeat(16)],
];

/** Issuer application data by the cryptogram that their verification results name. Sheet, section 8.1. */
export const IAD = {
  arqc: '07010103A0000001',
  tc: '0701010390000001',
  aac: '0701010380000001',
  reserved: '07010103B0000001',
} as const;

/** The commands of a tap in hexadecimal, and how it ended. */
export type Played = { readonly commands: readonly string[]; readonly outcome: KernelOutcome };

const PDOL = '9F66049F02069F03069F1A0295055F2A029A039C019F3704';

/** The worked card with some objects changed, added or (undefined) left out, then its records. */
export function pay(
  change: Readonly<Record<Tag, string | undefined>>,
  records: readonly (string | number)[] = [],
  input: TapInput = workedInput,
): Played {
  return play(PDOL, input, [success(optionsOf(changed(change))), ...records.map(recordAnswer)]);
}

/** The reader of the worked tap, set up otherwise, meets one answer to GET PROCESSING OPTIONS. */
export function answerOptions(answer: Response, change: Partial<ReaderConfiguration> = {}): Played {
  return play(PDOL, reader(change), [answer]);
}

/** The worked card asks for other data. */
export function payWithPdol(pdol: string | undefined): Played {
  return play(pdol, workedInput, [success(optionsOf(WORKED))]);
}

function play(pdol: string | undefined, input: TapInput, answers: readonly Answer[]): Played {
  const { ttq } = preProcess(input.amountMinor, input.reader);
  const dfName = fromHex('A000000333010101');
  const selected = {
    dfName,
    pdol: pdol === undefined ? undefined : fromHex(pdol),
    additionalFunctions: undefined,
  };
  const commands: string[] = [];
  const payment = purchase(selected, { aid: dfName, dfName, ttq }, input);
  let step = payment.next();
  for (const answer of answers) {
    if (step.done) break;
    commands.push(toHex(encodeCommand(step.value)));
    step = payment.next(answer);
  }
  if (!step.done) throw new Error(`the card has no answer to ${toHex(encodeCommand(step.value))}`);
  return { commands, outcome: step.value };
}

/** The worked tap at a reader that is set up otherwise. */
export function reader(change: Partial<ReaderConfiguration>): TapInput {
  return { ...workedInput, reader: { ...workedInput.reader, ...change } };
}

function changed(
  change: Readonly<Record<Tag, string | undefined>>,
): readonly (readonly [Tag, string])[] {
  const kept = WORKED.filter(([tag]) => !(tag in change));
  const added = Object.entries(change).flatMap(([tag, value]) =>
    value === undefined ? [] : [[tag, value] as const],
  );
  return [...kept, ...added];
}

/** Template 77 of these objects. */
export function optionsOf(objects: readonly (readonly [Tag, string])[]): Uint8Array {
  return encodeTlv([
    template(
      '77',
      objects.map(([tag, value]) => tlv(tag, fromHex(value))),
    ),
  ]);
}

function recordAnswer(record: string | number): Response {
  return typeof record === 'number' ? status(record) : success(fromHex(record));
}

/** The online request that a tap must have ended in. */
export function online(outcome: KernelOutcome): OnlineRequest {
  if (outcome.kind !== 'online_request') throw new Error(`ended as ${verdict(outcome)}`);
  return outcome;
}

/** Kind and reason of an outcome. */
export function verdict(outcome: KernelOutcome): readonly [kind: string, reason: string] {
  return [outcome.kind, outcome.reason];
}
