/**
 * The instructions that elements and cards answer: what each is called, what its data are and what comes back.
 * @see docs/specs.md, EMV contactless sheet, section 2; provisioning sheet, sections 3, 4 and 6; profile octavo-1, sections 3 to 9
 */
import type { Command } from '../apdu/apdu.ts';
import { toHex } from '../bytes/bytes.ts';
import { TAGS } from '../emv/tags.ts';
import { DEBIT_AID } from '../globalplatform/aids.ts';
import { INS } from '../globalplatform/commands.ts';
import type { DolEntry } from '../tlv/dol.ts';
import { applicationWords } from './codes.ts';
import { type BytePart, cutBytes } from './cut.ts';
import { explainFilled, explainObjects } from './data-objects.ts';
import { bytesOf, type Explained, leaf, type Piece, partOf, type Saying } from './explained.ts';
import { explainDataGroups, explainInstall } from './provisioning.ts';
import { explainChannelStart, securityLevelWords } from './secure-channel.ts';
import {
  AGREEMENT,
  ASSERTION,
  entryOf,
  PAYMENT,
  REGISTRY,
  UNKNOWN_OPTIONS,
  type Vocabulary,
} from './vocabulary.ts';

/** What is known from the exchanges before. */
export type Known = {
  /** The list in the answer to the last SELECT. */
  readonly pdol?: readonly DolEntry[] | undefined;
  /** The lists that records gave: for the first GENERATE AC, for the second, for a signature. */
  readonly lists?: Readonly<Record<string, readonly DolEntry[]>> | undefined;
  /** How many times a cryptogram was asked for since the last SELECT. */
  readonly cryptograms?: number | undefined;
  /** Name of the selected application, hexadecimal. */
  readonly selected?: string | undefined;
  /** Currency of the tap, three digits. */
  readonly currency?: string | undefined;
};

/** One instruction. Neither reader is called for an empty piece. */
export type Instruction = {
  readonly name: string;
  /** What this command is about, for the head line. */
  readonly words?: (command: Command, known: Known) => string;
  readonly data: (piece: Piece, command: Command, known: Known) => readonly Explained[];
  readonly answer: (piece: Piece, command: Command, known: Known) => readonly Explained[];
  /** How many bytes of MAC end the data when the class says that there is one. */
  readonly macBytes?: number;
};

/** The instruction of a command, or undefined when it is none we know. */
export function instructionOf(command: Command): Instruction | undefined {
  return (command.cla & 0x80) === 0 ? INTERINDUSTRY[command.ins] : PROPRIETARY[command.ins];
}

type Reader = Instruction['data'];

/** The key that opens what a script carries closed. @see docs/specs.md, cryptograms sheet, section 6.3 */
const SCRIPT_KEY = 'closed: the session key for confidentiality of this card and counter opens it';

/** How many bytes of MAC end a script command, unlike those of a secure channel. */
const SCRIPT_MAC_BYTES = 4;

/** Instruction bytes under a class of the standard, and under a proprietary one beyond those of lib/globalplatform. */
const INTERINDUSTRY_INS = {
  verify: 0x20,
  changeReferenceData: 0x24,
  externalAuthenticate: 0x82,
  getChallenge: 0x84,
  internalAuthenticate: 0x88,
  select: 0xa4,
  readRecord: 0xb2,
  getData: 0xca,
  putData: 0xda,
  updateRecord: 0xdc,
} as const;
const PROPRIETARY_INS = {
  cardBlock: 0x16,
  applicationUnblock: 0x18,
  applicationBlock: 0x1e,
  pinChange: 0x24,
  arm: 0x3a,
  express: 0x3c,
  getProcessingOptions: 0xa8,
  generateAc: 0xae,
  putKey: 0xd8,
  load: 0xe8,
} as const;

