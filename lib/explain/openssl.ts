/**
 * The recomputation of a cryptogram as a script of plain `openssl` and `xxd` lines, for whoever does not believe us:
 * card key from the issuer's master key, session key, the MAC block by block, the comparison.
 * Keys come from the environment and are never written into the script.
 * @see docs/specs.md, cryptograms sheet, sections 1.1, 2.1, 3, 4 and 16
 */
import { concat, toHex } from '../bytes/bytes.ts';
import {
  type CryptogramProfile,
  cryptogramInput,
  UNIONPAY_01,
  UNIONPAY_17,
} from '../emv/cryptogram.ts';
import { decodeIad, type Iad, IadError } from '../emv/iad.ts';
import { TAGS } from '../emv/tags.ts';
import type { Explained } from './explained.ts';
import { bytesOfFact, factsOf, numbersOf } from './facts.ts';
import { byTap, type ExplainedPart } from './kind.ts';

/** The script, or why there is none. */
export type OpensslScript =
  | { readonly kind: 'script'; readonly text: string }
  | { readonly kind: 'refused'; readonly words: string };

/**
 * Write the script for the cryptogram in the trees of one input. The account number stands in it only when `reveals`;
 * else the script asks for it in `PAN`.
 */
export function opensslScript(trees: readonly Explained[], reveals: boolean): OpensslScript {
  const facts = factsOf(trees);
  const values = (tag: string): Uint8Array | undefined => bytesOfFact(facts, tag);
  const cryptogram = bytesOfFact(facts, '9F26', 8);
  if (cryptogram === undefined) return refused('there is no cryptogram (9F26) of eight bytes');
  const iad = readIad(values('9F10'));
  if (iad === undefined)
    return refused("the issuer application data (9F10) are not there or not UnionPay's");
  const profile = PROFILES.find(
    ({ version, algorithm }) => version === iad.cvn && algorithm === iad.algorithm,
  );
  if (profile === undefined) {
    return refused(`cryptogram version ${iad.cvn} with algorithm ${iad.algorithm} has no script`);
  }
  const wrong = profile.list.objects.find(({ tag, length }) => values(tag)?.length !== length);
  if (wrong !== undefined) {
    return refused(
      `${TAGS[wrong.tag]?.name ?? ''} (${wrong.tag}) of ${wrong.length} bytes is missing`,
    );
  }
  const input = cryptogramInput(profile.list, values);
  const [number] = numbersOf(facts);
  const sequence = [facts.get('5F34')?.value, facts.get('DE23')?.value.slice(-2)].find(
    (digits) => digits !== undefined && /^\d\d$/.test(digits),
  );
  const lines = [
    ...head(profile, number !== undefined && reveals ? number.value : undefined, sequence),
    ...keyLines(toHex(values('9F36') ?? new Uint8Array())),
    ...inputLines(profile, values, iad),
    ...macLines(input),
    ...compareLines(toHex(cryptogram), sequence !== undefined),
  ];
  return { kind: 'script', text: `${lines.join('\n')}\n` };
}

/** The script for the first tap of an input that has a cryptogram. */
export function opensslScriptOfParts(
  parts: readonly ExplainedPart[],
  reveals: boolean,
): OpensslScript {
  const taps = byTap(parts).map(({ parts: own }) => own.map(({ tree }) => tree));
  const sealed = taps.find((trees) => factsOf(trees).has('9F26'));
  return opensslScript(sealed ?? [], reveals);
}

const PROFILES: readonly CryptogramProfile[] = [UNIONPAY_01, UNIONPAY_17];

function refused(words: string): OpensslScript {
  return { kind: 'refused', words };
}

function readIad(bytes: Uint8Array | undefined): Iad | undefined {
  if (bytes === undefined) return undefined;
  try {
    return decodeIad(bytes);
  } catch (error) {
    if (error instanceof IadError) return undefined;
    throw error;
  }
}

