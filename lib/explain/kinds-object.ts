/** Values of data objects that stand alone and show by their form what they are, and the value of any tag by name. */
import { toHex } from '../bytes/bytes.ts';
import { cvmConditionWords, cvmMethodWords, cvmResultWords, cvmRule } from '../emv/cvm.ts';
import { TAGS } from '../emv/tags.ts';
import { terminalTypeWords } from '../emv/terminal-fields.ts';
import { decodeDol } from '../tlv/dol.ts';
import { TlvError } from '../tlv/tlv.ts';
import { applicationWords, responseCodeWords } from './codes.ts';
import { explainDataObject } from './data-objects.ts';
import { type Explained, leaf, wholeOf } from './explained.ts';
import type { Given } from './given.ts';
import { CERTAIN, FAINT, type Kind, LIKELY, POSSIBLE, type Recognised, whole } from './kind.ts';
import { sourceOf } from './sources.ts';
import { isTag } from './tag-lines.ts';
import { characters, objectWords } from './words.ts';

/** The source of what is no more than a name in the dictionary. */
const DICTIONARY = 'EMV contactless sheet, sections 1 to 11; ISO 8583 sheet, section 7';

/** The kinds of this file. */
export const objectKinds: readonly Kind[] = [
  objectKind('aid', 'name of an application (AID)', '4F', recogniseName),
  objectKind('dol', 'data object list', '9F38', recogniseList),
  objectKind('cvmlist', 'list of verification methods (8E)', '8E', recogniseMethods),
  objectKind('cvmresult', 'result of a verification method (9F34)', '9F34', recogniseResult),
  objectKind('arpc', 'issuer authentication data (91)', '91', recogniseAnswer),
  objectKind('termtype', 'terminal type (9F35)', '9F35', recogniseTerminal),
  {
    ...objectKind('servicecode', 'service code', '5F30', recogniseService),
    explain: ({ bytes, text, written }) => [
      { title: '', bytes, tree: explainService(bytes, written === 'text' ? text : '') },
    ],
  },
];

/**
 * The value of a data object as a kind, by its tag in hexadecimal of either case; undefined when that is no tag. It
 * takes any bytes: it is for who knows what they are.
 */
export function kindOfTag(name: string): Kind | undefined {
  const tag = name.toUpperCase();
  if (!isTag(tag)) return undefined;
  const title = `${TAGS[tag]?.name ?? 'value of an unknown data object'} (${tag})`;
  return objectKind(tag, title, tag, () => ({
    sureness: CERTAIN,
    because: 'asked for by its tag',
  }));
}

type Recognise = (bytes: Uint8Array, given: Given) => Recognised | undefined;

function objectKind(kind: string, title: string, tag: string, recognise: Recognise): Kind {
  return {
    kind,
    title,
    source: sourceOf(tag) ?? DICTIONARY,
    recognise: (given) =>
      given.written === 'text' && kind !== 'servicecode'
        ? undefined
        : recognise(given.bytes, given),
    explain: whole((bytes) => explainDataObject(tag, bytes)),
  };
}

const NAME_BYTES_MOST = 16;

function recogniseName(bytes: Uint8Array): Recognised | undefined {
  const words = bytes.length > NAME_BYTES_MOST ? '' : applicationWords(toHex(bytes));
  return words === '' ? undefined : { sureness: LIKELY + 5, because: `the name of ${words}` };
}

const FEWEST_ENTRIES = 2;

function recogniseList(bytes: Uint8Array): Recognised | undefined {
  try {
    const entries = decodeDol(bytes);
    const isKnown = entries.every(({ tag }) => TAGS[tag] !== undefined);
    if (!isKnown || entries.length < FEWEST_ENTRIES) return undefined;
    const because = `${entries.length} tags, all known, each with a length and no value`;
    return { sureness: LIKELY + 5, because };
  } catch (error) {
    if (error instanceof TlvError) return undefined;
    throw error;
  }
}

const AMOUNTS_BYTES = 8;
const METHODS_BYTES_MOST = 252;

function recogniseMethods(bytes: Uint8Array): Recognised | undefined {
  const { length } = bytes;
  if (length <= AMOUNTS_BYTES || length > METHODS_BYTES_MOST || length % 2 !== 0) return undefined;
  for (let at = AMOUNTS_BYTES; at < length; at += 2) {
    if (!isRule(bytes[at] as number, bytes[at + 1] as number)) return undefined;
  }
  const isFree = bytes.subarray(0, AMOUNTS_BYTES).every((byte) => byte === 0);
  // An amount of ten million is none that a method depends on.
  const isSmall = bytes[0] === 0 && bytes[4] === 0;
  const because = 'two amounts, then methods and conditions that exist';
  return { sureness: isFree ? LIKELY + 5 : isSmall ? POSSIBLE : FAINT / 2, because };
}

function isRule(code: number, condition: number): boolean {
  const words = [cvmMethodWords(cvmRule(code, 0).method), cvmConditionWords(condition)];
  return code < 0x80 && !words.some((one) => /reserved| of the /.test(one));
}

function recogniseResult(bytes: Uint8Array): Recognised | undefined {
  const [code = 0, condition = 0, result = 0] = bytes;
  if (bytes.length !== 3 || !isRule(code, condition)) return undefined;
  if (cvmResultWords(result) === '') return undefined;
  // Three zeros are what a terminal without a method writes, and much else.
  const isZero = code === 0 && condition === 0;
  const because = '3 bytes: a method, a condition and a result that exist';
  return { sureness: isZero ? FAINT : POSSIBLE + 10, because };
}

function recogniseAnswer(bytes: Uint8Array): Recognised | undefined {
  if (bytes.length !== 10) return undefined;
  const words = responseCodeWords(characters(bytes.subarray(8)));
  return words === ''
    ? undefined
    : { sureness: POSSIBLE + 10, because: '10 bytes that end in a response code' };
}

function recogniseTerminal(bytes: Uint8Array): Recognised | undefined {
  if (bytes.length !== 1 || terminalTypeWords(toHex(bytes)) === '') return undefined;
  return { sureness: POSSIBLE, because: 'one byte, a terminal that exists' };
}

/** Three digits, or packed in two bytes. */
function recogniseService(bytes: Uint8Array, { written, text }: Given): Recognised | undefined {
  const digits = written === 'text' ? text : bytes.length === 2 ? toHex(bytes).slice(1) : '';
  const isKnown = /^[125679][024][0-7]$/.test(digits);
  const isFilled = written === 'text' || (bytes[0] as number) < 0x10;
  if (!isKnown || !isFilled) return undefined;
  const because = 'three digits, each of which says something';
  return { sureness: written === 'text' ? LIKELY - 10 : FAINT, because };
}

function explainService(bytes: Uint8Array, text: string): Explained {
  if (!/^\d{3}$/.test(text)) return explainDataObject('5F30', bytes);
  const decoded = objectWords(
    '5F30',
    Uint8Array.of(Number(text[0]), Number.parseInt(text.slice(1), 16)),
  );
  return leaf(wholeOf(bytes), { name: 'service code', meaning: 'rule', value: text, decoded });
}
