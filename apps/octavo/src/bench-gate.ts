/**
 * One tap at a gate, measured beside what nobody can spare it: the bare RSA operations of its chain, and the bare
 * writing of as many bytes to the same disk. All take turns in one run, so that whatever else the machine does hits
 * them alike; what is told are ratios.
 */
import { constants, createPublicKey, type KeyObject, publicDecrypt } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PublicAuthorityKey } from '@octavo/domain/ports.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { concat, equal, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import type { RsaPublicKey } from '@octavo/lib/cipher/rsa.ts';
import { recoverIccKey, recoverIssuerKey } from '@octavo/lib/oda/certificates.ts';
import { decodeTlv, find, type TlvSpan } from '@octavo/lib/tlv/tlv.ts';
import { sortedEntries } from '@octavo/lib/transit/deny-list.ts';
import { settableClock } from '@octavo/platform/clock.ts';
import { setExpress } from '@octavo/platform/element-commands.ts';
import { memoryJournal, openJournal } from '@octavo/platform/journal-file.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { publishedKeyOf } from '@octavo/platform/softkeys-authority.ts';
import { type MeasuredGate, openMeasuredGate } from '@octavo/services/gate/measure';
import { addCard, freshNumber, mobileOf, newHandset, printCard } from './actors.ts';
import { openInbox } from './phone.ts';
import { openWorld, type World } from './world.ts';
import { stageOf } from './world-stage.ts';

/** What is measured, and how often. */
export type GateBench = {
  /** Entries of the deny list. */
  readonly entries: number;
  readonly rounds: number;
  readonly tapsInRound: number;
};

/** Milliseconds of one tap, or of one of its bare parts, in each round. */
export type GateTimes = {
  /** All of ours: reading, chain, list, pass-back, signing, record on the disk. */
  readonly tap: readonly number[];
  /** The same with the record in memory. */
  readonly unwritten: readonly number[];
  /** Three public RSA operations of OpenSSL: authority, issuer, card. */
  readonly rsa: readonly number[];
  /** As many bytes appended to a file of the same folder and synced. */
  readonly write: readonly number[];
  readonly recordBytes: number;
};

/** Measure. `folder` is where records are written; what is made in it is removed. */
export async function benchGate(
  bench: GateBench,
  imageFolder: string,
  folder: string,
  nowMs: () => number,
): Promise<GateTimes> {
  const clock = settableClock();
  const world = await openWorld({ clock, random: systemRandom, imageFolder });
  const place = await mkdtemp(join(folder, 'gate-'));
  try {
    const recorded = await recordTap(world);
    const entries = await entriesOf(bench.entries);
    const written = await gateOf(world, recorded, entries, () => openJournal(join(place, 'gate')));
    const unwritten = await gateOf(world, recorded, entries, async () => memoryJournal());
    const file = await open(join(place, 'bare'), 'a');
    const recordBytes = await tapOnce(written);
    const frame = new Uint8Array(recordBytes + FRAME_BYTES);
    const rsa = bareRsa(chainOf(world, recorded));
    const write = async (): Promise<void> => {
      await file.appendFile(frame);
      await file.datasync();
    };
    const parts = {
      tap: () => tapOnce(written),
      unwritten: () => tapOnce(unwritten),
      rsa: async () => rsa(),
      write,
    };
    const times = await inTurns(parts, bench, nowMs);
    await Promise.all([written.close(), unwritten.close(), file.close()]);
    return { ...times, recordBytes };
  } finally {
    await world.close();
    await rm(place, { recursive: true, force: true });
  }
}

/** A journal's frame around an entry. */
const FRAME_BYTES = 12;

type Part = 'tap' | 'unwritten' | 'rsa' | 'write';

/** The parts by turns, the first round unmeasured: it warms what is cold. */
async function inTurns(
  parts: Readonly<Record<Part, () => Promise<unknown>>>,
  { rounds, tapsInRound }: GateBench,
  nowMs: () => number,
): Promise<Readonly<Record<Part, readonly number[]>>> {
  const times: Record<Part, number[]> = { tap: [], unwritten: [], rsa: [], write: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const part of ['tap', 'rsa', 'unwritten', 'write'] as const) {
      const began = nowMs();
      for (let tap = 0; tap < tapsInRound; tap++) await parts[part]();
      if (round > 0) times[part].push((nowMs() - began) / tapsInRound);
    }
  }
  return times;
}

async function tapOnce(gate: MeasuredGate): Promise<number> {
  const { outcome, record } = await gate.tap();
  assert(outcome === 'opened' && record !== undefined, 'a genuine tap opens the gate');
  return record.length / 2;
}

/** What a phone answered once, command by command, and the unpredictable number that it answered to. */
type RecordedTap = {
  readonly exchanges: readonly { readonly command: Uint8Array; readonly response: Uint8Array }[];
};

/** The unpredictable number of every tap: what was signed once can be answered again. */
const UNPREDICTABLE = fromHex('1A2B3C4D');