const INTERINDUSTRY: Readonly<Record<number, Instruction>> = {
  [INTERINDUSTRY_INS.verify]: simple('VERIFY', one('passcode', 'proof')),
  [INTERINDUSTRY_INS.changeReferenceData]: {
    ...simple('CHANGE REFERENCE DATA', one('passcodes', 'proof')),
    words: passcodeWords,
  },
  [INTERINDUSTRY_INS.externalAuthenticate]: simple('EXTERNAL AUTHENTICATE', cut([arpc(), arc()])),
  [INTERINDUSTRY_INS.getChallenge]: simple(
    'GET CHALLENGE',
    one('data', 'word'),
    one('challenge', 'once'),
  ),
  [INTERINDUSTRY_INS.internalAuthenticate]: simple(
    'INTERNAL AUTHENTICATE',
    filled('values for the signature', 'once', () => '9F49'),
  ),
  [INTERINDUSTRY_INS.select]: {
    name: 'SELECT',
    words: ({ data }) => (data.length === 0 ? 'issuer security domain' : nameWords(data)),
    data: (piece) => [
      leaf(partOf(piece, 'data', piece.start, piece.end), {
        name: 'name of the application',
        meaning: 'who',
        decoded: nameWords(bytesOf(piece)),
      }),
    ],
    answer: objects(registryNames()),
  },
  [INTERINDUSTRY_INS.readRecord]: {
    ...simple('READ RECORD', one('data', 'word')),
    words: ({ p1, p2 }) => `file ${p2 >> 3}, record ${p1}`,
  },
  [INTERINDUSTRY_INS.getData]: getData(),
  [INTERINDUSTRY_INS.putData]: {
    ...simple('PUT DATA', one('data', 'word')),
    macBytes: SCRIPT_MAC_BYTES,
  },
  [INTERINDUSTRY_INS.updateRecord]: {
    ...simple('UPDATE RECORD', one('data', 'word')),
    macBytes: SCRIPT_MAC_BYTES,
  },
};

const PROPRIETARY: Readonly<Record<number, Instruction>> = {
  [PROPRIETARY_INS.cardBlock]: {
    ...simple('CARD BLOCK', one('data', 'word')),
    macBytes: SCRIPT_MAC_BYTES,
  },
  [PROPRIETARY_INS.applicationUnblock]: {
    ...simple('APPLICATION UNBLOCK', one('data', 'word')),
    macBytes: SCRIPT_MAC_BYTES,
  },
  [PROPRIETARY_INS.applicationBlock]: {
    ...simple('APPLICATION BLOCK', one('data', 'word')),
    macBytes: SCRIPT_MAC_BYTES,
  },
  [PROPRIETARY_INS.pinChange]: {
    ...simple('PIN CHANGE', one('encrypted PIN', 'proof', SCRIPT_KEY)),
    macBytes: SCRIPT_MAC_BYTES,
  },
  [INS.agree]: simple('AGREE', objects(AGREEMENT)),
  [PROPRIETARY_INS.arm]: { ...simple('ARM', armData), words: armWords },
  [PROPRIETARY_INS.express]: { ...simple('EXPRESS', one('data', 'word')), words: () => 'off' },
  [INS.initializeUpdate]: simple(
    'INITIALIZE UPDATE',
    one('host challenge', 'once'),
    explainChannelStart,
  ),
  [INS.externalAuthenticate]: {
    ...simple('EXTERNAL AUTHENTICATE', one('host cryptogram', 'proof')),
    words: ({ p1 }) => `security level ${toHex(Uint8Array.of(p1))}: ${securityLevelWords(p1)}`,
  },
  [PROPRIETARY_INS.getProcessingOptions]: {
    name: 'GET PROCESSING OPTIONS',
    // The kind is enough here: the answer to SELECT shows the instance.
    words: (_, { selected = '' }) => applicationWords(selected.slice(0, DEBIT_AID.length)),
    data: (piece, _, { pdol }) => {
      const vocabulary = pdol === undefined ? UNKNOWN_OPTIONS : PAYMENT;
      return explainObjects(piece, { vocabulary, seals: true, filled: pdol });
    },
    answer: (piece, _, { currency }) =>
      explainObjects(piece, { vocabulary: PAYMENT, seals: true, currency, answers: 'options' }),
  },
  [INS.getData]: getData(),
  [PROPRIETARY_INS.generateAc]: {
    ...simple('GENERATE AC', filled('values the card asked for', 'word', cardList)),
    words: cryptogramWords,
    answer: (piece, _, { currency }) =>
      explainObjects(piece, { vocabulary: PAYMENT, seals: true, currency, answers: 'cryptogram' }),
  },
  [PROPRIETARY_INS.putKey]: simple('PUT KEY', one('keys', 'proof')),
  [INS.storeData]: {
    ...simple('STORE DATA', (piece, { p1 }) => explainDataGroups(piece, (p1 & 0x60) === 0x60)),
    words: ({ p1, p2 }) => `block ${p2}${(p1 & 0x80) === 0 ? '' : ', the last'}`,
  },
  [INS.delete]: simple('DELETE', objects(PAYMENT)),
  [INS.install]: {
    ...simple('INSTALL', (piece, { p1 }) => explainInstall(piece, p1)),
    words: ({ p1 }) => INSTALLS[p1] ?? '',
  },
  [PROPRIETARY_INS.load]: simple('LOAD', one('block', 'word')),
  [INS.setStatus]: {
    ...simple('SET STATUS', objects(REGISTRY), objects(REGISTRY)),
    words: statusWords,
  },
  [INS.getStatus]: simple('GET STATUS', objects(REGISTRY), objects(REGISTRY)),
};

