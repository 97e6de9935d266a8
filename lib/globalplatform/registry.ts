/**
 * The contactless registry (CRS): which instances there are and which of them a reader may see.
 * Builders for the host, strict readers for the card, and the answers both ways.
 * @see docs/specs.md, provisioning sheet, section 6
 */
import { type Command, SW } from '../apdu/apdu.ts';
import { fromHex, fromUint, toHex, toUint } from '../bytes/bytes.ts';
import { decodeTlv, encodeTlv, TlvError, type TlvSpan, template, tlv } from '../tlv/tlv.ts';
import type { Aid } from './aids.ts';
import { decodeAids, expectParameters, GlobalPlatformError, INS } from './commands.ts';

/** What a card reads in SET STATUS. */
export type SetStatus =
  | { readonly kind: 'availability'; readonly activates: boolean; readonly aids: readonly Aid[] }
  | { readonly kind: 'priority'; readonly order: PriorityOrder; readonly aids: readonly Aid[] };

/** Which order of instances a priority changes: until power-off, or for good. */
export type PriorityOrder = 'volatile' | 'persistent';

/** What a card reads in GET STATUS. */
export type GetStatus = {
  /** Entries whose name begins with this; empty for all. */
  readonly aidPrefix: Aid;
  /** Only these objects of each entry; undefined for all. */
  readonly tags: readonly string[] | undefined;
  /** Asks for what did not fit into the answer before. */
  readonly isNext: boolean;
};

/** One instance as the registry shows it. */
export type RegistryEntry = {
  readonly aid: Aid;
  /** 03 installed, 07 selectable, 0F personalised, 8x locked. */
  readonly lifeCycle: number;
  readonly isActivated: boolean;
  /** How often this entry has changed, 0 to FFFF. */
  readonly updateCounter: number;
};

const AVAILABILITY = 0x01;
const PRIORITY = 0x02;
const PRIORITY_P2: { readonly [Order in PriorityOrder]: number } = {
  volatile: 0x01,
  persistent: 0x02,
};
const APPLICATIONS = 0x40;
const NEXT = 0x01;

const T61_ENTRY = '61';
const T4F_AID = '4F';
const T9F70_STATES = '9F70';
const T80_UPDATE_COUNTER = '80';
const T5C_TAG_LIST = '5C';
const TA1_FAILED = 'A1';

/** SET STATUS [availability]: activate or deactivate instances. */
export function setAvailability(aids: readonly Aid[], activates: boolean): Command {
  return setStatus(AVAILABILITY, activates ? 0x01 : 0x00, aids);
}

/** SET STATUS [priority]: put an instance before all others in one of the two orders. */
export function setPriority(aid: Aid, order: PriorityOrder): Command {
  return setStatus(PRIORITY, PRIORITY_P2[order], [aid]);
}

/** Read SET STATUS. Throws `GlobalPlatformError`: 6A86 for P2 80 or another P1, 6A80 for any other P2 or wrong data. */
export function decodeSetStatus(command: Command): SetStatus {
  const { p1, p2 } = command;
  expectParameters((p1 === AVAILABILITY || p1 === PRIORITY) && p2 !== 0x80);
  if (p1 === AVAILABILITY) {
    if (p2 > 0x01) throw new GlobalPlatformError('neither activate nor deactivate', 0);
    return { kind: 'availability', activates: p2 === 0x01, aids: decodeAids(command.data) };
  }
  if (p2 !== PRIORITY_P2.volatile && p2 !== PRIORITY_P2.persistent)
    throw new GlobalPlatformError('neither order', 0);
  const order = p2 === PRIORITY_P2.volatile ? 'volatile' : 'persistent';
  return { kind: 'priority', order, aids: decodeAids(command.data) };
}

/** The answer to a SET STATUS that failed for some names: `A1 { 4F … }`, sent with status 6320. */
export function encodeFailedAids(aids: readonly Aid[]): Uint8Array {
  return encodeTlv([template(TA1_FAILED, aidObjects(aids))]);
}

/** Read the names for which a SET STATUS failed. Throws `GlobalPlatformError`. */
export function decodeFailedAids(data: Uint8Array): readonly Aid[] {
  const [failed, ...more] = readTlv(data);
  if (failed?.tag !== TA1_FAILED || more.length > 0)
    throw new GlobalPlatformError('not one object A1', 0);
  return decodeAids(failed.value);
}