function head(
  { version }: CryptogramProfile,
  pan: string | undefined,
  psn: string | undefined,
): readonly string[] {
  return [
    '#!/usr/bin/env bash',
    `# Recomputes a cryptogram of version ${String(version).padStart(2, '0')} with openssl, xxd and arithmetic of bash.`,
    '# The master key is read from the environment, so that no process list shows it:',
    '#   read -rs IMK; export IMK; npx octavo explain --openssl … | bash',
    'set -euo pipefail',
    `: "\${IMK:?the issuer master key for cryptograms, 32 hexadecimal digits}"`,
    pan === undefined
      ? `: "\${PAN:?the account number (or token) of the card, digits}"`
      : `: "\${PAN:=${pan}}"`,
    psn === undefined
      ? `: "\${PSN:=00}"   # card sequence number: the data have none (5F34), so 00; set PSN if the card has another`
      : `: "\${PSN:=${psn}}"   # card sequence number, as the data say`,
    '',
    '# Triple DES with a key of two parts is des-ede3 with K1, K2, K1; single DES is the same with K, K, K.',
    `tdes() { xxd -r -p <<<"$2" | openssl enc -des-ede3 -e -nopad -K "$1\${1:0:16}" | xxd -p | tr a-f A-F; }`,
    `des()  { xxd -r -p <<<"$2" | openssl enc -des-ede3 "\${3:--e}" -nopad -K "$1$1$1" | xxd -p | tr a-f A-F; }`,
    'xor()  { printf \'%016X\' "$((0x$1 ^ 0x$2))"; }',
    '',
  ];
}

/** Card key by option A, session key from the counter. */
function keyLines(atc: string): readonly string[] {
  return [
    '# Card key (option A): the last 16 digits of number and sequence number, then the same turned over.',
    `Y="0000000000000000$PAN$PSN"; Y=\${Y: -16}`,
    'UDK=$(tdes "$IMK" "$Y$(xor "$Y" FFFFFFFFFFFFFFFF)")',
    'echo "card key     $(tdes "$UDK" 0000000000000000 | cut -c1-6) (check value)"',
    '',
    '# Session key: the counter, then the counter turned over, each at the end of eight bytes.',
    `ATC=${atc}`,
    `SK=$(tdes "$UDK" "000000000000\${ATC}000000000000$(xor "$ATC" FFFF | tail -c 4)")`,
    'echo "session key  $(tdes "$SK" 0000000000000000 | cut -c1-6) (check value)"',
    `KL=\${SK:0:16} KR=\${SK:16:16}`,
    '',
  ];
}

/** What is sealed, object by object. */
function inputLines(
  { list }: CryptogramProfile,
  values: (tag: string) => Uint8Array | undefined,
  iad: Iad,
): readonly string[] {
  const objects = list.objects.map(({ tag }) => {
    const value = toHex(values(tag) ?? new Uint8Array());
    return `DATA+=${value.padEnd(14)} # ${tag} ${TAGS[tag]?.name ?? ''}`;
  });
  return [
    '# What the card sealed.',
    "DATA=''",
    ...objects,
    `DATA+=${toHex(list.results(iad)).padEnd(14)} # out of 9F10: card verification results`,
    'echo "sealed       $DATA"',
    '',
  ];
}

const BLOCK = 8;

/** The retail MAC, padding 2: each block in its own line, so that every step can be compared. */
function macLines(input: Uint8Array): readonly string[] {
  const padding = BLOCK - (input.length % BLOCK);
  const padded = concat(input, Uint8Array.of(0x80), new Uint8Array(padding - 1));
  const blocks = Array.from({ length: padded.length / BLOCK }, (_, index) => index * 2 * BLOCK);
  return [
    '# The MAC: 80 and zeros fill up the last block, each block goes through DES with the left half of the key.',
    `DATA+=${toHex(padded.subarray(input.length))}`,
    'H=0000000000000000',
    ...blocks.map(
      (at) => `H=$(des "$KL" "$(xor "$H" "\${DATA:${at}:16}")"); echo "block        $H"`,
    ),
    '# The last one once more: back with the right half, on with the left.',
    'H=$(des "$KR" "$H" -d)',
    'H=$(des "$KL" "$H")',
    '',
  ];
}

function compareLines(cryptogram: string, hasSequence: boolean): readonly string[] {
  const guess = hasSequence ? '' : ', with PSN $PSN; set PSN if the card has another';
  return [
    `AC=${cryptogram}   # 9F26`,
    'echo "recomputed   $H"',
    'echo "in the data  $AC"',
    `if [ "$H" = "$AC" ]; then echo "they agree"; else echo "they do NOT agree${guess}"; exit 1; fi`,
  ];
}
