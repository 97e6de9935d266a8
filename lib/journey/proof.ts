/**
 * How the proof of a tap was made: what the element sealed, in order, the keys from the issuer's down to that of this
 * one transaction, and the cryptogram that came of it.
 * @see docs/specs.md, cryptograms sheet, sections 1.1, 2.1, 3, 4.1 and 5; profile octavo-1, section 7
 */
import { concat, equalConstantTime, fromHex, toHex } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import { keyCheckValue } from '../cipher/check-value.ts';
import { paddedTo } from '../cipher/padding.ts';
import { SEALED_01, UNIONPAY_01 } from '../emv/cryptogram.ts';
import { TAGS } from '../emv/tags.ts';
import { explainChipData } from '../explain/data-objects.ts';
import { explainSession } from '../explain/explain.ts';
import { type Explained, find } from '../explain/explained.ts';
import type { Meaning } from '../iso8583/message.ts';
import { messageOf } from './event.ts';
import { exchangesOf, type Journey } from './head.ts';
import { nameWords, sayingWords, type Words } from './names.ts';
import { checksOf } from './node.ts';
import { KEYS, PROOF } from './words.ts';

/** One value that was sealed. */
export type ProofInput = {
  readonly tag: string;
  readonly name: Words;
  readonly meaning: Meaning;
  readonly hex: string;
  readonly decoded: Words;
};

/** One key, in words: what it is made of, and what made it this one. */
export type ProofKey = {
  readonly key: keyof typeof KEYS;
  readonly title: Words;
  readonly words: Words;
  readonly diversifiedBy: Words;
  /** Three bytes; only where the keys are known. */
  readonly checkValue?: string | undefined;
  /** Only where the keys are known; whoever shows it reveals it. */
  readonly bytes?: SecretBytes | undefined;
};

/** The proof of a tap. */
export type Proof = {
  /** Two digits, as 9F10 has it. */
  readonly version: string;
  readonly inputs: readonly ProofInput[];
  /** All of them, filled to whole blocks of eight bytes. */
  readonly block: string;
  readonly inputBytes: number;
  readonly padding: string;
  readonly keys: readonly ProofKey[];
  readonly algorithm: Words;
  /** Tag 9F26 as the phone gave it. */
  readonly cryptogram: string;
  /** What the known keys give; undefined without them. */
  readonly computed?: string | undefined;
  /** Whether it is the phone's own: by the known keys, else by what the token service found; undefined when nobody looked. */
  readonly isPhones?: boolean | undefined;
};

/** Master keys for cryptograms by key index, 16 bytes each: those of a world made of published test keys. */
export type KnownKeys = Readonly<Record<string, Uint8Array>>;

/**
 * The proof of a journey; undefined when no cryptogram was made, when it is of another version than 01, or when
 * something that goes into it was not told.
 */
export function proofOf(journey: Journey, knownKeys: KnownKeys = {}): Proof | undefined {
  const trees = treesOf(journey);
  const values = valuesOf(trees);
  const inputs = inputsOf(trees);
  const cryptogram = values('9F26');
  const version = values('CVN');
  if (inputs === undefined || cryptogram === undefined || version !== '01') return undefined;
  const sealed = concat(...inputs.map(({ hex }) => fromHex(hex)));
  const block = toHex(paddedTo(8, sealed, 2));
  const index = values('DKI') ?? '';
  const counter = values('9F36') ?? '';
  const token = numberOf(values('57'));
  const sequence = values('5F34') ?? '00';
  const made = computed(knownKeys[index], { token, sequence, counter, sealed });
  const result = made && toHex(made.result);
  return {
    version,
    inputs,
    block,
    inputBytes: sealed.length,
    padding: block.slice(sealed.length * 2),
    keys: keysOf({ index, token, sequence, counter }, made),
    algorithm: PROOF.result,
    cryptogram,
    computed: result,
    isPhones:
      made === undefined
        ? foundRight(journey)
        : equalConstantTime(made.result, fromHex(cryptogram)),
  };
}

