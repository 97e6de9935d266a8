/** Real inputs for the fuzzer, by the ids of the outside vectors and of the worked examples. */
import { fromHex } from './bytes/bytes.ts';
import channels from './vectors/sheets/channels.json' with { type: 'json' };
import keyBlocks from './vectors/sheets/key-blocks.json' with { type: 'json' };
import messages from './vectors/sheets/messages.json' with { type: 'json' };
import oda from './vectors/sheets/oda.json' with { type: 'json' };
import records from './vectors/sheets/records.json' with { type: 'json' };
import file from './vectors/vectors.json' with { type: 'json' };

type Vector = { readonly id: string; readonly inputs: object; readonly outputs: object };

const all: ReadonlyMap<string, Vector> = new Map(
  [file.vectors, channels, keyBlocks, messages, oda, records]
    .flat<readonly (readonly Vector[])[]>()
    .map((vector) => [vector.id, vector]),
);

/** A text of a vector. */
export function textOf(id: string, name: string): string {
  const vector = all.get(id);
  const value = Object.entries({ ...vector?.inputs, ...vector?.outputs }).find(
    ([key]) => key === name,
  )?.[1];
  if (typeof value !== 'string') throw new TypeError(`${id} has no text ${name}`);
  return value;
}

/** Bytes of a vector. */
export function sampleOf(id: string, name: string): Uint8Array {
  return fromHex(textOf(id, name));
}
