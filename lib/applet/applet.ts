/**
 * The secure element as a reducer: a state and a command in, a state and a response out.
 *
 * No clock and no randomness inside: the host gives both. The host must save the returned lasting state
 * before the response leaves, or a power cut could turn a used counter back.
 * @see profile octavo-1, section 2
 */
import {
  ApduError,
  type Command,
  decodeCommand,
  encodeResponse,
  SW,
  status,
} from '../apdu/apdu.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { type Aid, CRS_AID, ISD_AID, PPSE_NAME, SSD_AID } from '../globalplatform/aids.ts';
import { encodeTlv, template, tlv } from '../tlv/tlv.ts';
import {
  type Answered,
  type Asked,
  accept,
  type Interface,
  refuse,
  refuseMalformed,
} from './answer.ts';
import { expressFor, reachableExpress } from './express.ts';
import { processIssuerDomain } from './issuer-domain.ts';
import {
  INS_GET_DATA,
  INS_GET_PROCESSING_OPTIONS,
  INS_READ_RECORD,
  instanceInformation,
  processPayment,
} from './payment.ts';
import { ppseInformation } from './ppse.ts';
import { processRegistry, registryInformation } from './registry.ts';
import { processSecurityDomain } from './security-domain.ts';
import type { ElementState, Instance, LastingState } from './state.ts';

/** What the host hands over: a command's bytes, the interface they came by, its clock and its randomness. */
export type ElementInput = Omit<Asked, 'command'> & { readonly command: Uint8Array };

const INS_SELECT = 0xa4;
const ON_AIR: readonly number[] = [INS_GET_PROCESSING_OPTIONS, INS_READ_RECORD, INS_GET_DATA];

/**
 * Answer one command. It never throws on the bytes of a command: what cannot be read answers 6700.
 * Save the lasting state before the response leaves.
 */
export function processCommand(
  state: ElementState,
  input: ElementInput,
): readonly [ElementState, Uint8Array] {
  const command = tryDecodeCommand(input.command);
  if (command === undefined) return [state, encodeResponse(status(SW.wrongLength))];
  // Nobody announces anything on the wire.
  const announced = input.via === 'air' ? input.announced : undefined;
  const asked = { ...input, announced, command };
  const [after, response] = refuseMalformed(state, () =>
    asked.via === 'air' ? processAir(state, asked) : processWired(state, asked),
  );
  return [after, encodeResponse(response)];
}

function tryDecodeCommand(bytes: Uint8Array): Command | undefined {
  try {
    return decodeCommand(bytes);
  } catch (error) {
    if (error instanceof ApduError) return undefined;
    throw error;
  }
}

/** A reader's interface: it finds the activated instance, or the express one at transit; nothing else exists. */
function processAir(state: ElementState, asked: Asked): Answered {
  const { command } = asked;
  if (command.ins === INS_SELECT) {
    const found = foundByReader(state, asked);
    return select(state, asked, found ? [found] : []);
  }
  if (!ON_AIR.includes(command.ins)) return refuse(state, SW.conditionsNotSatisfied);
  // Deactivated after it was selected is as good as never selected.
  const reachable = [activeInstance(state.lasting), reachableExpress(state, asked)];
  const selected = reachable.find(
    (one) => one !== undefined && one.aid === state.passing.selected.air,
  );
  if (selected === undefined) return refuse(state, SW.conditionsNotSatisfied);
  return processPayment(state, asked, selected);
}

function foundByReader(state: ElementState, asked: Asked): Instance | undefined {
  return expressFor(state, asked) ?? activeInstance(state.lasting);
}

function processWired(state: ElementState, asked: Asked): Answered {
  const { command } = asked;
  const { instances } = state.lasting;
  const { wired } = state.passing.selected;
  if (command.ins === INS_SELECT && command.cla === 0x00) return select(state, asked, instances);
  if (wired === ISD_AID) return processIssuerDomain(state, asked);
  if (wired === SSD_AID) return processSecurityDomain(state, asked);
  if (wired === CRS_AID) return processRegistry(state, asked);
  const instance = instances.find(({ aid }) => aid === wired);
  if (instance === undefined) return refuse(state, SW.unknownInstruction);
  return processPayment(state, asked, instance);
}

function activeInstance({ instances, registry }: LastingState): Instance | undefined {
  return instances.find(({ aid }) => aid === registry.activated);
}

/** SELECT by name among the instances that this interface may see. A name not found leaves the selection. */
function select(state: ElementState, asked: Asked, visible: readonly Instance[]): Answered {
  const { command, via } = asked;
  if (command.cla !== 0x00) return refuse(state, SW.unknownClass);
  const isNext = command.p2 === 0x02;
  if (command.p1 !== 0x04 || (command.p2 !== 0x00 && !isNext))
    return refuse(state, SW.wrongParameters);
  const found = findApplication(state, asked, visible, isNext);
  if (found === undefined) return refuse(state, SW.notFound);
  return accept(withSelected(state, via, found.aid), found.information);
}

type Found = { readonly aid: Aid; readonly information: Uint8Array };

function findApplication(
  state: ElementState,
  asked: Asked,
  visible: readonly Instance[],
  isNext: boolean,
): Found | undefined {
  const { via } = asked;
  const name: Aid = toHex(asked.command.data);
  if (name === PPSE_NAME) {
    const information = ppseInformation(foundByReader(state, asked));
    return information && { aid: PPSE_NAME, information };
  }
  const own = via === 'wired' ? ownApplication(state.lasting, name) : undefined;
  if (own !== undefined) return own;
  // A name has at least five bytes, and its beginning is enough: a reader knows eight of our ten.
  const matching = visible.filter(({ aid }) => name.length >= 10 && aid.startsWith(name));
  const last = matching.findIndex(({ aid }) => aid === state.passing.selected[via]);
  const instance = matching[isNext ? last + 1 : 0];
  return instance && { aid: instance.aid, information: instanceInformation(instance) };
}

/** What is always there: the domains and the registry. No name at all means the issuer's domain. */
function ownApplication(lasting: LastingState, name: Aid): Found | undefined {
  if (name === CRS_AID) return { aid: CRS_AID, information: registryInformation(lasting) };
  const aid = name === '' ? ISD_AID : name;
  if (aid !== ISD_AID && aid !== SSD_AID) return undefined;
  return { aid, information: encodeTlv([template('6F', [tlv('84', fromHex(aid))])]) };
}

/** A new selection on the wire ends its secure channel and its chain; the air leaves the wire alone. */
function withSelected({ lasting, passing }: ElementState, via: Interface, aid: Aid): ElementState {
  const selected = { ...passing.selected, [via]: aid };
  if (via === 'air') return { lasting, passing: { ...passing, selected } };
  return { lasting, passing: { ...passing, selected, channel: undefined, chain: undefined } };
}
