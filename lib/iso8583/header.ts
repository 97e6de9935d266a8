/**
 * What goes before a message: the POS side's TPDU and header, and the switch side's 46-byte header.
 * @see docs/specs.md, ISO 8583 sheet, section 2
 */
import { field, fixed, Iso8583Error, measure, readValue } from './field.ts';
import type { Envelope, EnvelopePart } from './message.ts';

/** The switch side's header, without the two lengths in it, which follow from the message. */
export type CupsHeader = {
  /** Production flag and version, one byte in hexadecimal: `82`. */
  readonly flag: string;
  /** Who shall get the message and who sends it: up to eleven letters or digits, without the filling spaces. */
  readonly destination: string;
  readonly source: string;
  /** Three bytes in hexadecimal, zeros. */
  readonly reserved: string;
  /** One byte in hexadecimal. */
  readonly batch: string;
  /** Eight characters, zeros. */
  readonly transactionInformation: string;
  /** One byte in hexadecimal. */
  readonly userInformation: string;
  /** Five characters, `00000` unless the switch sends the message back unread. */
  readonly rejectCode: string;
};

/** How many bytes the switch side's header has. */
export const CUPS_HEADER_LENGTH = 46;

/** TPDU (one byte `60`, two addresses of two bytes) and the six-byte header of the POS side. */
export const posEnvelope: readonly EnvelopePart[] = [
  {
    path: 'TPDU.id',
    name: 'TPDU, protocol id',
    class: 'form',
    ...field('bcd', 'b', fixed(1)),
  },
  {
    path: 'TPDU.destination',
    name: 'TPDU, destination address',
    class: 'form',
    ...field('bcd', 'b', fixed(2)),
  },
  {
    path: 'TPDU.source',
    name: 'TPDU, source address',
    class: 'form',
    ...field('bcd', 'b', fixed(2)),
  },
  { path: 'header', name: 'POS header', class: 'form', ...field('bcd', 'b', fixed(6)) },
];

/** The ten parts of the switch side's header. */
export const cupsEnvelope: readonly EnvelopePart[] = [
  { path: 'header.length', name: 'header length', class: 'form', ...field('ascii', 'b', fixed(1)) },
  {
    path: 'header.flag',
    name: 'flag and version',
    class: 'form',
    ...field('ascii', 'b', fixed(1)),
  },
  {
    path: 'header.totalLength',
    name: 'total message length',
    class: 'form',
    ...field('ascii', 'n', fixed(4)),
  },
  {
    path: 'header.destination',
    name: 'destination id',
    class: 'who',
    ...field('ascii', 'ans', fixed(11)),
  },
  { path: 'header.source', name: 'source id', class: 'who', ...field('ascii', 'ans', fixed(11)) },
  { path: 'header.reserved', name: 'reserved', class: 'form', ...field('ascii', 'b', fixed(3)) },
  { path: 'header.batch', name: 'batch number', class: 'form', ...field('ascii', 'b', fixed(1)) },
  {
    path: 'header.transactionInformation',
    name: 'transaction information',
    class: 'form',
    ...field('ascii', 'ans', fixed(8)),
  },
  {
    path: 'header.userInformation',
    name: 'user information',
    class: 'form',
    ...field('ascii', 'b', fixed(1)),
  },
  {
    path: 'header.rejectCode',
    name: 'reject code',
    class: 'verdict',
    ...field('ascii', 'an', fixed(5)),
  },
];

/** The TPDU in hexadecimal as envelope parts. Throws `Iso8583Error` when it is not five bytes. */
export function splitTpdu(tpdu: string): Envelope {
  if (tpdu.length !== 10) {
    throw new Iso8583Error('not five bytes', { offset: 0, path: 'TPDU' });
  }
  return {
    'TPDU.id': tpdu.slice(0, 2),
    'TPDU.destination': tpdu.slice(2, 6),
    'TPDU.source': tpdu.slice(6),
  };
}

/** The TPDU of an envelope, in hexadecimal. */
export function joinTpdu(envelope: Envelope): string {
  return `${envelope['TPDU.id']}${envelope['TPDU.destination']}${envelope['TPDU.source']}`;
}

