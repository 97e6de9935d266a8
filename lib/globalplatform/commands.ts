/**
 * The GlobalPlatform commands that manage the element: builders for the host, strict readers for the card.
 * @see docs/specs.md, provisioning sheet, sections 3 and 4
 */
import { type Command, SW, select } from '../apdu/apdu.ts';
import { assert } from '../bytes/assert.ts';
import { BytesError, concat, fromHex, Reader, toHex } from '../bytes/bytes.ts';
import { decodeTlv, encodeTlv, TlvError, tlv } from '../tlv/tlv.ts';
import type { Aid } from './aids.ts';
import { type Dgi, DgiError, decodeDgis, encodeDgi } from './dgi.ts';
import { MAX_PLAIN_BYTES } from './scp03.ts';

/**
 * A command or an answer that is not of its form. `offset` counts bytes from the start of its data, and `status` is what
 * a card answers: 6A86 for a wrong P1 or P2, 6A80 for wrong data.
 */
export class GlobalPlatformError extends Error {
  override readonly name = 'GlobalPlatformError';
  readonly offset: number;
  readonly status: number;
  constructor(message: string, offset: number, status: number = SW.wrongData) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
    this.status = status;
  }
}

/** Instruction bytes. */
export const INS = {
  initializeUpdate: 0x50,
  externalAuthenticate: 0x82,
  agree: 0x2a,
  select: 0xa4,
  getData: 0xca,
  storeData: 0xe2,
  delete: 0xe4,
  install: 0xe6,
  setStatus: 0xf0,
  getStatus: 0xf2,
} as const;

/** Make an instance of a module and let it be selected. */
export type InstallInstance = {
  readonly package: Aid;
  readonly module: Aid;
  readonly instance: Aid;
};

/** What a card reads in INSTALL. */
export type Install =
  | ({ readonly kind: 'install' } & InstallInstance)
  | { readonly kind: 'personalise'; readonly instance: Aid };

/** What a card reads in STORE DATA: whole data groups. */
export type StoreData = {
  readonly isLast: boolean;
  /** The content of the data groups is encrypted under K-DEK. */
  readonly isEncrypted: boolean;
  /** 0 for the first command, then one more each time. */
  readonly block: number;
  readonly dgis: readonly Dgi[];
};

/** What the card says in answer to INITIALIZE UPDATE. */
export type InitializeUpdateAnswer = {
  readonly keyVersion: number;
  readonly cardChallenge: Uint8Array;
  readonly cardCryptogram: Uint8Array;
  /** Three bytes. */
  readonly sequenceCounter: Uint8Array;
};

const INSTALL_AND_MAKE_SELECTABLE = 0x0c;
const PERSONALISATION = 0x20;
const STORE_LAST = 0x80;
const STORE_ENCRYPTED = 0x60;
const SCP03 = 0x03;
/** Pseudo-random challenge, response MAC and response encryption. @see profile octavo-1, section 5 */
const SCP03_OPTIONS = 0x70;
const DIVERSIFICATION_BYTES = 10;
const NO_PRIVILEGES = fromHex('00');
const EMPTY_PARAMETERS = fromHex('C900');
const T4F_AID = '4F';

/** SELECT by name. */
export function selectAid(aid: Aid): Command {
  return select(fromHex(aid));
}

/** GET DATA of a two-byte tag, such as `DF01`. */
export function getData(tag: string): Command {
  const [p1, p2] = fromHex(tag) as unknown as [number, number];
  assert(tag.length === 4, 'a tag of two bytes');
  return { cla: 0x80, ins: INS.getData, p1, p2, data: new Uint8Array(0), le: 256 };
}

/** INITIALIZE UPDATE with a host challenge of eight bytes; key version 00 takes whichever the domain holds. */
export function initializeUpdate(keyVersion: number, hostChallenge: Uint8Array): Command {
  assert(hostChallenge.length === 8, 'a challenge is eight bytes');
  const header = { cla: 0x80, ins: INS.initializeUpdate, p1: keyVersion, p2: 0x00 };
  return { ...header, data: hostChallenge, le: 256 };
}

