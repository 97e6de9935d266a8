/**
 * Every command, response, message, certificate and value among the outside vectors is taken for what it is, and none
 * of them is warned of without a cause.
 */
import { deepEqual, ok, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import channels from '../vectors/sheets/channels.json' with { type: 'json' };
import cryptograms from '../vectors/sheets/cryptograms.json' with { type: 'json' };
import keyBlocks from '../vectors/sheets/key-blocks.json' with { type: 'json' };
import messages from '../vectors/sheets/messages.json' with { type: 'json' };
import oda from '../vectors/sheets/oda.json' with { type: 'json' };
import records from '../vectors/sheets/records.json' with { type: 'json' };
import vectors from '../vectors/vectors.json' with { type: 'json' };
import { explainReading, readingsOf } from './readings.ts';
import { warningsOfParts } from './warnings.ts';

type Vector = { readonly id: string; readonly inputs: object; readonly outputs: object };
type File = readonly Vector[] | { readonly vectors: readonly Vector[] };

const all = new Map(
  [vectors, channels, cryptograms, keyBlocks, messages, oda, records]
    .flatMap((file) => {
      const either = file as unknown as File;
      return 'vectors' in either ? either.vectors : either;
    })
    .map((vector) => [vector.id, vector]),
);

/** A value of a vector by its path; the last step may have dots or slashes of its own. */
function valueAt(id: string, path: string): unknown {
  const { inputs, outputs } = all.get(id) as Vector;
  const [side, ...steps] = path.split('.');
  let value: unknown = side === 'in' ? inputs : outputs;
  for (const step of steps) value = (value as Record<string, unknown>)[step];
  return value;
}

/** Vector, path in it, and the kind that it is. */
const SAMPLES: readonly (readonly [id: string, path: string, kind: string])[] = [
  ['pboc-fci-debit', 'in.command', 'command'],
  ['pboc-fci-debit', 'out.response', 'response'],
  ['pboc-fci-debit', 'out.pdol', 'dol'],
  ['pboc-pse-fci', 'in.command', 'command'],
  ['pboc-pse-fci', 'out.response', 'tlv'],
  ['pboc-pse-record', 'in.command', 'command'],
  ['pboc-pse-record', 'out.response', 'response'],
  ['sheet-emv-contactless-9.2-ppse', 'in.command', 'command'],
  ['sheet-emv-contactless-9.2-ppse', 'in.response', 'response'],
  ['sheet-emv-contactless-9.2-select', 'in.response', 'response'],
  ['sheet-emv-contactless-9.2-options', 'in.command', 'command'],
  ['sheet-emv-contactless-9.2-options', 'in.response', 'response'],
  ['sheet-emv-contactless-2-read-record', 'in.command', 'command'],
  ['sheet-emv-contactless-2-get-data', 'in.command', 'command'],
  ['sheet-provisioning-3.2-channel', 'in.commands.0', 'command'],
  ['sheet-provisioning-3.2-channel', 'in.commands.2', 'command'],
  ['sheet-provisioning-3.1-channel', 'in.answers.0', 'response'],
  ['sheet-cryptograms-9-script-app-block', 'out.apdu', 'command'],
  ['sheet-cryptograms-9-script-put-data', 'out.apdu', 'command'],
  ['upi-arqc-001', 'in.tags', 'tags'],
  ['upi-arqc-001', 'in.tags.9F10', 'iad'],
  ['upi-arqc-001', 'in.tags.95', 'tvr'],
  ['upi-arqc-001', 'in.tags.84', 'aid'],
  ['upi-arqc-001', 'in.tags.9F33', 'termcap'],
  ['upi-arqc-001', 'in.tags.9F34', 'cvmresult'],
  ['upi-arqc-001', 'in.cvr', 'cvr'],
  ['upi-pos-0200-purchase', 'in.message', 'iso8583-pos'],
  ['upi-pos-0200-purchase', 'out.fields.55', 'de55'],
  ['upi-pos-0200-purchase', 'out.fields.35', 'track2'],
  ['upi-pos-0200-purchase', 'out.fields.2', 'pan'],
  ['upi-pos-0800-signon', 'in.message', 'iso8583-pos'],
  ['sheet-iso8583-14-cups-0200', 'in.message', 'iso8583-cups'],
  ['sheet-iso8583-14-cups-0200', 'out.fields.35', 'track2'],
  ['jpos-iso87a', 'out.message', 'iso8583-1987-ascii'],
  ['moov-financial_transaction_message', 'in.message_ascii', 'iso8583-1987-ascii'],
  ['moov-iso_reversal_message', 'in.message_ascii', 'iso8583-1987-ascii'],
  ['pyiso8583-ascii', 'out.message', 'iso8583-1987-ascii'],
  ['pyiso8583-binarybitmap', 'out.message', 'iso8583-cups'],
  ['npm-iso_8583', 'out.message', 'iso8583-cups'],
  ['oda-emvutils-ssad', 'out.recovered', 'recovered'],
  ['oda-pm3-cda-sdad', 'out.recovered', 'recovered'],
  ['oda-pm3-sda-ssad', 'in.static_data', 'tlv'],
  ['sheet-emv-contactless-7.3-sm2-issuer', 'in.tag_90', 'sm2-certificate'],
  ['sheet-emv-contactless-9.3-locator', 'in.tag_94', 'afl'],
  ['sheet-emv-contactless-9.3-static-data', 'in.record', 'tlv'],
  ['sheet-emv-contactless-9.2-options', 'out.9F66', 'ttq'],
  ['sheet-emv-contactless-9.2-options', 'out.77/9F6C', 'ctq'],
  ['sheet-emv-contactless-9.2-options', 'out.77/57', 'track2'],
  ['sheet-cryptograms-9-arpc-method-1', 'out.tag_91', 'arpc'],
  ['sheet-cryptograms-12-unwrap-b', 'in.block', 'keyblock'],
  ['track1-published-stripe', 'in.value', 'track1'],
];

/** A number, a record and a track without the cryptogram that goes with them are warned of where they stand alone. */
const CAUSED = /^(cvv\.zero|token\.no_cryptogram)$/;

/** These say contactless (entry mode 071) and carry no chip data: made to show the packing, not to be paid. */
const TAPS_WITHOUT_CHIP_DATA = ['pyiso8583-ascii', 'pyiso8583-binarybitmap', 'npm-iso_8583'];

for (const [id, path, kind] of SAMPLES) {
  test(`${id} ${path} is taken for ${kind}`, () => {
    const value = valueAt(id, path);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const variants =
      typeof value === 'string' && /^[0-9A-Fa-f]+$/.test(text) ? written(text) : [text];
    for (const variant of variants) {
      const [best] = readingsOf(Buffer.from(variant));
      same(best?.kind.kind, kind, variant.slice(0, 20));
      const warnings = best === undefined ? [] : warningsOfParts(explainReading(best), {});
      deepEqual(
        warnings.map(({ code }) => code).filter((code) => !CAUSED.test(code)),
        TAPS_WITHOUT_CHIP_DATA.includes(id) ? ['cryptogram.missing'] : [],
      );
    }
  });
}

/** The same bytes in the ways in which people paste them. */
function written(hex: string): readonly string[] {
  return [hex.toUpperCase(), hex.toLowerCase(), hex.replace(/../g, '$& '), `0x${hex}`];
}

test('keys, digests and other noise among the vectors are taken for nothing sure', () => {
  const noise = [...all.values()].flatMap(({ inputs, outputs }) =>
    Object.entries({ ...inputs, ...outputs }).filter(
      ([name, value]) => /key|digest|hash|modulus|checksum/.test(name) && typeof value === 'string',
    ),
  ) as [string, string][];
  ok(noise.length > 100);
  for (const [name, value] of noise.filter(([, text]) => /^[0-9A-F]{16,}$/i.test(text))) {
    const [best] = readingsOf(Buffer.from(value));
    ok((best?.sureness ?? 0) < 60, `${name} ${value} is taken for ${best?.kind.kind}`);
  }
});
