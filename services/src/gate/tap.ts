/**
 * One tap at a gate: read, decide, write down, open, in this order. Nobody is asked on the way.
 * @see docs/specs.md, transit sheet, sections 2.2 and 2.3
 */
import type { z } from '@hono/zod-openapi';
import { decideGate, type GateOpens, whyShut } from '@octavo/domain/gate/decide.ts';
import { type InstantMs, StorageUnavailable } from '@octavo/domain/ports.ts';
import { isRefused, type Refused, refusals, refused } from '@octavo/domain/refusal.ts';
import { equal, toHex } from '@octavo/lib/bytes/bytes.ts';
import { driveTap } from '@octavo/lib/kernel/drive.ts';
import { tap as tapOf } from '@octavo/lib/kernel/entry.ts';
import { messages } from '@octavo/lib/kernel/outcome.ts';
import { isListed } from '@octavo/lib/transit/deny-list.ts';
import {
  type GateDirection,
  type TapCredential,
  type TapRecordBody,
  UNKNOWN_UNCERTAINTY_MS,
} from '@octavo/lib/transit/tap-record.ts';
import type { tap } from './contract.ts';
import { type Device, shutFacts, timeAt, writeRecord } from './device.ts';
import { type Fleet, passageAt } from './fleet.ts';
import { pullList, syncClock } from './office.ts';
import type { GatePorts } from './ports.ts';
import { tapInput } from './reader.ts';
import { type Reading, readingOf } from './reading.ts';

/** What is asked of a gate. */
export type TapAsk = z.output<typeof tap.body>;

/** What it answers. */
export type TapAnswer = z.output<typeof tap.answer>;

/** Take one tap. The caller sees to it that no other is under way; `onRead` is called when the phone may go. */
export async function takeTap(
  ports: GatePorts,
  fleet: Fleet,
  device: Device,
  ask: TapAsk,
  onRead: () => void,
): Promise<TapAnswer> {
  const startedAtMs = ports.clock.nowMs();
  device.usedAtMs = startedAtMs;
  const shut = await shutNow(ports, fleet, device);
  if (shut !== undefined) return shutAnswer(shut);
  const phone = ports.air(ask.air);
  if (phone === undefined) return spoken('no_card', messages['15']);
  const time = timeAt(ports, device);
  const at: TapTime = { ...time, atMs: Math.max(0, time.deviceTimeMs + time.offsetMs) };
  const { gateId, end } = device;
  const input = tapInput(
    { gateId, sequence: end.sequence + 1, atMs: at.atMs },
    await ports.authorityKeys(),
    ports.random,
  );
  const beganAtMs = ports.clock.nowMs();
  const outcome = await driveTap(tapOf(input), phone);
  const readAtMs = ports.clock.nowMs();
  onRead();
  const tapTookMs = Math.max(0, readAtMs - beganAtMs);
  ports.trace('gate.read', { requestId: ask.requestId, gateId, outcome: outcome.kind, tapTookMs });
  const reading = readingOf(outcome, at.atMs);
  if ('kind' in reading) {
    const words = reading.kind === 'see_phone' ? messages['20'] : messages['21'];
    return { ...spoken(reading.kind, words), tapTookMs };
  }
  const answer = await decideAndRecord(ports, fleet, device, { ask, reading, at });
  const decisionTookMs = Math.max(0, ports.clock.nowMs() - readAtMs);
  return { ...answer, tapTookMs, decisionTookMs };
}

/** The time of a tap, and the one that is believed. */
type TapTime = ReturnType<typeof timeAt> & { readonly atMs: InstantMs };

/** A tap that was read. */
type ReadTap = { readonly ask: TapAsk; readonly reading: Reading; readonly at: TapTime };

/**
 * Why nobody is let through, whoever comes. Before anybody is sent away because the list is too old, or its age is not
 * known, the back office is asked for time and list.
 */
async function shutNow(
  ports: GatePorts,
  fleet: Fleet,
  device: Device,
): Promise<Refused | undefined> {
  const shut = async () => whyShut(await shutFacts(ports, device));
  const before = await shut();
  if (before?.code !== 'gate.list_too_old' || device.row.settings.isOffline) return before;
  const isTimeKnown = timeAt(ports, device).uncertaintyMs !== UNKNOWN_UNCERTAINTY_MS;
  if (!isTimeKnown && !(await syncClock(ports, device))) return before;
  const timed = await shut();
  if (timed === undefined || !(await pullList(ports, fleet, device))) return timed;
  return shut();
}

async function decideAndRecord(
  ports: GatePorts,
  fleet: Fleet,
  device: Device,
  tapped: ReadTap,
): Promise<TapAnswer> {
  const { ask, reading, at } = tapped;
  const { settings, place } = device.row;
  // An errand may bring another list meanwhile: all is decided on this one.
  const held = { ...device };
  const direction = ask.direction ?? settings.leads;
  const credential = await credentialOf(ports, reading);
  const passage =
    credential && passageAt({ ...place, vehicle: '' }, credential.hash, direction, at.atMs);
  const windowMs = settings.passBackSeconds * 1000;
  const decision = decideGate({
    ...(await shutFacts(ports, held)),
    ...reading,
    isDenied: await isDenied(ports, held, reading, credential),
    passBack: passage === undefined ? 'first' : fleet.passBack.find(passage, windowMs),
    passBackPolicy: { windowMs, onAgain: settings.onPassBack },
    mayNotHaveOpened: isUnopened(device, credential, direction),
    isStationOpen: !settings.isStationClosed,
    leads: settings.leads,
    direction,
  });
  const written = await record(ports, device, {
    ...tapped,
    decision,
    credential,
    direction,
    list: held.list,
  });
  if (written === undefined) return shutAnswer(refused('gate.out_of_service'));
  const isOpen = !isRefused(decision);
  if (isOpen && passage !== undefined) fleet.passBack.keep(passage);
  device.unopened = undefined;
  const answer = { ...answerOf(decision, reading), ...written };
  ports.trace('gate.decided', {
    requestId: ask.requestId,
    gateId: device.gateId,
    ...proofOf(reading),
    ...traced(answer),
  });
  // The record is on the disk: only now the barrier moves.
  if (isOpen)
    ports.trace('gate.opened', {
      requestId: ask.requestId,
      gateId: device.gateId,
      sequence: written.sequence,
    });
  return answer;
}