/** Read INITIALIZE UPDATE. Throws `GlobalPlatformError`. */
export function decodeInitializeUpdate(command: Command): {
  readonly keyVersion: number;
  readonly hostChallenge: Uint8Array;
} {
  expectParameters(command.p2 === 0x00);
  if (command.data.length !== 8) throw new GlobalPlatformError('a challenge is eight bytes', 0);
  return { keyVersion: command.p1, hostChallenge: command.data };
}

/** Write the answer to INITIALIZE UPDATE, 32 bytes; the diversification data are zeros, as no key is diversified. */
export function encodeInitializeUpdateAnswer(answer: InitializeUpdateAnswer): Uint8Array {
  const { keyVersion, cardChallenge, cardCryptogram, sequenceCounter } = answer;
  assert(cardChallenge.length === 8 && cardCryptogram.length === 8 && sequenceCounter.length === 3);
  return concat(
    new Uint8Array(DIVERSIFICATION_BYTES),
    Uint8Array.of(keyVersion, SCP03, SCP03_OPTIONS),
    cardChallenge,
    cardCryptogram,
    sequenceCounter,
  );
}

/** Read the answer to INITIALIZE UPDATE. Throws `GlobalPlatformError` unless it is SCP03 with `i` = 70. */
export function decodeInitializeUpdateAnswer(data: Uint8Array): InitializeUpdateAnswer {
  return readAll(data, (reader) => {
    reader.take(DIVERSIFICATION_BYTES);
    const keyVersion = reader.byte();
    if (reader.byte() !== SCP03 || reader.byte() !== SCP03_OPTIONS)
      throw new GlobalPlatformError('not SCP03 with option 70', reader.offset - 1);
    const cardChallenge = reader.take(8);
    const cardCryptogram = reader.take(8);
    return { keyVersion, cardChallenge, cardCryptogram, sequenceCounter: reader.take(3) };
  });
}

/** INSTALL [install and make selectable]: no privileges, no parameters, no token. */
export function installInstance(install: InstallInstance): Command {
  const data = concat(
    lengthValue(fromHex(install.package)),
    lengthValue(fromHex(install.module)),
    lengthValue(fromHex(install.instance)),
    lengthValue(NO_PRIVILEGES),
    lengthValue(EMPTY_PARAMETERS),
    lengthValue(new Uint8Array(0)),
  );
  const header = { cla: 0x80, ins: INS.install, p1: INSTALL_AND_MAKE_SELECTABLE, p2: 0x00 };
  return { ...header, data, le: 256 };
}

/** INSTALL [personalization]: the STORE DATA that follow are for this instance. */
export function installForPersonalisation(instance: Aid): Command {
  const data = concat(fromHex('0000'), lengthValue(fromHex(instance)), fromHex('000000'));
  return { cla: 0x80, ins: INS.install, p1: PERSONALISATION, p2: 0x00, data, le: 256 };
}

/** Read INSTALL of either kind. Throws `GlobalPlatformError`; privileges, parameters and tokens are refused. */
export function decodeInstall(command: Command): Install {
  const { p1, p2, data } = command;
  expectParameters(p2 === 0x00);
  if (p1 === INSTALL_AND_MAKE_SELECTABLE) return readAll(data, readInstallInstance);
  expectParameters(p1 === PERSONALISATION);
  return readAll(data, (reader) => {
    expectValue(reader, new Uint8Array(0));
    expectValue(reader, new Uint8Array(0));
    const instance = readAid(reader);
    for (let index = 0; index < 3; index++) expectValue(reader, new Uint8Array(0));
    return { kind: 'personalise', instance };
  });
}

/**
 * STORE DATA for data groups in order, one command each, numbered from 0. Those in `encryptedIds` already carry their
 * content under K-DEK. A group that does not fit into one command is a bug of the caller.
 */