const INSTALLS: Readonly<Record<number, string>> = {
  2: 'for load',
  4: 'for install',
  8: 'for make selectable',
  12: 'for install and make selectable',
  16: 'for extradition',
  32: 'for personalisation',
  64: 'for registry update',
};

function simple(name: string, data: Reader, answer: Reader = objects(PAYMENT)): Instruction {
  return { name, data, answer };
}

function one(name: string, meaning: Saying['meaning'], decoded: string = ''): Reader {
  return (piece) => [
    leaf(partOf(piece, 'data', piece.start, piece.end), { name, meaning, decoded }),
  ];
}

/** Values without tags: by the list that the card gave, else one span. */
function filled(
  name: string,
  meaning: Saying['meaning'],
  listOf: (known: Known) => string,
): Reader {
  return (piece, command, known) => {
    const list = known.lists?.[listOf(known)];
    if (list === undefined) return one(name, meaning)(piece, command, known);
    return explainFilled(piece, list, { vocabulary: PAYMENT, seals: true });
  };
}

/** The second cryptogram has a list of its own. */
function cardList({ cryptograms = 0 }: Known): string {
  return cryptograms === 0 ? '8C' : '8D';
}

function objects(vocabulary: Vocabulary): Reader {
  return (piece, _, { currency }) => explainObjects(piece, { vocabulary, seals: false, currency });
}

function cut(parts: readonly BytePart[]): Reader {
  return (piece) => cutBytes(piece, parts);
}

function getData(): Instruction {
  return {
    ...simple('GET DATA', one('data', 'word')),
    words: ({ p1, p2 }) => entryOf(PAYMENT, toHex(Uint8Array.of(p1, p2)))?.name ?? '',
  };
}

/** In the registry's own answer tag 80 counts changes; elsewhere in an answer to SELECT it does not occur. */
function registryNames(): Vocabulary {
  return { '80': REGISTRY['80'] as NonNullable<Vocabulary[string]> };
}

function arpc(): BytePart {
  return {
    step: 'ARPC',
    tag: 'ARPC',
    name: 'authorisation response cryptogram',
    meaning: 'proof',
    length: 8,
  };
}

function arc(): BytePart {
  const name = TAGS['8A']?.name ?? '';
  return { step: 'ARC', tag: 'ARC', name, meaning: 'verdict', length: 2 };
}

function armData(piece: Piece, command: Command, known: Known): readonly Explained[] {
  return objects(command.p2 === 0x01 ? ASSERTION : PAYMENT)(piece, command, known);
}

function armWords({ p1, p2 }: Command): string {
  if (p2 === 0x01) return 'passkey';
  if (p2 === 0x02) return 'cancel';
  return ['', 'begin, ready', 'begin, confirm', 'begin, express'][p1] ?? '';
}

function passcodeWords({ p1 }: Command): string {
  return p1 === 0x01 ? 'set the passcode' : 'change the passcode';
}

function statusWords({ p1, p2 }: Command): string {
  if (p1 === 0x02) return 'priority';
  return p1 === 0x01 ? (['deactivate', 'activate'][p2] ?? '') : '';
}

function cryptogramWords({ p1 }: Command): string {
  return ['AAC', 'TC', 'ARQC'][p1 >> 6] ?? '';
}

function nameWords(name: Uint8Array): string {
  return applicationWords(toHex(name));
}
