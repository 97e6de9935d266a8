/** Any tap record, and any deny list, for the tests of their codecs and for the fuzzer. */
import fc from 'fast-check';
import type { Tlv } from '../tlv/tlv.ts';
import { sortedEntries } from './deny-list.ts';
import { TAP_KINDS, type TapKind, type TapRecord } from './tap-record.ts';

const bytes = (minLength: number, maxLength = minLength): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });

/** Objects as they are written in code. */
const plain = <T extends object>(model: { [Name in keyof T]: fc.Arbitrary<T[Name]> }) =>
  fc.record(model, { noNullPrototype: true });

/** A name of a place, or none. */
const name = fc.string({
  unit: fc.constantFrom(...'ABCXYZabcxyz0189-_/.'),
  maxLength: 24,
});

/** Data objects that may stand in a record. */
const tags: fc.Arbitrary<readonly Tlv[]> = fc.array(
  plain({
    tag: fc.constantFrom('9F26', '9F27', '9F10', '9F36', '95', '9A', '9C', '82', '84', '5F34'),
    value: bytes(0, 32),
  }),
  { maxLength: 12 },
);

type Decided = Pick<TapRecord, 'kind' | 'decision' | 'reason'>;

const decided: fc.Arbitrary<Decided> = fc
  .tuple(
    fc.constantFrom(...(Object.keys(TAP_KINDS) as TapKind[])),
    fc.constantFrom('gate.expired', 'gate.on_deny_list'),
  )
  .map(([kind, reason]) =>
    kind === 'refused'
      ? { kind, decision: 'refuse', reason }
      : { kind, decision: 'allow', reason: '' },
  );

const whole = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const UINT32 = 0xffffffff;
/** The last millisecond of 2099. */
const LAST_MS = Date.UTC(2100, 0) - 1;

/** Any record that may be written; its signature is any 64 bytes. */
export const tapRecords: fc.Arbitrary<TapRecord> = fc
  .tuple(
    decided,
    plain({
      gateId: fc.string({
        unit: fc.constantFrom(...'0123456789ABCXYZ'),
        minLength: 8,
        maxLength: 8,
      }),
      sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      deviceTimeMs: whole(LAST_MS),
      correctedMs: whole(LAST_MS),
      uncertaintyMs: whole(UINT32),
      place: plain({
        operator: name,
        station: name,
        line: name,
        vehicle: name,
        trip: name,
        route: name,
        stopId: name,
        direction: fc.constantFrom('none', 'in', 'out'),
      }),
      credential: fc.option(plain({ hash: bytes(12), epoch: whole(UINT32) }), {
        nil: undefined,
      }),
      accountReference: fc.option(
        fc.string({ unit: fc.constantFrom(...'0123456789ABCXYZ'), minLength: 29, maxLength: 29 }),
        { nil: undefined },
      ),
      form: fc.constantFrom('unknown', 'card', 'phone', 'watch'),
      tags,
      sealedToken: bytes(0, 96),
      authentication: fc.constantFrom('not_done', 'verified', 'hash', 'qualifiers'),
      list: plain({ epoch: whole(UINT32), version: whole(UINT32) }),
      tariffVersion: whole(UINT32),
      previous: bytes(32),
      signature: bytes(64),
    }),
  )
  .map(([decision, { correctedMs, ...rest }]) => ({
    ...rest,
    ...decision,
    offsetMs: correctedMs - rest.deviceTimeMs,
  }));

/** Sorted entries, each once; many begin alike. */
export const entryLists: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      bytes(12),
      fc.integer({ min: 0, max: 15 }).map((last) => {
        const entry = new Uint8Array(12);
        entry[11] = last;
        return entry;
      }),
    ),
    { maxLength: 24 },
  )
  .map(sortedEntries);