/** GET STATUS of all instances whose name begins with a prefix; `isNext` asks for the rest of an answer with 6310. */
export function getStatus(ask: Partial<GetStatus> = {}): Command {
  const { aidPrefix = '', tags, isNext = false } = ask;
  const objects = [tlv(T4F_AID, fromHex(aidPrefix))];
  if (tags !== undefined) objects.push(tlv(T5C_TAG_LIST, fromHex(tags.join(''))));
  const header = { cla: 0x80, ins: INS.getStatus, p1: APPLICATIONS, p2: isNext ? NEXT : 0x00 };
  return { ...header, data: encodeTlv(objects), le: 256 };
}

/** Read GET STATUS. Throws `GlobalPlatformError`; a tag list that names none of an entry's objects carries 6A88. */
export function decodeGetStatus(command: Command): GetStatus {
  expectParameters(command.p1 === APPLICATIONS && (command.p2 === 0x00 || command.p2 === NEXT));
  const [name, list, ...more] = readTlv(command.data);
  if (name?.tag !== T4F_AID || name.value.length > 16)
    throw new GlobalPlatformError('a name or its beginning was expected', 0);
  if (more.length > 0 || (list !== undefined && list.tag !== T5C_TAG_LIST))
    throw new GlobalPlatformError('something after the name', name.end);
  const tags = list === undefined ? undefined : servedTags(list.value, list.valueStart);
  return { aidPrefix: toHex(name.value), tags, isNext: command.p2 === NEXT };
}

/** Write registry entries as `61 { 4F, 9F70, 80 }`, each with the objects asked for. */
export function encodeRegistry(
  entries: readonly RegistryEntry[],
  tags: readonly string[] = [T4F_AID, T9F70_STATES, T80_UPDATE_COUNTER],
): Uint8Array {
  return encodeTlv(
    entries.map((entry) => {
      const states = Uint8Array.of(entry.lifeCycle, entry.isActivated ? 0x01 : 0x00);
      const objects = [
        tlv(T4F_AID, fromHex(entry.aid)),
        tlv(T9F70_STATES, states),
        tlv(T80_UPDATE_COUNTER, fromUint(entry.updateCounter, 2)),
      ];
      return template(
        T61_ENTRY,
        objects.filter((object) => tags.includes(object.tag)),
      );
    }),
  );
}

/** Read whole registry entries, as answered when no tag list was given. Throws `GlobalPlatformError`. */
export function decodeRegistry(data: Uint8Array): readonly RegistryEntry[] {
  return readTlv(data).map((span) => {
    const parts = span.children ?? [];
    const [aid, states, counter] = parts;
    const isEntry =
      span.tag === T61_ENTRY &&
      parts.map((part) => part.tag).join() === [T4F_AID, T9F70_STATES, T80_UPDATE_COUNTER].join();
    if (!isEntry || aid === undefined || states?.value.length !== 2 || counter?.value.length !== 2)
      throw new GlobalPlatformError('not a registry entry', span.start);
    const [lifeCycle, contactless] = states.value as unknown as [number, number];
    if (aid.value.length < 5 || aid.value.length > 16 || contactless > 0x01)
      throw new GlobalPlatformError('a name or a state out of range', span.valueStart);
    return {
      aid: toHex(aid.value),
      lifeCycle,
      isActivated: contactless === 0x01,
      updateCounter: toUint(counter.value),
    };
  });
}

function setStatus(p1: number, p2: number, aids: readonly Aid[]): Command {
  return { cla: 0x80, ins: INS.setStatus, p1, p2, data: encodeTlv(aidObjects(aids)), le: 256 };
}

function aidObjects(aids: readonly Aid[]): ReturnType<typeof tlv>[] {
  return aids.map((aid) => tlv(T4F_AID, fromHex(aid)));
}

/** The tags of a list that entries have; tags that none has are skipped, as long as one is left. */
function servedTags(list: Uint8Array, offset: number): readonly string[] {
  const tags: string[] = [];
  let start = 0;
  while (start < list.length) {
    const end = start + (((list[start] as number) & 0x1f) === 0x1f ? 2 : 1);
    if (end > list.length) throw new GlobalPlatformError('a tag is cut short', offset + start);
    tags.push(toHex(list.subarray(start, end)));
    start = end;
  }
  const known = [T4F_AID, T9F70_STATES, T80_UPDATE_COUNTER];
  const served = tags.filter((tag) => known.includes(tag));
  if (served.length === 0)
    throw new GlobalPlatformError('no entry has these objects', offset, SW.referenceNotFound);
  return served;
}

function readTlv(bytes: Uint8Array): readonly TlvSpan[] {
  try {
    return decodeTlv(bytes);
  } catch (error) {
    if (error instanceof TlvError) throw new GlobalPlatformError(error.message, error.offset);
    throw error;
  }
}