/** The TPDU of an answer: both addresses change places. @example answerTpdu('6000060000') // '6000000006' */
export function answerTpdu(tpdu: string): string {
  return `${tpdu.slice(0, 2)}${tpdu.slice(6)}${tpdu.slice(2, 6)}`;
}

/** The header of a message that one institution sends to another: nothing in it but who they are. Profile octavo-1. */
export function requestHeader(destination: string, source: string): CupsHeader {
  return {
    flag: '82',
    destination,
    source,
    reserved: '000000',
    batch: '00',
    transactionInformation: '00000000',
    userInformation: '00',
    rejectCode: '00000',
  };
}

/** The header of an answer: destination and source change places. */
export function answerHeader(header: CupsHeader): CupsHeader {
  return { ...header, destination: header.source, source: header.destination };
}

/** A header as envelope parts, for a message of `totalLength` bytes, header included. */
export function splitCupsHeader(header: CupsHeader, totalLength: number): Envelope {
  return {
    'header.length': '2E',
    'header.flag': header.flag,
    'header.totalLength': String(totalLength).padStart(4, '0'),
    'header.destination': fillId(header.destination, 'header.destination'),
    'header.source': fillId(header.source, 'header.source'),
    'header.reserved': header.reserved,
    'header.batch': header.batch,
    'header.transactionInformation': header.transactionInformation,
    'header.userInformation': header.userInformation,
    'header.rejectCode': header.rejectCode,
  };
}

/** The header of an envelope. */
export function joinCupsHeader(envelope: Envelope): CupsHeader {
  const part = (name: string): string => envelope[`header.${name}`] ?? '';
  return {
    flag: part('flag'),
    destination: part('destination').trimEnd(),
    source: part('source').trimEnd(),
    reserved: part('reserved'),
    batch: part('batch'),
    transactionInformation: part('transactionInformation'),
    userInformation: part('userInformation'),
    rejectCode: part('rejectCode'),
  };
}

/**
 * Read the 46 bytes of a header that stands alone; the total length in it is not compared with anything.
 * Throws `Iso8583Error` as decoding a message does.
 * @example readCupsHeader(fromHex('2E823034393830303031303030302020203031303230303030202020000000003030303030303030003030303030')).destination // '00010000'
 * @see docs/specs.md, ISO 8583 sheet, section 2
 */
export function readCupsHeader(bytes: Uint8Array): CupsHeader {
  const envelope: Record<string, string> = {};
  let end = 0;
  for (const part of cupsEnvelope) {
    const extent = measure(part, bytes, end, part.path);
    envelope[part.path] = readValue(part, bytes, extent, part.path);
    end = extent.end;
  }
  if (end < bytes.length) {
    throw new Iso8583Error('bytes after the end', { offset: end, path: 'header' });
  }
  checkCupsEnvelope(envelope, Number(envelope['header.totalLength']));
  return joinCupsHeader(envelope);
}

/** Refuse a header whose two lengths or two ids cannot be. */
export function checkCupsEnvelope(envelope: Envelope, messageLength: number): void {
  if (envelope['header.length'] !== '2E') {
    throw new Iso8583Error('not a header of 46 bytes', { offset: 0, path: 'header.length' });
  }
  if (Number(envelope['header.totalLength']) !== messageLength) {
    throw new Iso8583Error(`the message has ${messageLength} bytes, its header says otherwise`, {
      offset: 2,
      path: 'header.totalLength',
    });
  }
  checkId(envelope, 'header.destination', 6);
  checkId(envelope, 'header.source', 17);
}

function checkId(envelope: Envelope, path: string, offset: number): void {
  // Left-aligned, at least one character, spaces only behind it.
  if (!/^[0-9A-Za-z]+ *$/.test(envelope[path] ?? '')) {
    throw new Iso8583Error('not an institution id', { offset, path });
  }
}

function fillId(id: string, path: string): string {
  const filled = id.padEnd(11, ' ');
  checkId({ [path]: id.endsWith(' ') ? '' : filled }, path, 0);
  return filled;
}