async function credentialOf(
  ports: GatePorts,
  { token }: Reading,
): Promise<TapCredential | undefined> {
  if (token === undefined) return undefined;
  const hash = await ports.keys.denyEntry('DENY1', token.number);
  return { hash, epoch: await ports.keys.denyEpoch() };
}

/** Whether the token or its account is on the list. */
async function isDenied(
  ports: GatePorts,
  { list }: Device,
  { token }: Reading,
  credential: TapCredential | undefined,
): Promise<boolean> {
  // Hashes under another key find nobody, so such a list is asked nothing: it shuts the gate.
  if (list === undefined || credential === undefined || list.epoch !== credential.epoch) {
    return false;
  }
  if (isListed(list.entries, credential.hash)) return true;
  const reference = token?.accountReference;
  return (
    reference !== undefined && isListed(list.entries, await ports.keys.denyEntry('PAR1', reference))
  );
}

/** Whether the gate's last record let this card through the same way, and nobody knows whether the barrier moved. */
function isUnopened(
  { unopened }: Device,
  credential: TapCredential | undefined,
  direction: GateDirection,
): boolean {
  if (unopened?.credential === undefined || credential === undefined) return false;
  return unopened.place.direction === direction && equal(unopened.credential.hash, credential.hash);
}

/** A tap that was decided. */
type Decided = ReadTap & {
  readonly decision: GateOpens | Refused;
  readonly credential: TapCredential | undefined;
  readonly direction: GateDirection;
  /** The list that it was decided on. */
  readonly list: Device['list'];
};

/** Write the tap down; undefined when the journal did not take it. */
async function record(
  ports: GatePorts,
  device: Device,
  decided: Decided,
): Promise<(Pick<TapAnswer, 'record'> & { readonly sequence: number }) | undefined> {
  try {
    const { sequence, bytes } = await writeRecord(ports, device, async (chain) => ({
      ...chain,
      ...(await bodyOf(ports, device, decided, chain.sequence)),
    }));
    return { sequence, record: toHex(bytes) };
  } catch (error) {
    if (error instanceof StorageUnavailable) return undefined;
    throw error;
  }
}

async function bodyOf(
  ports: GatePorts,
  { gateId, row }: Device,
  { reading, at, decision, credential, direction, list }: Decided,
  sequence: number,
): Promise<Omit<TapRecordBody, 'gateId' | 'sequence' | 'previous'>> {
  const { token, authentication } = reading;
  const { operator, station, line, route } = row.place;
  const decided = isRefused(decision)
    ? ({ kind: 'refused', decision: 'refuse', reason: decision.code } as const)
    : ({ kind: decision.as, decision: 'allow', reason: '' } as const);
  return {
    ...decided,
    deviceTimeMs: at.deviceTimeMs,
    offsetMs: at.offsetMs,
    uncertaintyMs: at.uncertaintyMs,
    place: { operator, station, line, vehicle: '', trip: '', route, stopId: '', direction },
    credential,
    accountReference: token?.accountReference,
    form: token?.form ?? 'unknown',
    tags: token?.tags ?? [],
    sealedToken:
      token === undefined
        ? new Uint8Array(0)
        : await ports.keys.sealCredential(gateId, sequence, token.track2),
    authentication,
    list: { epoch: list?.epoch ?? 0, version: list?.version ?? 0 },
    tariffVersion: row.tariffVersion,
  };
}

function answerOf(decision: GateOpens | Refused, { token }: Reading): TapAnswer {
  const shown =
    token === undefined
      ? {}
      : { tokenLastFour: token.number.slice(-4), isExpress: token.isExpress };
  if (!isRefused(decision)) {
    return { ...spoken('opened', PASS), recordedAs: decision.as, ...shown };
  }
  const check = decision.detail?.check;
  return {
    ...shutAnswer(decision),
    recordedAs: 'refused',
    ...shown,
    ...(typeof check === 'string' ? { check } : {}),
  };
}

const PASS = { zh: '请通行', en: 'Go' };

function shutAnswer({ code }: Refused): TapAnswer {
  return { ...spoken('refused', refusals[code]), code };
}

function spoken(
  outcome: TapAnswer['outcome'],
  { zh, en }: { readonly zh: string; readonly en: string },
): TapAnswer {
  return { outcome, message: { zh, en } };
}

/** What stood under the card's signature, for whoever follows the tap. */
function proofOf({ authentication, proof }: Reading): Readonly<Record<string, unknown>> {
  if (proof === undefined) return { authentication };
  return {
    authentication,
    authorityIndex: proof.authorityIndex,
    issuerSerial: toHex(proof.issuerSerial),
    cardSerial: toHex(proof.cardSerial),
    dynamicNumber: toHex(proof.dynamicNumber),
  };
}

function traced({ message: _, ...answer }: TapAnswer): Readonly<Record<string, unknown>> {
  return answer;
}