export function storeData(
  dgis: readonly Dgi[],
  encryptedIds: readonly string[] = [],
): readonly Command[] {
  return dgis.map((dgi, block) => {
    const data = encodeDgi(dgi);
    assert(data.length <= MAX_PLAIN_BYTES, `data group ${dgi.id} does not fit into one command`);
    const encrypted = encryptedIds.includes(dgi.id) ? STORE_ENCRYPTED : 0x00;
    const last = block === dgis.length - 1 ? STORE_LAST : 0x00;
    return { cla: 0x80, ins: INS.storeData, p1: encrypted | last, p2: block & 0xff, data };
  });
}

/** Read STORE DATA, which carries one or more whole data groups. Throws `GlobalPlatformError`. */
export function decodeStoreData(command: Command): StoreData {
  const { p1, p2, data } = command;
  const kind = p1 & ~STORE_LAST;
  expectParameters(kind === 0x00 || kind === STORE_ENCRYPTED);
  if (data.length === 0) throw new GlobalPlatformError('no data group', 0);
  try {
    const dgis = decodeDgis(data);
    return { isLast: p1 !== kind, isEncrypted: kind === STORE_ENCRYPTED, block: p2, dgis };
  } catch (error) {
    if (error instanceof DgiError) throw new GlobalPlatformError(error.message, error.offset);
    throw error;
  }
}

/** DELETE of one instance. */
export function deleteInstance(instance: Aid): Command {
  const data = encodeTlv([tlv(T4F_AID, fromHex(instance))]);
  return { cla: 0x80, ins: INS.delete, p1: 0x00, p2: 0x00, data, le: 256 };
}

/** Read DELETE: the one instance it names. Throws `GlobalPlatformError`. */
export function decodeDelete(command: Command): Aid {
  expectParameters(command.p1 === 0x00 && command.p2 === 0x00);
  const aids = decodeAids(command.data);
  if (aids.length !== 1) throw new GlobalPlatformError('one name is deleted at a time', 0);
  return aids[0] as Aid;
}

/** Read a sequence of `4F` objects, at least one. Throws `GlobalPlatformError`. */
export function decodeAids(data: Uint8Array): readonly Aid[] {
  try {
    const aids = decodeTlv(data).map((object) => {
      if (object.tag !== T4F_AID) throw new GlobalPlatformError('4F was expected', object.start);
      return aidOf(object.value, object.valueStart);
    });
    if (aids.length === 0) throw new GlobalPlatformError('no name', 0);
    return aids;
  } catch (error) {
    if (error instanceof TlvError) throw new GlobalPlatformError(error.message, error.offset);
    throw error;
  }
}

/** Refuse a command whose P1 or P2 is not of its form: `GlobalPlatformError` with status 6A86. */
export function expectParameters(holds: boolean): asserts holds {
  if (!holds) throw new GlobalPlatformError('wrong P1 or P2', 0, SW.wrongParameters);
}

function readInstallInstance(reader: Reader): Install {
  const names = { package: readAid(reader), module: readAid(reader), instance: readAid(reader) };
  expectValue(reader, NO_PRIVILEGES);
  expectValue(reader, EMPTY_PARAMETERS);
  expectValue(reader, new Uint8Array(0));
  return { kind: 'install', ...names };
}

function lengthValue(value: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(value.length), value);
}

function readAid(reader: Reader): Aid {
  const value = reader.take(reader.byte());
  return aidOf(value, reader.offset - value.length);
}

function aidOf(value: Uint8Array, offset: number): Aid {
  if (value.length < 5 || value.length > 16)
    throw new GlobalPlatformError('a name is 5 to 16 bytes', offset);
  return toHex(value);
}

function expectValue(reader: Reader, expected: Uint8Array): void {
  const value = reader.take(reader.byte());
  if (toHex(value) !== toHex(expected))
    throw new GlobalPlatformError('a part that is not served', reader.offset - value.length);
}

function readAll<T>(data: Uint8Array, read: (reader: Reader) => T): T {
  const reader = new Reader(data);
  try {
    const value = read(reader);
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof BytesError) throw new GlobalPlatformError(error.message, error.offset);
    throw error;
  }
}