/** One real phone with one real card, its express on, held to a gate once. */
async function recordTap(world: World): Promise<RecordedTap> {
  const stage = stageOf(world);
  const pan = freshNumber(world.random);
  const inbox = await openInbox(stage.fetch, stage.clock, mobileOf(pan), stage.sims);
  const handset = await newHandset(stage, inbox, mobileOf(pan));
  const { instanceAid } = await addCard(handset, await printCard(stage, pan));
  const { assert: assertion } = handset.passkey;
  await setExpress(handset.host.wired, instanceAid, { kind: 'passkey', assert: assertion });
  const exchanges: { command: Uint8Array; response: Uint8Array }[] = [];
  const near = handset.host.airOf('transit');
  const listening: Channel = async (command) => {
    const response = await near(command);
    exchanges.push({ command, response });
    return response;
  };
  const gate = await openMeasuredGate(
    portsOf(world, listening, async () => memoryJournal()),
    CARD,
    new Uint8Array(0),
  );
  await tapOnce(gate);
  await gate.close();
  await handset.host.close();
  return { exchanges };
}

const CARD = {
  gateId: 'BENCH001',
  place: { operator: 'duhui', station: 'xinjie', line: '1', route: '', direction: 'in' as const },
  number: 1,
  merchantClass: '4111' as const,
  tariffVersion: 1,
};

async function gateOf(
  world: World,
  { exchanges }: RecordedTap,
  entries: Uint8Array,
  journal: Parameters<typeof portsOf>[2],
): Promise<MeasuredGate> {
  let next = 0;
  const phone: Channel = async (command) => {
    const exchange = exchanges[next++ % exchanges.length];
    assert(exchange !== undefined && equal(exchange.command, command), 'the same tap once more');
    return exchange.response;
  };
  return openMeasuredGate(portsOf(world, phone, journal), CARD, entries);
}

/** The gate's ports with the world's own keys; it is cut off from everybody else. */
function portsOf(
  world: World,
  phone: Channel,
  openItsJournal: (gateId: string) => ReturnType<typeof openJournal>,
): Parameters<typeof openMeasuredGate>[0] {
  const { keyring, clock, random } = world;
  const nobody = async () => ({ kind: 'refused' as const, code: 'unavailable' as const });
  const key = publishedKeyOf(keyring.tokens.authority);
  const startedMs = clock.nowMs();
  return {
    // One moment for all taps: the phone's answers hold their date.
    clock: { ...clock, nowMs: () => startedMs },
    random: (length) => (length === UNPREDICTABLE.length ? UNPREDICTABLE : random(length)),
    sql: async () => [],
    trace: () => {},
    keys: softKeysFor('gate', keyring, random),
    gate: nobody,
    transit: nobody,
    transitDesk: nobody,
    directory: { verify: async () => false },
    authorityKeys: async () => [key],
    air: () => phone,
    openJournal: openItsJournal,
  };
}

/** So many hidden names of nobody, sorted. */
async function entriesOf(count: number): Promise<Uint8Array> {
  const bytes = systemRandom(count * ENTRY_BYTES);
  return sortedEntries(
    Array.from({ length: count }, (_, at) =>
      bytes.subarray(at * ENTRY_BYTES, (at + 1) * ENTRY_BYTES),
    ),
  );
}

const ENTRY_BYTES = 12;

/** A signature and the key that opens it. */
type Link = { readonly key: RsaPublicKey; readonly signature: Uint8Array };

/** The three links of a recorded tap's chain. */
function chainOf(world: World, { exchanges }: RecordedTap): readonly Link[] {
  const objects = exchanges.flatMap(({ response }) => templatesIn(response));
  const given = (tag: string): Uint8Array => find(objects, tag)?.value ?? new Uint8Array(0);
  const authority: PublicAuthorityKey = publishedKeyOf(world.keyring.tokens.authority);
  const issuerObjects = {
    certificate: given('90'),
    remainder: given('92'),
    exponent: given('9F32'),
  };
  const issuer = recoverIssuerKey(authority, issuerObjects);
  assert(issuer.kind === 'recovered', 'the issuer is certified');
  const cardObjects = {
    certificate: given('9F46'),
    remainder: given('9F48'),
    exponent: given('9F47'),
  };
  const signed = exchanges.map(({ response }) => response).find((one) => has(one, '9F4A'));
  assert(signed !== undefined, 'a record is signed');
  const [record] = decodeTlv(signed.subarray(0, -2));
  const staticData = concat(record?.value ?? new Uint8Array(0), given('82'));
  const card = recoverIccKey(issuer.key, cardObjects, staticData);
  assert(card.kind === 'recovered', 'the card is certified');
  return [
    { key: authority, signature: issuerObjects.certificate },
    { key: issuer.key, signature: cardObjects.certificate },
    { key: card.key, signature: given('9F4B') },
  ];
}

/** The objects inside the one template of a response. */
function templatesIn(response: Uint8Array): readonly TlvSpan[] {
  return decodeTlv(response.subarray(0, -2)).flatMap(({ children }) => children ?? []);
}

function has(response: Uint8Array, tag: string): boolean {
  return find(templatesIn(response), tag) !== undefined;
}

function bareRsa(links: readonly Link[]): () => void {
  const ready = links.map(({ key, signature }) => ({ key: keyObjectOf(key), signature }));
  return () => {
    for (const { key, signature } of ready) {
      const block = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
      assert(toHex(block.subarray(0, 1)) === '6A', 'what is recovered is a block');
    }
  };
}

function keyObjectOf({ modulus, exponent }: RsaPublicKey): KeyObject {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  const jwk = { kty: 'RSA', n: text(modulus), e: text(exponent) };
  return createPublicKey({ key: jwk, format: 'jwk' });
}
