/** Cheats on a gate's records on their way to the back office: edited, left out, put in another order. */

import { isRefused } from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import {
  decodeTapRecord,
  encodeTapRecord,
  encodeTapRecordBody,
  recordHash,
  type TapRecord,
} from '@octavo/lib/transit/tap-record.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import * as transit from '@octavo/services/transit';
import type { CheatResult, CheatWith } from './cheat.ts';
import type { CheatCode } from './cheat-codes.ts';
import { bringHome, type CheatGate, openCheatGate, XINJIE } from './cheat-gate.ts';
import type { GateProps } from './gate-props.ts';
import { expectDone } from './phone.ts';

/** They, in the order in which they are told. */
export const recordCheats: readonly CheatWith<GateProps>[] = [
  {
    name: 'record edited',
    tries: 'another station stands in a signed record',
    zh: { name: '改记录', tries: '签过的记录里换了个车站' },
    expected: { outcome: 'refused', code: 'signature_wrong' },
    play: async (props) => {
      const [written] = await tapsOf(props, props.entrance, 1);
      const { place } = written;
      const edited = { ...written, place: { ...place, station: 'jichang' } };
      const result = await brought(props, props.entrance, [encodeTapRecord(edited)]);
      const { gateId, sequence } = written;
      const held = await props.stage.operator(transit.tap, { gateId, sequence });
      // The gate's own one is taken all the same.
      await backAgain(props.entrance);
      return isRefused(held) ? result : { outcome: 'passed', because: 'it is held as a tap' };
    },
  },
  {
    name: 'record dropped',
    tries: 'the middle one of three is not brought',
    zh: { name: '丢记录', tries: '三条里中间的一条没有上传' },
    expected: { outcome: 'refused', code: 'missing' },
    play: async (props) => {
      const [first, , third] = await tapsOf(props, props.entrance, 3);
      const { missing } = await bring(props, props.entrance, [first, third].map(encodeTapRecord));
      await backAgain(props.entrance);
      const isListed = missing.some(
        ({ from, to }) => from === first.sequence + 1 && to === third.sequence - 1,
      );
      return isListed
        ? {
            outcome: 'refused',
            code: 'missing',
            because: `number ${first.sequence + 1} is missing`,
          }
        : { outcome: 'passed', because: 'nobody missed it' };
    },
  },
  {
    name: 'records exchanged',
    tries: 'two change places, signed anew with the gate’s own key',
    zh: { name: '换记录次序', tries: '两条对调，用闸机自己的密钥重签' },
    expected: { outcome: 'refused', code: 'chain_broken' },
    play: async (props) => {
      // Its chain is spoilt at this place, so it is a gate that no other cheat needs.
      const spoilt = await openCheatGate(props.world, XINJIE, 'in', SPOILT);
      await bringHome(spoilt);
      await spoilt.set({ isOffline: true });
      const [first, second, third] = await tapsOf(props, spoilt, 3);
      const moved = [
        encodeTapRecord(first),
        await signedAnew(props, { ...third, sequence: second.sequence }),
        await signedAnew(props, { ...second, sequence: third.sequence }),
      ];
      const result = await brought(props, spoilt, moved);
      await spoilt.set({ isOffline: false });
      return result;
    },
  },
];

/** The number of the gate whose chain is spoilt. */
const SPOILT = 98;

type Three = readonly [TapRecord, TapRecord, TapRecord];

/** Let the rider through so many times while the gate is cut off, everything before having been brought. */
async function tapsOf(props: GateProps, gate: CheatGate, count: 1 | 3): Promise<Three> {
  await bringHome(gate);
  await gate.set({ isOffline: true });
  const records: TapRecord[] = [];
  for (let tap = 0; tap < count; tap++) {
    const { record } = await gate.tap(props.rider.handset.host.airOf('transit'));
    assert(record !== undefined, 'what was decided is recorded');
    records.push(decodeTapRecord(fromHex(record)));
  }
  const [first, second = first, third = second] = records;
  assert(first !== undefined && second !== undefined && third !== undefined);
  return [first, second, third];
}

async function backAgain(gate: CheatGate): Promise<void> {
  await bringHome(gate);
  await gate.set({ isOffline: true });
}

function bring({ asGate }: GateProps, { gateId }: CheatGate, records: readonly Uint8Array[]) {
  return asGate(transit.upload, { gateId, records: records.map(toHex) }).then(expectDone);
}

/** Bring records that are not to be believed, and look for them among those that are kept apart. */
async function brought(
  props: GateProps,
  gate: CheatGate,
  records: readonly Uint8Array[],
): Promise<CheatResult> {
  const { forged } = await bring(props, gate, records);
  if (forged === 0) return { outcome: 'passed', because: 'every record was believed' };
  const digests = new Set(records.map((record) => toHex(recordHash(record))));
  const { forgeries } = expectDone(await props.stage.operator(transit.gates, {}));
  // Its token is opened a little later, and may then be found unreadable too: what is told is of the first of them.
  const [own] = forgeries
    .filter(({ digest }) => digests.has(digest))
    .sort((left, right) => (left.sequence ?? 0) - (right.sequence ?? 0));
  if (own === undefined) return { outcome: 'passed', because: 'nobody wrote the forgery down' };
  const because = `${forged} of ${records.length} kept apart, charged to nobody`;
  return { outcome: 'refused', code: own.reason as CheatCode, because };
}

/** A record as a thief of the gate's key signs it. */
async function signedAnew({ world }: GateProps, record: TapRecord): Promise<Uint8Array> {
  const { keyring, random } = world;
  const keys = softKeysFor('gate', keyring, random);
  const signature = await keys.signRecord(record.gateId, encodeTapRecordBody(record));
  return encodeTapRecord({ ...record, signature });
}
