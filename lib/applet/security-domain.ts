/**
 * The token service's security domain: a secure channel, and inside it instances are made, personalised
 * and deleted. Nothing else can do so, and nobody between sees a byte of it.
 * @see docs/specs.md, provisioning sheet, sections 3 and 4; profile octavo-1, section 5
 */
import { type Command, SW } from '../apdu/apdu.ts';
import { assert } from '../bytes/assert.ts';
import { fromUint } from '../bytes/bytes.ts';
import {
  type Aid,
  CREDIT_AID,
  DEBIT_AID,
  PAYMENT_MODULE_AID,
  PAYMENT_PACKAGE_AID,
  SSD_AID,
} from '../globalplatform/aids.ts';
import {
  decodeDelete,
  decodeInitializeUpdate,
  decodeInstall,
  decodeStoreData,
  encodeInitializeUpdateAnswer,
  INS,
  type InstallInstance,
} from '../globalplatform/commands.ts';
import {
  acceptExternalAuthenticate,
  deriveSession,
  FULL_SECURITY,
  pseudoRandomChallenge,
  unwrap,
  wrapResponse,
} from '../globalplatform/scp03.ts';
import { type Answered, type Asked, accept, refuse, refuseMalformed } from './answer.ts';
import { certify, collect, personalise } from './perso.ts';
import { withoutInstance } from './registry.ts';
import {
  type Channel,
  type Collecting,
  type ElementState,
  MAX_INSTANCES,
  type SecurityDomain,
} from './state.ts';

const MAX_FAILED_AUTHENTICATIONS = 10;
const LAST_SEQUENCE_COUNTER = 0xffffff;

type OpenChannel = Extract<Channel, { kind: 'open' }>;

/** Answer a command to the security domain. Throws `GlobalPlatformError` on one that is not of its form. */
export function processSecurityDomain(state: ElementState, { command }: Asked): Answered {
  const { channel } = state.passing;
  const isSecured = (command.cla & 0x04) !== 0;
  if (channel?.kind === 'open' && isSecured) return processSecured(state, channel, command);
  if (channel?.kind === 'challenged' && command.ins === INS.externalAuthenticate)
    return externalAuthenticate(withChannel(state, undefined), channel, command);
  // Whatever else comes in clear ends the channel, also when it is not understood.
  const closed = withChannel(state, undefined);
  return refuseMalformed(closed, () => processClear(closed, command));
}

function processClear(state: ElementState, command: Command): Answered {
  if (command.cla === 0x80 && command.ins === INS.initializeUpdate)
    return initializeUpdate(state, command);
  if (command.ins === INS.externalAuthenticate) return refuse(state, SW.conditionsNotSatisfied);
  if (!IN_CHANNEL.includes(command.ins)) return refuse(state, SW.unknownInstruction);
  return refuse(state, SW.securityNotSatisfied);
}

const IN_CHANNEL: readonly number[] = [INS.install, INS.storeData, INS.delete];

function initializeUpdate(state: ElementState, command: Command): Answered {
  const { keyVersion, hostChallenge } = decodeInitializeUpdate(command);
  const domain = state.lasting.securityDomain;
  if (domain === undefined) return refuse(state, SW.conditionsNotSatisfied);
  if (domain.failedAuthentications >= MAX_FAILED_AUTHENTICATIONS)
    return refuse(state, SW.authenticationBlocked);
  if (keyVersion !== 0x00 && keyVersion !== domain.keyVersion)
    return refuse(state, SW.referenceNotFound);
  if (domain.sequenceCounter >= LAST_SEQUENCE_COUNTER)
    return refuse(state, SW.conditionsNotSatisfied);

  const counted = { ...domain, sequenceCounter: domain.sequenceCounter + 1 };
  const sequenceCounter = fromUint(counted.sequenceCounter, 3);
  const cardChallenge = pseudoRandomChallenge(domain.keys, sequenceCounter, SSD_AID);
  const session = deriveSession(domain.keys, hostChallenge, cardChallenge);
  const answer = encodeInitializeUpdateAnswer({
    keyVersion: domain.keyVersion,
    cardChallenge,
    cardCryptogram: session.cardCryptogram,
    sequenceCounter,
  });
  const after = withChannel(withDomain(state, counted), { kind: 'challenged', session });
  return accept(after, answer);
}

function externalAuthenticate(
  state: ElementState,
  { session }: Extract<Channel, { kind: 'challenged' }>,
  command: Command,
): Answered {
  const domain = state.lasting.securityDomain;
  assert(domain !== undefined, 'a challenge was made with its keys');
  const opened = acceptExternalAuthenticate(session, command);
  if (opened?.level !== FULL_SECURITY) {
    const failedAuthentications = domain.failedAuthentications + 1;
    return refuse(withDomain(state, { ...domain, failedAuthentications }), SW.securityNotSatisfied);
  }
  const trusted = withDomain(state, { ...domain, failedAuthentications: 0 });
  return accept(withChannel(trusted, { kind: 'open', session: opened, collecting: undefined }));
}