/** What the phone was told and gave; where that was not heard, the chip data of the request. */
function treesOf({ events }: Journey): readonly Explained[] {
  const exchanges = explainSession(exchangesOf(events));
  const heard = exchanges.flatMap(({ command, response }) => [command, response]);
  if (heard.some((tree) => find(tree, '9F26') !== undefined)) return heard;
  const [chip] = events.flatMap((event) => messageOf(event)?.fields[55] ?? []);
  return chip === undefined ? [] : [explainChipData(fromHex(chip))];
}

function valuesOf(trees: readonly Explained[]): (tag: string) => string | undefined {
  return (tag) => {
    const value = found(trees, tag)?.value;
    return value === '' ? undefined : value;
  };
}

/** The first with a value: a list that asks for it has none. */
function found(trees: readonly Explained[], tag: string): Explained | undefined {
  return trees.map((tree) => find(tree, tag)).find((node) => node !== undefined);
}

/** What is cut out of the issuer application data. */
const CARD_VERIFICATION_RESULTS = { tag: 'CVR', length: 4 };

function inputsOf(trees: readonly Explained[]): readonly ProofInput[] | undefined {
  const inputs = [...SEALED_01, CARD_VERIFICATION_RESULTS].map(({ tag, length }) => {
    const node = found(trees, tag);
    if (node === undefined || !/^[0-9A-F]+$/.test(node.value)) return undefined;
    if (node.value.length !== length * 2) return undefined;
    const { value, decoded, meaning, name } = node;
    const own = TAGS[tag]?.name ?? name;
    return { tag, name: nameWords(own), meaning, hex: value, decoded: sayingWords(decoded) };
  });
  return inputs.includes(undefined) ? undefined : (inputs as readonly ProofInput[]);
}

/** Undefined when the number was masked. */
function numberOf(track: string | undefined): string | undefined {
  return /^(\d{12,19})D/.exec(track ?? '')?.[1];
}

type Named = {
  readonly index: string;
  readonly token: string | undefined;
  readonly sequence: string;
  readonly counter: string;
};

type Made = {
  readonly master: Uint8Array;
  readonly token: SecretBytes;
  readonly session: SecretBytes;
  readonly result: Uint8Array;
};

function computed(
  master: Uint8Array | undefined,
  { token, sequence, counter, sealed }: Omit<Named, 'index'> & { readonly sealed: Uint8Array },
): Made | undefined {
  if (master?.length !== 16 || token === undefined || !/^\d\d$/.test(sequence)) return undefined;
  const { cardKey, sessionKey, mac } = UNIONPAY_01.method;
  const own = cardKey(master, token, sequence);
  const session = sessionKey(own, fromHex(counter));
  return { master, token: own, session, result: mac(session, sealed) };
}

function keysOf(named: Named, made: Made | undefined): readonly ProofKey[] {
  const { index, token, sequence, counter } = named;
  const ending = token === undefined ? '••••' : `•• ${token.slice(-4)}`;
  const count = Number.parseInt(counter, 16);
  const by: Readonly<Record<keyof typeof KEYS, Words>> = {
    master: { en: `index ${index}`, zh: `索引 ${index}` },
    token: { en: `${ending}, sequence ${sequence}`, zh: `${ending}，序列号 ${sequence}` },
    session: { en: `counter ${count}`, zh: `计数器 ${count}` },
  };
  return (['master', 'token', 'session'] as const).map((key) => ({
    key,
    title: KEYS[key],
    words: PROOF[key],
    diversifiedBy: by[key],
    ...(made === undefined ? {} : shown(made[key])),
  }));
}

function shown(key: Uint8Array): Pick<ProofKey, 'checkValue' | 'bytes'> {
  return { checkValue: toHex(keyCheckValue(key)), bytes: secret(key) };
}

/** What the token service found; undefined when it did not come that far. */
function foundRight({ events }: Journey): boolean | undefined {
  const check = events.flatMap(checksOf).find(({ name }) => name === 'cryptogram');
  if (check === undefined || check.outcome === 'not_run') return undefined;
  return check.outcome === 'held';
}
