/** Cheats on the deny list on its way to a gate: an old one again, changes that do not fit, a name taken out. */
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import {
  changesBetween,
  decodeDelta,
  decodeSnapshot,
  deltaSignatureInput,
  encodeDelta,
  encodeSnapshot,
  listDigest,
  sortedEntries,
} from '@octavo/lib/transit/deny-list.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import type { CheatResult, CheatWith } from './cheat.ts';
import type { CheatCode } from './cheat-codes.ts';
import { type CheatGate, openCheatGate, until, XINJIE } from './cheat-gate.ts';
import type { CrookedLine, ListAnswer } from './crooked-line.ts';
import type { GateProps } from './gate-props.ts';

/** They, in the order in which they are told. */
export const listCheats: readonly CheatWith<GateProps>[] = [
  {
    name: 'old deny list again',
    tries: 'the line gives a gate an older list, rightly signed',
    zh: { name: '重放旧名单', tries: '线路给闸机一份旧名单，签名是对的' },
    expected: { outcome: 'refused', code: 'list_older' },
    play: async (props) => {
      const line = await props.line();
      const gate = await gateBehind(props, line);
      const old = wholeList(line);
      await newerList(line, gate);
      return given(line, gate, old);
    },
  },
  {
    name: 'changes that do not fit',
    tries: 'the line gives a gate the changes of another gate, rightly signed',
    zh: { name: '对不上的名单变更', tries: '线路给闸机别的闸机的变更，签名是对的' },
    expected: { outcome: 'refused', code: 'list_unfit' },
    play: async (props) => {
      const line = await props.line();
      const gate = await gateBehind(props, line);
      return given(line, gate, await changesOfAnother(props, gate));
    },
  },
  {
    name: 'deny list edited',
    tries: 'the line changes the list beside its signature',
    zh: { name: '改名单', tries: '线路改了名单，签名原样' },
    expected: { outcome: 'refused', code: 'list_forged' },
    play: async (props) => {
      const line = await props.line();
      const gate = await gateBehind(props, line);
      return given(line, gate, edited(wholeList(line)));
    },
  },
];

/** A gate behind the line that no other cheat needs; it has the list as it stands. */
async function gateBehind({ stage }: GateProps, { site, lies }: CrookedLine): Promise<CheatGate> {
  Object.assign(lies, { behindMs: 0, list: undefined });
  const name = `crooked-${toHex(stage.random(4))}`;
  return openCheatGate(site, { ...XINJIE, line: name }, 'in', 1);
}

/** Let a gate hear of the list once more, so that it knows it to be newer than before. */
async function newerList({ site }: CrookedLine, gate: CheatGate): Promise<void> {
  const { list } = await gate.state();
  const before = list?.issuedAtMs ?? 0;
  await until(site.clock, async () => site.clock.nowMs() > before);
  await gate.set({ isOffline: false });
  await gate.until((state) => (state.list?.issuedAtMs ?? 0) > before);
}

/** Give a gate this list instead of the one that there is, and see what it makes of it. */
async function given(
  { lies, site, events }: CrookedLine,
  gate: CheatGate,
  lie: ListAnswer,
): Promise<CheatResult> {
  const before = (await gate.state()).list?.version;
  const said = nameOf(lie);
  const count = events.length;
  const refusal = () =>
    events
      .slice(count)
      .find(({ type, detail }) => type === 'gate.list_refused' && detail.gateId === gate.gateId);
  const isTaken = async () => {
    const { list } = await gate.state();
    return list?.version === said.version && list.issuedAtMs === said.issuedAtMs;
  };
  lies.list = lie;
  await gate.set({ isOffline: false });
  await until(site.clock, async () => refusal() !== undefined || (await isTaken()));
  lies.list = undefined;
  const trouble = refusal()?.detail.trouble;
  if (trouble === undefined) return { outcome: 'passed', because: 'the gate took it' };
  const because = `the gate keeps version ${before}, signed and newest`;
  return { outcome: 'refused', code: trouble as CheatCode, because };
}

/** Which list a gate would have then. */
function nameOf({ snapshot, delta = '' }: ListAnswer): {
  readonly version: number;
  readonly issuedAtMs: number;
} {
  if (snapshot !== undefined) return decodeSnapshot(fromHex(snapshot));
  const { to, issuedAtMs } = decodeDelta(fromHex(delta));
  return { version: to, issuedAtMs };
}

/** The last whole list that came through. */
function wholeList({ lists }: CrookedLine): ListAnswer {
  const whole = lists.findLast(({ snapshot }) => snapshot !== undefined);
  assert(whole !== undefined, 'a gate gets its first list whole');
  return whole;
}

/** Changes that the back office has signed for a gate which is two versions further on. */
async function changesOfAnother(props: GateProps, gate: CheatGate): Promise<ListAnswer> {
  const { epoch = 0, version = 0 } = (await gate.state()).list ?? {};
  const nowMs = props.stage.clock.nowMs();
  const none = sortedEntries([]);
  const body = {
    epoch,
    from: version + 1,
    to: version + 2,
    issuedAtMs: nowMs,
    ...changesBetween(none, none),
    digest: listDigest(none),
  };
  const signature = await officeKeys(props).sign(deltaSignatureInput(body));
  return { epoch, version: version + 2, delta: toHex(encodeDelta({ ...body, signature })) };
}

/** A list as if it were the next one, with nobody on it, under the signature of the one that it was. */
function edited({ epoch, version, snapshot = '' }: ListAnswer): ListAnswer {
  const entries = sortedEntries([]);
  const next = { ...decodeSnapshot(fromHex(snapshot)), version: version + 1 };
  const bytes = encodeSnapshot({ ...next, entries, digest: listDigest(entries) });
  return { epoch, version: version + 1, snapshot: toHex(bytes) };
}

function officeKeys({ world }: GateProps) {
  return softKeysFor('transit', world.keyring, world.random);
}