/** A command under the channel's protection: open it, do it, and protect the answer. */
function processSecured(state: ElementState, channel: OpenChannel, command: Command): Answered {
  const unwrapped = unwrap(channel.session, command);
  if (unwrapped === undefined)
    return refuse(withChannel(state, undefined), SW.securityNotSatisfied);
  const [session, plain] = unwrapped;
  // Data groups come one after another; whatever does not go on with them ends the collection.
  const ready = withChannel(state, { kind: 'open', session, collecting: undefined });
  const [after, response] = refuseMalformed(ready, () => manage(ready, plain, channel.collecting));
  return [after, wrapResponse(session, response)];
}

function manage(
  state: ElementState,
  command: Command,
  collecting: Collecting | undefined,
): Answered {
  if (command.cla !== 0x80) return refuse(state, SW.unknownClass);
  if (command.ins === INS.install) return install(state, command);
  if (command.ins === INS.storeData) return storeData(state, command, collecting);
  if (command.ins === INS.delete) return deleteInstance(state, decodeDelete(command));
  return refuse(state, SW.unknownInstruction);
}

function install(state: ElementState, command: Command): Answered {
  const ask = decodeInstall(command);
  const { instances } = state.lasting;
  const held = instances.find(({ aid }) => aid === ask.instance);
  if (ask.kind === 'personalise') {
    if (held === undefined) return refuse(state, SW.referenceNotFound);
    // One that stands keeps what it has: it can only be given certificates.
    const purpose = held.personal === undefined ? 'personalise' : 'certify';
    const collecting: Collecting = { aid: held.aid, purpose, nextBlock: 0, groups: new Map() };
    return accept(withCollecting(state, collecting));
  }
  if (!isPaymentInstance(ask)) return refuse(state, SW.wrongData);
  if (held !== undefined) return refuse(state, SW.conditionsNotSatisfied);
  if (instances.length >= MAX_INSTANCES) return refuse(state, SW.noSpace);
  const instance = { aid: ask.instance, updateCounter: 0, personal: undefined };
  const lasting = { ...state.lasting, instances: [...instances, instance] };
  return accept({ ...state, lasting });
}

/** Ours to make: the payment module, under a debit or credit name with a suffix of two bytes. */
function isPaymentInstance(ask: InstallInstance): boolean {
  const isOurs = ask.package === PAYMENT_PACKAGE_AID && ask.module === PAYMENT_MODULE_AID;
  const kinds = [DEBIT_AID, CREDIT_AID];
  return isOurs && ask.instance.length === 20 && kinds.includes(ask.instance.slice(0, 16));
}

function deleteInstance(state: ElementState, aid: Aid): Answered {
  if (!state.lasting.instances.some((one) => one.aid === aid))
    return refuse(state, SW.referenceNotFound);
  const { passing } = state;
  // An instance that is later made under the same name must not find itself selected, armed or awaited.
  const isArmed = passing.arming.kind !== 'idle' && passing.arming.aid === aid;
  return accept({
    lasting: withoutInstance(state.lasting, aid),
    passing: {
      ...passing,
      selected: {
        ...passing.selected,
        air: passing.selected.air === aid ? undefined : passing.selected.air,
      },
      arming: isArmed ? { kind: 'idle' } : passing.arming,
      toConfirm: passing.toConfirm?.aid === aid ? undefined : passing.toConfirm,
      signed: passing.signed?.aid === aid ? undefined : passing.signed,
    },
  });
}

function storeData(
  state: ElementState,
  command: Command,
  collecting: Collecting | undefined,
): Answered {
  if (collecting === undefined) return refuse(state, SW.conditionsNotSatisfied);
  const store = decodeStoreData(command);
  const collected = collect(collecting, store);
  if (collected === undefined) return refuse(state, SW.wrongData);
  if (!store.isLast) return accept(withCollecting(state, collected));
  const domain = state.lasting.securityDomain;
  assert(domain !== undefined, 'an open channel has keys');
  const instance = state.lasting.instances.find(({ aid }) => aid === collected.aid);
  assert(instance !== undefined, 'a DELETE would have ended the collection');
  const { personal: held } = instance;
  const personal =
    held === undefined
      ? personalise(collected.groups, domain.keys)
      : certify(held, collected.groups, domain.keys);
  if (personal === undefined) return refuse(state, SW.wrongData);
  const instances = state.lasting.instances.map((one) =>
    one === instance ? { ...one, personal } : one,
  );
  const { passing } = state;
  const signed = passing.signed?.aid === instance.aid ? undefined : passing.signed;
  return accept({
    lasting: { ...state.lasting, instances },
    passing: { ...passing, signed },
  });
}

function withDomain(state: ElementState, securityDomain: SecurityDomain): ElementState {
  return { ...state, lasting: { ...state.lasting, securityDomain } };
}

function withChannel(state: ElementState, channel: Channel | undefined): ElementState {
  return { ...state, passing: { ...state.passing, channel } };
}

function withCollecting(state: ElementState, collecting: Collecting | undefined): ElementState {
  const { channel } = state.passing;
  assert(channel?.kind === 'open', 'data groups are collected inside the channel');
  return withChannel(state, { ...channel, collecting });
}
